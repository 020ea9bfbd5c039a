import { describe, expect, it } from 'vitest';
import type { Prompt } from '#contract/models/workflow.ts';
import { promptFactsOf } from './prompt-facts.ts';
import { factsOfTexts, promptOfTexts } from './text-facts.ts';

const node = (class_type: string, inputs: Record<string, unknown>): Prompt[string] => ({ class_type, inputs });

const plain: Prompt = {
  '3': node('KSampler', {
    seed: 42,
    steps: 20,
    cfg: 7,
    sampler_name: 'euler',
    scheduler: 'karras',
    denoise: 1,
    model: ['4', 0],
    positive: ['6', 0],
    negative: ['7', 0],
    latent_image: ['5', 0],
  }),
  '4': node('CheckpointLoaderSimple', { ckpt_name: 'sd15\\dream.safetensors' }),
  '5': node('EmptyLatentImage', { width: 512, height: 512, batch_size: 1 }),
  '6': node('CLIPTextEncode', { text: 'a fox in snow', clip: ['4', 1] }),
  '7': node('CLIPTextEncode', { text: 'blurry', clip: ['4', 1] }),
  '8': node('SaveImage', { images: ['3', 0], filename_prefix: 'x' }),
};

describe('what a graph says', () => {
  it('tells prompt, models and sampling of a plain one', () => {
    expect(promptFactsOf(plain)).toEqual({
      title: 'a fox in snow',
      positive: 'a fox in snow',
      negative: 'blurry',
      models: ['checkpoints/sd15/dream.safetensors'],
      samplers: [
        {
          nodeId: '3',
          classType: 'KSampler',
          seed: '42',
          steps: 20,
          cfg: 7,
          sampler: 'euler',
          scheduler: 'karras',
          denoise: 1,
        },
      ],
      workflow: { key: expect.any(String), kind: 'text-to-image', nodeCount: 6 },
    });
  });

  it('tells them of one whose sampler is put together from parts, and of texts that come over links', () => {
    const facts = promptFactsOf({
      sampler: node('SamplerCustomAdvanced', {
        noise: ['noise', 0],
        guider: ['guider', 0],
        sampler: ['select', 0],
        sigmas: ['steps', 0],
        latent_image: ['latent', 0],
      }),
      noise: node('RandomNoise', { noise_seed: 1125899906842624 }),
      guider: node('BasicGuider', { conditioning: ['flux', 0], model: ['unet', 0] }),
      flux: node('FluxGuidance', { guidance: 3.5, conditioning: ['encode', 0] }),
      encode: node('CLIPTextEncode', { text: ['words', 0] }),
      words: node('PrimitiveString', { value: 'a harbour at dawn' }),
      select: node('KSamplerSelect', { sampler_name: 'dpmpp_2m' }),
      steps: node('BasicScheduler', { steps: 28, scheduler: 'simple', denoise: 1 }),
      latent: node('EmptySD3LatentImage', { width: 1024, height: 1024, batch_size: 1 }),
      unet: node('UNETLoader', { unet_name: 'flux.safetensors' }),
    });
    expect(facts).toMatchObject({
      positive: 'a harbour at dawn',
      negative: '',
      models: ['diffusion_models/flux.safetensors'],
    });
    expect(facts.samplers).toEqual([
      {
        nodeId: 'sampler',
        classType: 'SamplerCustomAdvanced',
        seed: '1125899906842624',
        steps: 28,
        cfg: null,
        sampler: 'dpmpp_2m',
        scheduler: 'simple',
        denoise: 1,
      },
    ]);
  });

  it('names a workflow by its nodes and links, not by its values and ids', () => {
    const key = promptFactsOf(plain).workflow?.key;
    const renumbered = JSON.parse(
      JSON.stringify(plain).replaceAll('"6"', '"16"').replace('a fox in snow', 'a crow').replace('42', '43'),
    );
    expect(promptFactsOf(renumbered).workflow?.key).toBe(key);
    const { '7': removed, ...rest } = plain;
    expect(removed).toBeDefined();
    expect(promptFactsOf(rest).workflow?.key).not.toBe(key);
  });

  it('comes to an end with graphs that lead back into themselves', () => {
    const facts = promptFactsOf({
      a: node('KSampler', { steps: 1, cfg: 1, latent_image: ['a', 0], positive: ['b', 0] }),
      b: node('ConditioningCombine', { conditioning_1: ['c', 0], conditioning_2: ['b', 0] }),
      c: node('CLIPTextEncode', { text: 'loop', conditioning: ['b', 0] }),
    });
    expect(facts.positive).toBe('loop');
  });
});

describe('what the texts of a file say', () => {
  it('is the graph that ComfyUI wrote, with the numbers that only Python knows', () => {
    const text = JSON.stringify(plain).replace('"cfg":7', '"cfg":NaN');
    expect(promptOfTexts({ prompt: text })).toHaveProperty('3.inputs.cfg', null);
    expect(factsOfTexts({ prompt: text })?.positive).toBe('a fox in snow');
  });

  it('is nothing where there is no graph', () => {
    expect(factsOfTexts({})).toBeNull();
    expect(factsOfTexts({ prompt: '{"half": ' })).toBeNull();
    expect(factsOfTexts({ workflow: '{"nodes":[],"links":[]}' })).toBeNull();
  });

  it('reads the parameters that other programs write', () => {
    const parameters =
      'a castle, oil\npainting\nNegative prompt: blurry\nSteps: 30, Sampler: DPM++ 2M, Schedule type: Karras, CFG scale: 6.5, Seed: 99, Model: sdxl';
    expect(factsOfTexts({ parameters })).toMatchObject({
      title: 'a castle, oil painting',
      negative: 'blurry',
      models: ['checkpoints/sdxl'],
      samplers: [{ seed: '99', steps: 30, cfg: 6.5, sampler: 'DPM++ 2M', scheduler: 'Karras', denoise: null }],
    });
  });
});
