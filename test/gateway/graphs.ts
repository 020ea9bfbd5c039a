import type { Prompt } from '#contract/models/workflow.ts';

const size = 16;

/** The smallest job that leaves a file: one square of one colour (0xRRGGBB). */
export const square = (color: number, prefix = 'gateway'): Prompt => ({
  '1': { class_type: 'EmptyImage', inputs: { width: size, height: size, batch_size: 1, color } },
  '2': { class_type: 'SaveImage', inputs: { images: ['1', 0], filename_prefix: prefix } },
});

export interface StepsOptions {
  readonly seed: number;
  readonly steps?: number;
  readonly delaySeconds?: number;
  readonly preview?: boolean;
  /** Beginning of the name of its file. */
  readonly prefix?: string;
}

/** Steps of a known length in real time; its previews and its picture are grey as its seed says. */
export const steps = (options: StepsOptions): Prompt => {
  const { seed, steps: count = 10, delaySeconds = 0.05, preview = false, prefix = `steps-${seed}` } = options;
  return {
    '1': { class_type: 'RSteps', inputs: { steps: count, delay: delaySeconds, preview, seed } },
    '2': { class_type: 'SaveImage', inputs: { images: ['1', 0], filename_prefix: prefix } },
  };
};

/** A job that lasts until it is stopped. */
export const endless = (seed: number): Prompt => steps({ seed, steps: 10_000, delaySeconds: 0.05 });

/** A node that raises, after a moment: some clients only listen once they were told that a prompt is taken. */
export const failing = (message: string): Prompt => ({
  '1': { class_type: 'RSteps', inputs: { steps: 2, delay: 0.1, preview: false, seed: 0 } },
  '2': { class_type: 'RFail', inputs: { image: ['1', 0], message } },
  '3': { class_type: 'SaveImage', inputs: { images: ['2', 0], filename_prefix: 'never' } },
});

/** Text to image with the placeholder model of the sandbox. */
export const textToImage = (seed: number, stepCount = 4): Prompt => ({
  '4': { class_type: 'CheckpointLoaderSimple', inputs: { ckpt_name: 'sandbox-v1.safetensors' } },
  '5': { class_type: 'EmptyLatentImage', inputs: { width: 64, height: 64, batch_size: 1 } },
  '6': { class_type: 'CLIPTextEncode', inputs: { text: 'a red fox', clip: ['4', 1] } },
  '7': { class_type: 'CLIPTextEncode', inputs: { text: 'blurry', clip: ['4', 1] } },
  '3': {
    class_type: 'KSampler',
    inputs: {
      seed,
      steps: stepCount,
      cfg: 7,
      sampler_name: 'euler',
      scheduler: 'normal',
      denoise: 1,
      model: ['4', 0],
      positive: ['6', 0],
      negative: ['7', 0],
      latent_image: ['5', 0],
    },
  },
  '8': { class_type: 'VAEDecode', inputs: { samples: ['3', 0], vae: ['4', 2] } },
  '9': { class_type: 'SaveImage', inputs: { images: ['8', 0], filename_prefix: 'fox' } },
});

/** Reads an uploaded picture and saves it turned to its negative. */
export const invertOf = (image: string): Prompt => ({
  '1': { class_type: 'LoadImage', inputs: { image } },
  '2': { class_type: 'ImageInvert', inputs: { image: ['1', 0] } },
  '3': { class_type: 'SaveImage', inputs: { images: ['2', 0], filename_prefix: 'inverted' } },
});
