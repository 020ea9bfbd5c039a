import type { NodeDefinition } from '../node-definition.ts';
import { defineNode } from '../node-shape.ts';
import { framesOf, imageBatch, withChannels } from '../pixels/batches.ts';
import { cropRaster } from '../pixels/resample.ts';
import type { LatentValue } from '../values.ts';
import { loadPart, styleName } from './model-parts.ts';

const category = 'model/latent';

/** A latent has one cell for so many pixels a side. */
const latentCell = 8;
const wholeCells = (side: number): number => Math.floor(side / latentCell) * latentCell;

/** The reference card's time for a megapixel through the VAE, and the memory that it takes for a pixel meanwhile. */
const decodeMsPerMegapixel = 160;
const encodeMsPerMegapixel = 110;
const vaeBytesPerPixel = 2200;

const pixelMillions = (width: number, height: number): number => (width * height) / 1e6;

export const emptyLatentImage = (): NodeDefinition =>
  defineNode(
    {
      classType: 'EmptyLatentImage',
      displayName: 'Empty Latent Image',
      description: 'Makes empty latents for a sampler to fill.',
      pythonModule: 'nodes',
      category,
      api: 'v1',
      inputs: {
        required: {
          width: ['INT', { default: 512, min: 16, max: 16384, step: 8, tooltip: 'Width in pixels.' }],
          height: ['INT', { default: 512, min: 16, max: 16384, step: 8, tooltip: 'Height in pixels.' }],
          batch_size: ['INT', { default: 1, min: 1, max: 4096, tooltip: 'How many pictures at once.' }],
        },
      },
      outputTypes: ['LATENT'],
    },
    {
      run(inputs) {
        const latent: LatentValue = {
          kind: 'latent',
          width: wholeCells(inputs.number('width')),
          height: wholeCells(inputs.number('height')),
          batchSize: inputs.number('batch_size'),
          pictures: null,
        };
        return { values: [latent] };
      },
    },
  );

export const vaeEncode = (): NodeDefinition =>
  defineNode(
    {
      classType: 'VAEEncode',
      displayName: 'VAE Encode',
      description: 'Turns pictures into latents; sides are cut to multiples of 8.',
      pythonModule: 'nodes',
      category,
      api: 'v1',
      inputs: { required: { pixels: ['IMAGE'], vae: ['VAE'] } },
      outputTypes: ['LATENT'],
    },
    {
      async run(inputs, context) {
        const pixels = inputs.image('pixels');
        await loadPart(inputs.vae('vae').part, [], context);
        const [width, height] = [wholeCells(pixels.width), wholeCells(pixels.height)];
        const x = Math.floor((pixels.width - width) / 2);
        const y = Math.floor((pixels.height - height) / 2);
        await context.device.allocate(width * height * vaeBytesPerPixel, () =>
          context.device.work(
            encodeMsPerMegapixel * pixelMillions(width, height) * pixels.frames.length,
            context.signal,
          ),
        );
        const pictures = framesOf(pixels).map(
          (frame) => cropRaster(withChannels(frame, 3), { x, y, width, height }).data,
        );
        const latent: LatentValue = { kind: 'latent', width, height, batchSize: pictures.length, pictures };
        return { values: [latent] };
      },
    },
  );

/** What a VAE makes of latents that no sampler has touched. */
const emptyLatentGrey = 0.5;

export const vaeDecode = (): NodeDefinition =>
  defineNode(
    {
      classType: 'VAEDecode',
      displayName: 'VAE Decode',
      description: 'Turns latents into pictures.',
      pythonModule: 'nodes',
      category,
      api: 'v1',
      inputs: {
        required: {
          samples: ['LATENT', { tooltip: 'Latents to decode.' }],
          vae: ['VAE', { tooltip: 'The VAE that decodes them.' }],
        },
      },
      outputTypes: ['IMAGE'],
    },
    {
      async run(inputs, context) {
        const { width, height, batchSize, pictures } = inputs.latent('samples');
        await loadPart(inputs.vae('vae').part, [], context);
        await context.device.allocate(width * height * vaeBytesPerPixel, () =>
          context.device.work(decodeMsPerMegapixel * pixelMillions(width, height) * batchSize, context.signal),
        );
        const grey = (): Float32Array => new Float32Array(width * height * 3).fill(emptyLatentGrey);
        const frames = pictures ?? Array.from({ length: batchSize }, grey);
        return { values: [imageBatch(frames.map((data) => ({ width, height, channels: 3, data })))] };
      },
    },
  );

/** The reference card's time for one text. */
const encodeTextMs = 25;

export const clipTextEncode = (): NodeDefinition =>
  defineNode(
    {
      classType: 'CLIPTextEncode',
      displayName: 'CLIP Text Encode (Prompt)',
      description: 'Reads a text, so that it can guide a sampler.',
      pythonModule: 'nodes',
      category: 'model/conditioning',
      api: 'v1',
      inputs: {
        required: {
          text: ['STRING', { multiline: true, dynamicPrompts: true, tooltip: 'The text.' }],
          clip: ['CLIP', { tooltip: 'The text encoder.' }],
        },
      },
      outputTypes: ['CONDITIONING'],
    },
    {
      async run(inputs, context) {
        const clip = inputs.clip('clip');
        await loadPart(clip.part, clip.loras, context);
        await context.device.work(encodeTextMs, context.signal);
        const encoder = styleName(clip.file, clip.loras);
        return { values: [{ kind: 'conditioning', text: inputs.text('text'), encoder }] };
      },
    },
  );
