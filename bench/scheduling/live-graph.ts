import type { Prompt } from '#contract/models/workflow.ts';
import type { ModelFile, TraceWorkflow } from './trace.ts';

/**
 * What the sandbox takes for `livePrompt`, in milliseconds of its reference card: two texts, the way into the latent space, the steps of a
 * sampler that asks the model twice a step, and the way back.
 */
const pictureSize = 512;
const megapixels = pictureSize ** 2 / 1e6;
const textMs = 25;
const encodeMsPerMegapixel = 110;
const decodeMsPerMegapixel = 160;
const stepMs = 60 * 2;
/** The sandbox reads this many bytes of a model file in a millisecond of its reference card. */
export const sandboxBytesPerMs = 2_000_000;

const fixedMs = 2 * textMs + (encodeMsPerMegapixel + decodeMsPerMegapixel) * megapixels;

/** Steps whose run comes closest to a wanted time. */
export const stepsFor = (runMs: number): number => Math.max(1, Math.round((runMs - fixedMs) / stepMs));

/** The parts of a checkpoint in the order in which the graph loads them, with their shares of the file. */
const parts = [
  ['clip', 0.235],
  ['vae', 0.025],
  ['model', 0.74],
] as const;

/** The same workflow as the simulator should see it, on a clock that runs `clock` times faster. */
export const liveWorkflow = (workflow: TraceWorkflow, loadMs: number, clock: number): TraceWorkflow => {
  const steps = stepsFor(workflow.runMs);
  const bytes = Math.round(loadMs * sandboxBytesPerMs);
  const files = parts.map(
    ([part, share]): ModelFile => ({ name: `${workflow.model}#${part}`, bytes: Math.round(bytes * share) }),
  );
  return {
    ...workflow,
    id: `${workflow.model}-${steps}`,
    files,
    work: megapixels * steps,
    runMs: (fixedMs + steps * stepMs) / clock,
  };
};

/**
 * A graph that keeps a sandbox's card busy and its processor idle: nothing is painted, since a sampler that changes nothing hands the picture
 * on. Texts differ from job to job, so that no part of the work comes from a cache.
 */
export const livePrompt = (checkpoint: string, steps: number, number: number): Prompt => ({
  '1': { class_type: 'CheckpointLoaderSimple', inputs: { ckpt_name: checkpoint } },
  '2': { class_type: 'CLIPTextEncode', inputs: { clip: ['1', 1], text: `picture ${number}` } },
  '3': { class_type: 'CLIPTextEncode', inputs: { clip: ['1', 1], text: `not ${number}` } },
  '4': {
    class_type: 'EmptyImage',
    inputs: { width: pictureSize, height: pictureSize, batch_size: 1, color: number },
  },
  '5': { class_type: 'VAEEncode', inputs: { pixels: ['4', 0], vae: ['1', 2] } },
  '6': {
    class_type: 'KSampler',
    inputs: {
      model: ['1', 0],
      seed: number,
      steps,
      cfg: 7,
      sampler_name: 'heun',
      scheduler: 'normal',
      positive: ['2', 0],
      negative: ['3', 0],
      latent_image: ['5', 0],
      denoise: 0,
    },
  },
  '7': { class_type: 'VAEDecode', inputs: { samples: ['6', 0], vae: ['1', 2] } },
  '8': { class_type: 'SaveImage', inputs: { images: ['7', 0], filename_prefix: 'live' } },
});
