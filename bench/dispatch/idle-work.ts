import type { Prompt } from '#contract/models/workflow.ts';

/** A model file that is small enough to be loaded in a moment on a slow clock; it takes no place on the disk. */
export const benchModel = { name: 'dispatch.safetensors', bytes: 20_000_000 };

/**
 * A graph that keeps a sandbox's card busy and its processor idle: a sampler that changes nothing hands its picture on, so that nothing is
 * painted. The job's length lies in `steps`.
 */
export const idlePrompt = (side: number): Prompt => ({
  '1': { class_type: 'CheckpointLoaderSimple', inputs: { ckpt_name: benchModel.name } },
  '2': { class_type: 'CLIPTextEncode', inputs: { clip: ['1', 1], text: 'a castle in the clouds' } },
  '3': { class_type: 'EmptyImage', inputs: { width: side, height: side, batch_size: 1, color: 255 } },
  '4': { class_type: 'VAEEncode', inputs: { pixels: ['3', 0], vae: ['1', 2] } },
  '5': {
    class_type: 'KSampler',
    inputs: {
      model: ['1', 0],
      seed: 1,
      steps: 4,
      cfg: 7,
      sampler_name: 'heun',
      scheduler: 'normal',
      positive: ['2', 0],
      negative: ['2', 0],
      latent_image: ['4', 0],
      denoise: 0,
    },
  },
  '6': { class_type: 'VAEDecode', inputs: { samples: ['5', 0], vae: ['1', 2] } },
  '7': { class_type: 'SaveImage', inputs: { images: ['6', 0], filename_prefix: 'dispatch' } },
});
