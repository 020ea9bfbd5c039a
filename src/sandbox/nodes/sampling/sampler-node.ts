import type { NodeContext, NodeDefinition } from '../node-definition.ts';
import { defineNode } from '../node-shape.ts';
import { createDenoising, type Denoising, previewDimensions } from '../painting/denoising.ts';
import { paintScene } from '../painting/paint-scene.ts';
import { restyle } from '../painting/restyle.ts';
import { describeScene, type Scene, type SceneRequest } from '../painting/scene.ts';
import { encodePreview } from '../pixels/encode.ts';
import { type Raster, resampling } from '../pixels/resample.ts';
import type { InputReader } from '../read-inputs.ts';
import { inTurns } from '../strokes.ts';
import type { LatentValue } from '../values.ts';
import { samplerNames, schedulerNames } from './combo-options.ts';
import { loadPart, styleName } from './model-parts.ts';

/** The reference card's time for one step of a picture of the reference size, with guidance. */
const stepMs = 60;
const referencePixels = 512 * 512;

/** Samplers that ask the model twice a step. */
const twoPassSamplers: ReadonlySet<string> = new Set([
  'heun',
  'heunpp2',
  'dpm_2',
  'dpm_2_ancestral',
  'dpmpp_2s_ancestral',
  'dpmpp_2s_ancestral_cfg_pp',
  'dpmpp_sde',
  'dpmpp_sde_gpu',
  'seeds_2',
]);

/** Memory that sampling takes for each pixel of the batch beside the model. */
const samplingBytesPerPixel = 2600;

/** Without guidance the model is asked for the prompt only, not for the negative prompt. */
const guidanceShare = (guidance: number): number => (guidance === 1 ? 0.55 : 1);

interface Sampling {
  readonly steps: number;
  readonly denoise: number;
  readonly stepWorkMs: number;
  readonly latent: LatentValue;
  readonly request: SceneRequest;
}

const readSampling = (inputs: InputReader): Sampling => {
  const latent = inputs.latent('latent_image');
  const model = inputs.model('model');
  const [positive, negative] = [inputs.conditioning('positive'), inputs.conditioning('negative')];
  const [steps, guidance, denoise] = [inputs.number('steps'), inputs.number('cfg'), inputs.number('denoise')];
  const sampler = inputs.text('sampler_name');
  const passes = twoPassSamplers.has(sampler) ? 2 : 1;
  const size = (latent.width * latent.height * latent.batchSize) / referencePixels;
  return {
    steps,
    denoise,
    stepWorkMs: stepMs * size * passes * guidanceShare(guidance),
    latent,
    request: {
      prompt: positive.text,
      negativePrompt: negative.text,
      seed: inputs.number('seed'),
      steps,
      guidance,
      style: [styleName(model.file, model.loras), positive.encoder, sampler, inputs.text('scheduler')].join('|'),
    },
  };
};

/** Scene of one picture of a batch: the first one is the picture that a batch of one gives. */
const sceneOf = ({ request }: Sampling, batchIndex: number): Scene =>
  describeScene({ ...request, seed: request.seed + batchIndex * 7919 });

const inputPicture = ({ width, height, pictures }: LatentValue, batchIndex: number): Raster | null => {
  const data = pictures?.[batchIndex];
  return data === undefined ? null : { width, height, channels: 3, data };
};

/** One picture of the batch; an interrupt is noticed while it is painted. */
const paintPicture = async (sampling: Sampling, batchIndex: number, context: NodeContext): Promise<Raster> => {
  const { latent, denoise } = sampling;
  const input = inputPicture(latent, batchIndex);
  if (input !== null && denoise === 0) return input;
  const scene = sceneOf(sampling, batchIndex);
  const strokes = input === null ? paintScene(scene, latent.width, latent.height) : restyle(input, scene, denoise);
  return await inTurns(strokes, () => context.signal.throwIfInterrupted());
};

/** Previews of the first picture; painted small at the first one that is asked for. */
const previewDenoising = (sampling: Sampling, context: NodeContext): (() => Promise<Denoising>) => {
  let denoising: Denoising | null = null;
  return async () => {
    if (denoising !== null) return denoising;
    const { latent, denoise, request } = sampling;
    const { width, height } = previewDimensions(latent.width, latent.height, context.previewSize);
    const input = inputPicture(latent, 0);
    const small = input === null ? null : await inTurns(resampling(input, width, height, 'area'));
    const scene = sceneOf(sampling, 0);
    const final = await inTurns(small === null ? paintScene(scene, width, height) : restyle(small, scene, denoise));
    denoising = createDenoising(final, small, request.seed >>> 0);
    return denoising;
  };
};

/** A card works on the next step while the processor tells of the last one. */
const runSteps = async (sampling: Sampling, context: NodeContext): Promise<void> => {
  const { steps, stepWorkMs } = sampling;
  const denoising = previewDenoising(sampling, context);
  const tell = async (step: number): Promise<void> => {
    const preview = async () => ({
      bytes: await encodePreview((await denoising()).at(step / steps), context.previewSize),
      mediaType: 'image/jpeg' as const,
    });
    await context.progress(step, steps, context.previewsEnabled ? preview : undefined);
  };
  for (let step = 1; step <= steps; step += 1) {
    const work = context.device.work(stepWorkMs, context.signal);
    await Promise.all([work, step > 1 ? tell(step - 1) : undefined]);
  }
  if (steps > 0) await tell(steps);
};

export const kSampler = (): NodeDefinition =>
  defineNode(
    {
      classType: 'KSampler',
      displayName: 'KSampler',
      description: 'Takes the noise out of latents, step by step, guided by the prompts.',
      pythonModule: 'nodes',
      category: 'model/sampling',
      api: 'v1',
      inputs: {
        required: {
          model: ['MODEL', { tooltip: 'The diffusion model.' }],
          seed: [
            'INT',
            { default: 0, min: 0, max: 2 ** 64, control_after_generate: true, tooltip: 'Start of the random noise.' },
          ],
          steps: ['INT', { default: 20, min: 1, max: 10000, tooltip: 'Steps of denoising.' }],
          cfg: [
            'FLOAT',
            { default: 8, min: 0, max: 100, step: 0.1, round: 0.01, tooltip: 'How closely to follow the prompt.' },
          ],
          sampler_name: [samplerNames, { tooltip: 'The sampling method.' }],
          scheduler: [schedulerNames, { tooltip: 'How the noise is spread over the steps.' }],
          positive: ['CONDITIONING', { tooltip: 'What to show.' }],
          negative: ['CONDITIONING', { tooltip: 'What to leave out.' }],
          latent_image: ['LATENT', { tooltip: 'Latents to start from.' }],
          denoise: [
            'FLOAT',
            { default: 1, min: 0, max: 1, step: 0.01, tooltip: 'How much of the start to replace; 1 = all of it.' },
          ],
        },
      },
      outputTypes: ['LATENT'],
    },
    {
      async run(inputs, context) {
        const sampling = readSampling(inputs);
        const { latent } = sampling;
        const model = inputs.model('model');
        await loadPart(model.part, model.loras, context);
        const workingBytes = latent.width * latent.height * latent.batchSize * samplingBytesPerPixel;
        await context.device.allocate(workingBytes, () => runSteps(sampling, context));
        const pictures: Float32Array[] = [];
        for (let index = 0; index < latent.batchSize; index += 1) {
          context.signal.throwIfInterrupted();
          pictures.push((await paintPicture(sampling, index, context)).data);
        }
        const sampled: LatentValue = { ...latent, pictures };
        return { values: [sampled] };
      },
    },
  );
