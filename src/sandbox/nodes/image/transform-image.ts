import { createNodeError } from '#comfyui/python/node-failure.ts';
import type { NodeDefinition } from '../node-definition.ts';
import { defineNode } from '../node-shape.ts';
import { framesOf, imageBatch, mapBatch, mapFrames } from '../pixels/batches.ts';
import {
  cropRaster,
  cropToAspect,
  type ResampleMethod,
  resampleMethods,
  resampling,
  roundHalfEven,
} from '../pixels/resample.ts';

const size = (minimum: number): Readonly<Record<string, unknown>> => ({
  default: 512,
  min: minimum,
  max: 16384,
  step: 1,
});

const methodNamed = (name: string): ResampleMethod => {
  const method = resampleMethods.find((known) => known === name);
  if (method === undefined) throw createNodeError('ValueError', `Unsupported upscale method: ${name}`);
  return method;
};

/** A side of 0 follows from the other one and the aspect; at least one pixel. */
const followingSide = (side: number, other: number, aspect: number): number =>
  side === 0 ? Math.max(1, roundHalfEven(other * aspect)) : side;

export const imageScale = (): NodeDefinition =>
  defineNode(
    {
      classType: 'ImageScale',
      displayName: 'Upscale Image',
      description: 'Resizes pictures; a side of 0 keeps the aspect.',
      pythonModule: 'nodes',
      category: 'image/upscaling',
      api: 'v1',
      inputs: {
        required: {
          image: ['IMAGE'],
          upscale_method: [resampleMethods],
          width: ['INT', size(0)],
          height: ['INT', size(0)],
          crop: [['disabled', 'center']],
        },
      },
      outputTypes: ['IMAGE'],
    },
    {
      async run(inputs) {
        const image = inputs.image('image');
        const method = methodNamed(inputs.text('upscale_method'));
        const askedWidth = inputs.number('width');
        const askedHeight = inputs.number('height');
        if (askedWidth === 0 && askedHeight === 0) return { values: [image] };
        const width = followingSide(askedWidth, askedHeight, image.width / image.height);
        const height = followingSide(askedHeight, askedWidth, image.height / image.width);
        const isCropped = inputs.text('crop') === 'center';
        const scaled = await mapFrames(image, (frame) =>
          resampling(isCropped ? cropToAspect(frame, width, height) : frame, width, height, method),
        );
        return { values: [scaled] };
      },
    },
  );

export const imageScaleBy = (): NodeDefinition =>
  defineNode(
    {
      classType: 'ImageScaleBy',
      displayName: 'Upscale Image By',
      description: 'Resizes pictures by a factor.',
      pythonModule: 'nodes',
      category: 'image/upscaling',
      api: 'v1',
      inputs: {
        required: {
          image: ['IMAGE'],
          upscale_method: [resampleMethods],
          scale_by: ['FLOAT', { default: 1, min: 0.01, max: 8, step: 0.01 }],
        },
      },
      outputTypes: ['IMAGE'],
    },
    {
      async run(inputs) {
        const image = inputs.image('image');
        const method = methodNamed(inputs.text('upscale_method'));
        const factor = inputs.number('scale_by');
        const width = roundHalfEven(image.width * factor);
        const height = roundHalfEven(image.height * factor);
        if (width < 1 || height < 1) {
          throw createNodeError(
            'RuntimeError',
            `Input and output sizes should be greater than 0, but got input (H: ${image.height}, W: ${image.width}) ` +
              `output (H: ${height}, W: ${width})`,
          );
        }
        return { values: [await mapFrames(image, (frame) => resampling(frame, width, height, method))] };
      },
    },
  );

export const imageCrop = (): NodeDefinition =>
  defineNode(
    {
      classType: 'ImageCrop',
      displayName: 'Crop Image (DEPRECATED)',
      description: 'Cuts a rectangle out of pictures; what lies beyond their edges is left off.',
      pythonModule: 'comfy_extras.nodes_images',
      category: 'image/transform',
      api: 'v3',
      inputs: {
        required: {
          image: ['IMAGE', {}],
          width: ['INT', size(1)],
          height: ['INT', size(1)],
          x: ['INT', { ...size(0), default: 0 }],
          y: ['INT', { ...size(0), default: 0 }],
        },
      },
      outputTypes: ['IMAGE'],
      isDeprecated: true,
    },
    {
      run(inputs) {
        const image = inputs.image('image');
        const x = Math.min(inputs.number('x'), image.width - 1);
        const y = Math.min(inputs.number('y'), image.height - 1);
        const area = { x, y, width: inputs.number('width'), height: inputs.number('height') };
        return { values: [imageBatch(framesOf(image).map((frame) => cropRaster(frame, area)))] };
      },
    },
  );

export const imageInvert = (): NodeDefinition =>
  defineNode(
    {
      classType: 'ImageInvert',
      displayName: 'Invert Image Colors',
      description: 'Turns every colour into its opposite.',
      pythonModule: 'nodes',
      category: 'image/color',
      api: 'v1',
      inputs: { required: { image: ['IMAGE'] } },
      outputTypes: ['IMAGE'],
    },
    { run: async (inputs) => ({ values: [await mapBatch(inputs.image('image'), (value) => 1 - value)] }) },
  );

export const emptyImage = (): NodeDefinition =>
  defineNode(
    {
      classType: 'EmptyImage',
      displayName: 'Empty Image',
      description: 'Makes pictures of one colour.',
      pythonModule: 'nodes',
      category: 'image',
      api: 'v1',
      inputs: {
        required: {
          width: ['INT', size(1)],
          height: ['INT', size(1)],
          batch_size: ['INT', { default: 1, min: 1, max: 4096 }],
          color: ['INT', { default: 0, min: 0, max: 0xffffff, step: 1, display: 'color' }],
        },
      },
      outputTypes: ['IMAGE'],
    },
    {
      run(inputs) {
        const [width, height, color] = [inputs.number('width'), inputs.number('height'), inputs.number('color')];
        const rgb = [16, 8, 0].map((shift) => ((color >> shift) & 0xff) / 0xff);
        const frame = new Float32Array(width * height * 3);
        for (let index = 0; index < frame.length; index += 1) frame[index] = rgb[index % 3] ?? 0;
        // All frames of the batch are equal, and nodes never write into a value that they were given.
        const frames = Array.from({ length: inputs.number('batch_size') }, () => frame);
        return { values: [{ kind: 'image', width, height, channels: 3, frames }] };
      },
    },
  );
