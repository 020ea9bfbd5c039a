import type { NodeDefinition } from '../node-definition.ts';
import { defineNode } from '../node-shape.ts';
import { mapBatch } from '../pixels/batches.ts';

const pythonModule = 'comfy_extras.nodes_mask';
const category = 'image/mask';

export const solidMask = (): NodeDefinition =>
  defineNode(
    {
      classType: 'SolidMask',
      displayName: 'Create Solid Mask',
      description: 'Makes a mask of one value.',
      pythonModule,
      category,
      api: 'v3',
      inputs: {
        required: {
          value: ['FLOAT', { default: 1, min: 0, max: 1, step: 0.01 }],
          width: ['INT', { default: 512, min: 1, max: 16384, step: 1 }],
          height: ['INT', { default: 512, min: 1, max: 16384, step: 1 }],
        },
      },
      outputTypes: ['MASK'],
    },
    {
      run(inputs) {
        const [width, height] = [inputs.number('width'), inputs.number('height')];
        const frame = new Float32Array(width * height).fill(inputs.number('value'));
        return { values: [{ kind: 'mask', width, height, frames: [frame] }] };
      },
    },
  );

export const maskToImage = (): NodeDefinition =>
  defineNode(
    {
      classType: 'MaskToImage',
      displayName: 'Convert Mask to Image',
      description: 'Shows a mask as a grey picture.',
      pythonModule,
      category,
      api: 'v3',
      inputs: { required: { mask: ['MASK', {}] } },
      outputTypes: ['IMAGE'],
    },
    {
      run(inputs) {
        const { width, height, frames } = inputs.mask('mask');
        const pictures = frames.map((frame) => {
          const picture = new Float32Array(frame.length * 3);
          for (let index = 0; index < picture.length; index += 1) picture[index] = frame[Math.floor(index / 3)] ?? 0;
          return picture;
        });
        return { values: [{ kind: 'image', width, height, channels: 3, frames: pictures }] };
      },
    },
  );

export const invertMask = (): NodeDefinition =>
  defineNode(
    {
      classType: 'InvertMask',
      displayName: 'Invert Mask',
      description: 'Swaps what a mask covers and what it leaves.',
      pythonModule,
      category,
      api: 'v3',
      inputs: { required: { mask: ['MASK', {}] } },
      outputTypes: ['MASK'],
    },
    { run: async (inputs) => ({ values: [await mapBatch(inputs.mask('mask'), (value) => 1 - value)] }) },
  );
