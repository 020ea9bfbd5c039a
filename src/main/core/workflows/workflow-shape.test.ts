import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Prompt } from '#contract/models/workflow.ts';
import type { NodeCatalog } from '#core/ports/comfy-reader.ts';
import { needsOf } from './job-needs.ts';
import { knowledgeOf, nothingKnownOfClasses } from './workflow-knowledge.ts';
import { shapeOf } from './workflow-shape.ts';

const catalog = (combos: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>): NodeCatalog => ({
  nodes: new Map(),
  classes: new Set(Object.keys(combos)),
  outputClasses: new Set(['SaveImage']),
  combos: new Map(
    Object.entries(combos).map(([classType, inputs]) => [
      classType,
      new Map(Object.entries(inputs).map(([name, values]) => [name, new Set(values)])),
    ]),
  ),
});

const known = knowledgeOf([
  catalog({
    CheckpointLoaderSimple: { ckpt_name: ['sd15.safetensors', 'sdxl.safetensors'] },
    LoraLoader: { lora_name: ['None', 'ink.safetensors', 'sub\\neon.safetensors'] },
    VAELoader: { vae_name: ['pixel_space', 'taesd', 'vae.safetensors'] },
    KSampler: { sampler_name: ['euler', 'heun'], scheduler: ['normal', 'karras'] },
    LoadImage: { image: ['a.png', 'b.png'] },
    CLIPTextEncode: {},
    EmptyLatentImage: {},
    VAEDecode: {},
    SaveImage: {},
  }),
]);

/** Text to picture with a LoRA and a VAE of its own. */
const painting: Prompt = {
  '1': { class_type: 'CheckpointLoaderSimple', inputs: { ckpt_name: 'sdxl.safetensors' } },
  '2': { class_type: 'LoraLoader', inputs: { model: ['1', 0], clip: ['1', 1], lora_name: 'ink.safetensors' } },
  '3': { class_type: 'CLIPTextEncode', inputs: { clip: ['2', 1], text: 'a boat' } },
  '4': { class_type: 'EmptyLatentImage', inputs: { width: 1024, height: 512, batch_size: 2 } },
  '5': {
    class_type: 'KSampler',
    inputs: {
      model: ['2', 0],
      positive: ['3', 0],
      negative: ['3', 0],
      latent_image: ['4', 0],
      seed: 1,
      steps: 20,
      sampler_name: 'euler',
      scheduler: 'normal',
    },
  },
  '6': { class_type: 'VAELoader', inputs: { vae_name: 'taesd' } },
  '7': { class_type: 'VAEDecode', inputs: { samples: ['5', 0], vae: ['6', 0] } },
  '8': { class_type: 'SaveImage', inputs: { images: ['7', 0], filename_prefix: 'boat' } },
};

const withInputs = (prompt: Prompt, nodeId: string, inputs: Readonly<Record<string, unknown>>): Prompt => {
  const node = prompt[nodeId];
  if (node === undefined) throw new Error(`there is no node ${nodeId}`);
  return { ...prompt, [nodeId]: { ...node, inputs: { ...node.inputs, ...inputs } } };
};

const shapeWith = (nodeId: string, inputs: Readonly<Record<string, unknown>>): ReturnType<typeof shapeOf> =>
  shapeOf(withInputs(painting, nodeId, inputs), known);

describe('the models of a graph', () => {
  it('are found by the lists that come from model folders, an assembled VAE included', () => {
    expect(shapeOf(painting, known).loaders).toEqual([
      'checkpoints/sdxl.safetensors',
      'loras/ink.safetensors',
      'vae/taesd',
    ]);
  });

  it('are found by their endings where nobody knows the classes', () => {
    expect(shapeOf(painting, nothingKnownOfClasses).loaders).toEqual([
      'checkpoints/sdxl.safetensors',
      'loras/ink.safetensors',
    ]);
  });

  it.each<[string, string, Readonly<Record<string, unknown>>, readonly string[]]>([
    ['a loader of a pack', 'UnetLoaderGGUF', { unet_name: 'flux-Q4.gguf' }, ['diffusion_models/flux-Q4.gguf']],
    [
      'several inputs of one loader',
      'DualCLIPLoader',
      { clip_name1: 'l.safetensors', clip_name2: 't5.sft', type: 'flux' },
      ['text_encoders/l.safetensors', 'text_encoders/t5.sft'],
    ],
    ['a control net', 'ControlNetLoader', { control_net_name: 'depth.pth' }, ['controlnet/depth.pth']],
    ['separators of Windows', 'LoraLoader', { lora_name: 'sub\\neon.safetensors' }, ['loras/sub/neon.safetensors']],
    ['an input of unknown name', 'FaceThing', { bbox_detector_name: 'face.onnx' }, ['bbox_detector/face.onnx']],
    [
      'a stack of LoRAs without those that are off',
      'Power Lora Loader',
      { lora_1: { on: true, lora: 'x.safetensors', strength: 1 }, lora_2: { on: false, lora: 'y.safetensors' } },
      ['loras/x.safetensors'],
    ],
    ['no choice', 'LoraLoader', { lora_name: 'None' }, []],
    ['a text that only ends like a file', 'CLIPTextEncode', { text: 'first line\nmodel.safetensors' }, []],
    ['a value of a list that is not of files', 'KSampler', { sampler_name: 'euler' }, []],
    ['a picture', 'LoadImage', { image: 'a.png' }, []],
  ])('%s', (_name, classType, inputs, loaders) => {
    expect(shapeOf({ '1': { class_type: classType, inputs } }, known).loaders).toEqual(loaders);
  });

  it('leave out what no output needs', () => {
    const prompt: Prompt = {
      ...painting,
      '9': { class_type: 'CheckpointLoaderSimple', inputs: { ckpt_name: 'sd15.safetensors' } },
    };
    expect(shapeOf(prompt, known)).toEqual(shapeOf(painting, known));
  });
});

describe('the work of a graph', () => {
  it.each<[string, Readonly<Record<string, Readonly<Record<string, unknown>>>>, number]>([
    ['width × height × batch × steps', {}, (1024 * 512 * 2 * 20) / 1e6],
    ['more steps', { '5': { steps: 40 } }, (1024 * 512 * 2 * 40) / 1e6],
    ['a part of a schedule', { '5': { start_at_step: 5, end_at_step: 15 } }, (1024 * 512 * 2 * 10) / 1e6],
    ['an end beyond the schedule', { '5': { start_at_step: 5, end_at_step: 10_000 } }, (1024 * 512 * 2 * 15) / 1e6],
    ['frames of a film', { '4': { length: 33 } }, (1024 * 512 * 2 * 20 * 33) / 1e6],
    ['numbers as texts', { '4': { width: '512' } }, (512 * 512 * 2 * 20) / 1e6],
    ['what an encoder of text believes', { '3': { width: 4096, height: 4096 } }, (1024 * 512 * 2 * 20) / 1e6],
    ['nonsense', { '4': { width: -5 } }, (1e6 * 2 * 20) / 1e6],
  ])('%s', (_name, changes, work) => {
    let prompt = painting;
    for (const [nodeId, inputs] of Object.entries(changes)) prompt = withInputs(prompt, nodeId, inputs);
    expect(shapeOf(prompt, known).work).toBeCloseTo(work, 6);
  });

  it('follows links to nodes that hand on a number', () => {
    const prompt: Prompt = {
      ...withInputs(withInputs(painting, '4', { width: ['20', 0], height: ['21', 1] }), '5', { steps: ['22', 0] }),
      '20': { class_type: 'PrimitiveInt', inputs: { value: ['22', 0] } },
      '21': { class_type: 'Size', inputs: { width: 7, height: 100 } },
      '22': { class_type: 'INTConstant', inputs: { value: 30 } },
    };
    expect(shapeOf(prompt, known).work).toBeCloseTo((30 * 100 * 2 * 30) / 1e6, 6);
  });

  it('ends where links go round in a circle', () => {
    const prompt: Prompt = {
      ...withInputs(painting, '5', { steps: ['20', 0] }),
      '20': { class_type: 'PrimitiveInt', inputs: { value: ['21', 0] } },
      '21': { class_type: 'PrimitiveInt', inputs: { value: ['20', 0] } },
    };
    expect(shapeOf(prompt, known).work).toBeGreaterThan(0);
  });

  it('adds up the steps of several samplers', () => {
    const prompt: Prompt = {
      ...withInputs(painting, '7', { samples: ['10', 0] }),
      '10': { class_type: 'KSampler', inputs: { latent_image: ['5', 0], steps: 10 } },
    };
    expect(shapeOf(prompt, known).work).toBeCloseTo((1024 * 512 * 2 * 30) / 1e6, 6);
  });

  it('is small without a sampler, and never nothing', () => {
    const prompt: Prompt = { '1': { class_type: 'EmptyImage', inputs: { width: 512, height: 512, batch_size: 1 } } };
    expect(shapeOf(prompt, known).work).toBeGreaterThan(0);
    expect(shapeOf(prompt, known).work).toBeLessThan(0.1);
  });
});

describe('the fingerprint', () => {
  const before = shapeOf(painting, known);

  it('is the same for other seeds and texts', () => {
    fc.assert(
      fc.property(fc.integer(), fc.string(), (seed, text) => {
        const prompt = withInputs(withInputs(painting, '5', { seed }), '3', { text: `${text} by the sea` });
        expect(shapeOf(prompt, known)).toEqual(before);
      }),
    );
  });

  it('is the same for other node ids and another order of keys', () => {
    const order = fc.shuffledSubarray(Object.keys(painting), { minLength: Object.keys(painting).length });
    fc.assert(
      fc.property(order, fc.integer({ min: 0, max: 99 }), (nodeIds, offset) => {
        const renamed = (nodeId: unknown): unknown => `n${Number(nodeId) * 7 + offset}`;
        const prompt = Object.fromEntries(
          nodeIds.map((nodeId) => {
            const node = painting[nodeId];
            const inputs = Object.entries(node?.inputs ?? {})
              .toReversed()
              .map(([name, value]): [string, unknown] => [
                name,
                Array.isArray(value) ? [renamed(value[0]), value[1]] : value,
              ]);
            return [
              String(renamed(nodeId)),
              { class_type: node?.class_type ?? '', inputs: Object.fromEntries(inputs) },
            ];
          }),
        );
        expect(shapeOf(prompt, known)).toEqual(before);
      }),
    );
  });

  it.each<[string, string, Readonly<Record<string, unknown>>]>([
    ['another LoRA', '2', { lora_name: 'sub\\neon.safetensors' }],
    ['another checkpoint', '1', { ckpt_name: 'sd15.safetensors' }],
    ['another VAE', '6', { vae_name: 'vae.safetensors' }],
  ])('and the loader key differ for %s', (_name, nodeId, inputs) => {
    const after = shapeWith(nodeId, inputs);
    expect(after.fingerprint).not.toBe(before.fingerprint);
    expect(after.family).not.toBe(before.family);
    expect(after.loaderKey).not.toBe(before.loaderKey);
  });

  it.each<[string, string, Readonly<Record<string, unknown>>]>([
    ['steps', '5', { steps: 21 }],
    ['width', '4', { width: 1032 }],
    ['batch size', '4', { batch_size: 3 }],
  ])('differs for another number of %s, within the same family', (_name, nodeId, inputs) => {
    const after = shapeWith(nodeId, inputs);
    expect(after.fingerprint).not.toBe(before.fingerprint);
    expect(after.family).toBe(before.family);
    expect(after.loaderKey).toBe(before.loaderKey);
  });

  it('differs for other classes with the same models', () => {
    const prompt: Prompt = {
      ...withInputs(painting, '8', { images: ['9', 0] }),
      '9': { class_type: 'ImageScale', inputs: { image: ['7', 0] } },
    };
    expect(shapeOf(prompt, known)).toMatchObject({ loaderKey: before.loaderKey, work: before.work });
    expect(shapeOf(prompt, known).family).not.toBe(before.family);
  });
});

describe('the needs of a graph', () => {
  it('are its classes and the values of its lists', () => {
    expect(needsOf(painting, known)).toMatchObject({
      classTypes: Object.values(painting)
        .map((node) => node.class_type)
        .sort(),
      combos: [
        { classType: 'CheckpointLoaderSimple', inputName: 'ckpt_name', value: 'sdxl.safetensors' },
        { classType: 'KSampler', inputName: 'sampler_name', value: 'euler' },
        { classType: 'KSampler', inputName: 'scheduler', value: 'normal' },
        { classType: 'LoraLoader', inputName: 'lora_name', value: 'ink.safetensors' },
        { classType: 'VAELoader', inputName: 'vae_name', value: 'taesd' },
      ],
    });
  });

  it('leave out files that come with the job', () => {
    const prompt: Prompt = { '1': { class_type: 'LoadImage', inputs: { image: 'mine.png [input]' } } };
    expect(needsOf(prompt, known).combos).toEqual([]);
  });

  it('are only the model files of a class that nobody knows', () => {
    const prompt: Prompt = { '1': { class_type: 'Foo', inputs: { model: 'x.safetensors', mode: 'fast' } } };
    expect(needsOf(prompt, known).combos).toEqual([{ classType: 'Foo', inputName: 'model', value: 'x.safetensors' }]);
  });

  it('want every class, but only the values that an output needs', () => {
    const prompt: Prompt = {
      ...painting,
      '9': { class_type: 'LoraLoader', inputs: { lora_name: 'sub\\neon.safetensors' } },
    };
    const needs = needsOf(
      { ...prompt, '10': { class_type: 'Foo', inputs: { x: ['9', 0] } } },
      {
        ...known,
        isOutput: (classType) => classType === 'SaveImage',
      },
    );
    expect(needs.classTypes).toContain('Foo');
    expect(needs.combos).toEqual(needsOf(painting, known).combos);
  });

  it('have one key for equal needs', () => {
    const key = needsOf(painting, known).key;
    expect(needsOf(withInputs(painting, '5', { seed: 9, steps: 5 }), known).key).toBe(key);
    expect(needsOf(withInputs(painting, '5', { sampler_name: 'heun' }), known).key).not.toBe(key);
  });
});
