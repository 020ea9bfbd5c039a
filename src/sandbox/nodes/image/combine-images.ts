import { createNodeError } from '#comfyui/python/node-failure.ts';
import type { NodeDefinition } from '../node-definition.ts';
import { defineNode } from '../node-shape.ts';
import { frameAt, framesOf, imageBatch, mapFrames, withChannels } from '../pixels/batches.ts';
import { cropToAspect, type Raster, type ResampleMethod, resampling } from '../pixels/resample.ts';
import { inTurns, type Strokes } from '../strokes.ts';
import { type BlendMode, blendModes, blendSample } from './blend-modes.ts';

/** The picture cut and resized to another one's size and channels. */
function* fitTo(source: Raster, target: Raster, method: ResampleMethod): Strokes<Raster> {
  const fitted =
    source.width === target.width && source.height === target.height
      ? source
      : yield* resampling(cropToAspect(source, target.width, target.height), target.width, target.height, method);
  return withChannels(fitted, target.channels);
}

/** Samples blended between two moments at which the server may get its turn. */
const samplesAStroke = 65_536;

function* blend(lower: Raster, upper: Raster, mode: BlendMode, factor: number): Strokes<Raster> {
  const data = new Float32Array(lower.data.length);
  for (let index = 0; index < data.length; index += 1) {
    if (index % samplesAStroke === 0) yield;
    const a = lower.data[index] ?? 0;
    const mixed = a * (1 - factor) + blendSample(mode, a, upper.data[index] ?? 0) * factor;
    data[index] = Math.max(0, Math.min(1, mixed));
  }
  return { ...lower, data };
}

/** The second picture over the first one, fitted to it. */
function* blendFitted(lower: Raster, upper: Raster, mode: BlendMode, factor: number): Strokes<Raster> {
  return yield* blend(lower, yield* fitTo(upper, lower, 'bicubic'), mode, factor);
}

/** How many frames two batches make together: equal counts, or one of them a single frame. */
const broadcastLength = (first: number, second: number): number => {
  if (first === second || second === 1) return first;
  if (first === 1) return second;
  throw createNodeError(
    'RuntimeError',
    `The size of tensor a (${first}) must match the size of tensor b (${second}) at non-singleton dimension 0`,
  );
};

export const imageBlend = (): NodeDefinition =>
  defineNode(
    {
      classType: 'ImageBlend',
      displayName: 'Blend Images',
      description: 'Mixes two pictures; the second takes the size of the first.',
      pythonModule: 'comfy_extras.nodes_post_processing',
      category: 'image/filters',
      api: 'v3',
      inputs: {
        required: {
          image1: ['IMAGE', {}],
          image2: ['IMAGE', {}],
          blend_factor: ['FLOAT', { default: 0.5, min: 0, max: 1, step: 0.01 }],
          blend_mode: ['COMBO', { multiselect: false, options: blendModes }],
        },
      },
      outputTypes: ['IMAGE'],
    },
    {
      async run(inputs) {
        const first = inputs.image('image1');
        const second = inputs.image('image2');
        const name = inputs.text('blend_mode');
        const mode = blendModes.find((known) => known === name);
        if (mode === undefined) throw createNodeError('ValueError', `Unsupported blend mode: ${name}`);
        const factor = inputs.number('blend_factor');
        const length = broadcastLength(first.frames.length, second.frames.length);
        const frames: Raster[] = [];
        for (let index = 0; index < length; index += 1) {
          frames.push(await inTurns(blendFitted(frameAt(first, index), frameAt(second, index), mode, factor)));
        }
        return { values: [imageBatch(frames)] };
      },
    },
  );

export const imageBatchNode = (): NodeDefinition =>
  defineNode(
    {
      classType: 'ImageBatch',
      displayName: 'Batch Images (DEPRECATED)',
      description: 'Puts two pictures into one batch; the second takes the size of the first.',
      pythonModule: 'nodes',
      category: 'image/batch',
      api: 'v1',
      inputs: { required: { image1: ['IMAGE'], image2: ['IMAGE'] } },
      outputTypes: ['IMAGE'],
      isDeprecated: true,
    },
    {
      async run(inputs) {
        const first = inputs.image('image1');
        const second = inputs.image('image2');
        const channels = Math.max(first.channels, second.channels);
        const kept = framesOf(first).map((frame) => withChannels(frame, channels));
        const target = kept[0] ?? frameAt(first, 0);
        const added = await mapFrames(second, (frame) => fitTo(frame, target, 'bilinear'));
        return { values: [imageBatch([...kept, ...framesOf(added)])] };
      },
    },
  );
