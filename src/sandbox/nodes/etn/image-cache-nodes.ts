import { createNodeError } from '#comfyui/python/node-failure.ts';
import type { ImageBatch, MaskBatch, NodeDefinition } from '../node-definition.ts';
import { defineNode, type NodeShape } from '../node-shape.ts';
import { framesOf } from '../pixels/batches.ts';
import { encodePng } from '../pixels/encode.ts';
import { loadSharp } from '../pixels/sharp-on-demand.ts';
import type { ImageMemory } from './image-memory.ts';

interface Decoded {
  readonly image: ImageBatch;
  readonly mask: MaskBatch;
}

const decode = async (bytes: Uint8Array): Promise<Decoded> => {
  const sharp = await loadSharp();
  try {
    const { data, info } = await sharp(bytes)
      .toColourspace('srgb')
      .ensureAlpha()
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    const { width, height } = info;
    const colours = new Float32Array(width * height * 3);
    const transparency = new Float32Array(width * height);
    for (let pixel = 0; pixel < width * height; pixel += 1) {
      for (let colour = 0; colour < 3; colour += 1) colours[pixel * 3 + colour] = (data[pixel * 4 + colour] ?? 0) / 255;
      transparency[pixel] = 1 - (data[pixel * 4 + 3] ?? 0) / 255;
    }
    return {
      image: { kind: 'image', width, height, channels: 3, frames: [colours] },
      mask: { kind: 'mask', width, height, frames: [transparency] },
    };
  } catch (error) {
    throw Object.assign(createNodeError('ValueError', 'cannot identify the image'), { cause: error });
  }
};

const common: Pick<NodeShape, 'pythonModule' | 'category' | 'api'> = {
  pythonModule: 'custom_nodes.comfyui-tooling-nodes',
  category: 'external_tooling',
  api: 'v1',
};

/** The nodes through which image editors hand pictures over without files; --sandbox-etn adds them. */
export const imageCacheNodes = (memory: ImageMemory): readonly NodeDefinition[] => [
  defineNode(
    {
      ...common,
      classType: 'ETN_LoadImageCache',
      displayName: 'Load Image (Cache)',
      description: 'Takes a picture that was put into the memory of this server before.',
      inputs: { required: { id: ['STRING', { default: '' }] } },
      outputTypes: ['IMAGE', 'MASK'],
    },
    {
      async run(inputs) {
        const id = inputs.text('id');
        const found = memory.get(id);
        if (found === null) throw createNodeError('KeyError', `'${id}'`);
        const { image, mask } = await decode(found.bytes);
        return { values: [image, mask] };
      },
    },
  ),
  defineNode(
    {
      ...common,
      classType: 'ETN_SaveImageCache',
      displayName: 'Save Image (Cache)',
      description: 'Keeps pictures in the memory of this server until a client fetches them.',
      inputs: { required: { images: ['IMAGE'], format: [['PNG', 'JPEG'], { default: 'PNG' }] } },
      outputTypes: [],
      isOutputNode: true,
    },
    {
      async run(inputs) {
        const isPng = inputs.text('format') === 'PNG';
        const mediaType = isPng ? 'image/png' : 'image/jpeg';
        const images = [];
        for (const frame of framesOf(inputs.image('images'))) {
          const png = await encodePng(frame, 1);
          const bytes = isPng ? png : await (await loadSharp())(png).jpeg().toBuffer();
          images.push({ source: 'http', id: memory.add({ bytes, mediaType }), content_type: mediaType });
        }
        return { values: [], ui: { images } };
      },
    },
  ),
];
