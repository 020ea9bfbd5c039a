import type { ModelFiles } from '../../models/model-files.ts';
import type { NodeDefinition } from '../node-definition.ts';
import { defineNode } from '../node-shape.ts';
import type { AppliedLora, ClipValue, ModelFile, ModelValue, VaeValue } from '../values.ts';
import { clipTypes, weightTypes } from './combo-options.ts';
import { requireModelFile, splitCheckpoint, wholePart } from './model-parts.ts';

const category = 'model/loaders';

const checkpointLoader = (modelFiles: ModelFiles): NodeDefinition =>
  defineNode(
    {
      classType: 'CheckpointLoaderSimple',
      displayName: 'Load Checkpoint',
      description: 'Loads a diffusion model with its text encoder and its VAE from one file.',
      pythonModule: 'nodes',
      category,
      api: 'v1',
      inputs: async (folders) => ({
        required: {
          ckpt_name: [await modelFiles.list('checkpoints', folders), { tooltip: 'File in the checkpoints folder.' }],
        },
      }),
      outputTypes: ['MODEL', 'CLIP', 'VAE'],
    },
    {
      async run(inputs, context) {
        const file = await requireModelFile(modelFiles, 'checkpoints', inputs.text('ckpt_name'), context);
        const { model, clip, vae } = splitCheckpoint(file);
        return { values: [model, clip, vae] };
      },
    },
  );

const diffusionModelLoader = (modelFiles: ModelFiles): NodeDefinition =>
  defineNode(
    {
      classType: 'UNETLoader',
      displayName: 'Load Diffusion Model',
      description: 'Loads a diffusion model without text encoder and VAE.',
      pythonModule: 'nodes',
      category,
      api: 'v1',
      inputs: async (folders) => ({
        required: {
          unet_name: [await modelFiles.list('diffusion_models', folders)],
          weight_dtype: [weightTypes, { advanced: true }],
        },
      }),
      outputTypes: ['MODEL'],
    },
    {
      async run(inputs, context) {
        const file = await requireModelFile(modelFiles, 'diffusion_models', inputs.text('unet_name'), context);
        // Eight-bit weights take half the memory of the file's sixteen.
        const isHalved = inputs.text('weight_dtype') !== 'default';
        const loaded: ModelFile = isHalved ? { ...file, bytes: Math.round(file.bytes / 2) } : file;
        const part = wholePart('diffusion_models', loaded, 'Flux');
        const model: ModelValue = { kind: 'model', file: loaded, part, loras: [] };
        return { values: [model] };
      },
    },
  );

const textEncoderLoader = (modelFiles: ModelFiles): NodeDefinition =>
  defineNode(
    {
      classType: 'CLIPLoader',
      displayName: 'Load CLIP',
      description: 'Loads a text encoder.',
      pythonModule: 'nodes',
      category,
      api: 'v1',
      inputs: async (folders) => ({
        required: {
          clip_name: [await modelFiles.list('text_encoders', folders)],
          type: [clipTypes],
        },
        optional: { device: [['default', 'cpu'], { advanced: true }] },
      }),
      outputTypes: ['CLIP'],
    },
    {
      async run(inputs, context) {
        const file = await requireModelFile(modelFiles, 'text_encoders', inputs.text('clip_name'), context);
        const part = wholePart('text_encoders', file, 'TextEncoder');
        const clip: ClipValue = { kind: 'clip', file, part, loras: [] };
        return { values: [clip] };
      },
    },
  );

/** The VAE that is no file: pixels are their own latents. */
const pixelSpace = 'pixel_space';

const vaeLoader = (modelFiles: ModelFiles): NodeDefinition =>
  defineNode(
    {
      classType: 'VAELoader',
      displayName: 'Load VAE',
      description: 'Loads what turns pictures into latents and back.',
      pythonModule: 'nodes',
      category,
      api: 'v1',
      inputs: async (folders) => ({
        required: { vae_name: [[...(await modelFiles.list('vae', folders)), pixelSpace]] },
      }),
      outputTypes: ['VAE'],
    },
    {
      async run(inputs, context) {
        const name = inputs.text('vae_name');
        const file =
          name === pixelSpace ? { name, bytes: 0 } : await requireModelFile(modelFiles, 'vae', name, context);
        const vae: VaeValue = { kind: 'vae', file, part: wholePart('vae', file, 'AutoencoderKL') };
        return { values: [vae] };
      },
    },
  );

const strengthRange = { default: 1, min: -100, max: 100, step: 0.01 };

const withLora = (loras: readonly AppliedLora[], file: ModelFile, strength: number): readonly AppliedLora[] =>
  strength === 0 ? loras : [...loras, { ...file, strength }];

const loraLoader = (modelFiles: ModelFiles): NodeDefinition =>
  defineNode(
    {
      classType: 'LoraLoader',
      displayName: 'Load LoRA (Model and CLIP)',
      description: 'Changes a diffusion model and its text encoder by a LoRA.',
      pythonModule: 'nodes',
      category,
      api: 'v1',
      inputs: async (folders) => ({
        required: {
          model: ['MODEL', { tooltip: 'Diffusion model to change.' }],
          clip: ['CLIP', { tooltip: 'Text encoder to change.' }],
          lora_name: [await modelFiles.list('loras', folders), { tooltip: 'File in the loras folder.' }],
          strength_model: ['FLOAT', { ...strengthRange, tooltip: 'How much it changes the model; may be negative.' }],
          strength_clip: ['FLOAT', { ...strengthRange, tooltip: 'How much it changes the encoder; may be negative.' }],
        },
      }),
      outputTypes: ['MODEL', 'CLIP'],
    },
    {
      async run(inputs, context) {
        const [model, clip] = [inputs.model('model'), inputs.clip('clip')];
        const file = await requireModelFile(modelFiles, 'loras', inputs.text('lora_name'), context);
        return {
          values: [
            { ...model, loras: withLora(model.loras, file, inputs.number('strength_model')) },
            { ...clip, loras: withLora(clip.loras, file, inputs.number('strength_clip')) },
          ],
        };
      },
    },
  );

/** Loaders only name their files: the bytes reach the card when the first node works with them, as in ComfyUI. */
export const loaderNodes = (modelFiles: ModelFiles): NodeDefinition[] => [
  checkpointLoader(modelFiles),
  diffusionModelLoader(modelFiles),
  textEncoderLoader(modelFiles),
  vaeLoader(modelFiles),
  loraLoader(modelFiles),
];
