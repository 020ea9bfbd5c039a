import { createModelFiles, type ModelFiles } from '../models/model-files.ts';
import { imageBatchNode, imageBlend } from './image/combine-images.ts';
import { loadImage, loadImageMask } from './image/load-image.ts';
import { previewImage, saveImage, saveImageWebsocket } from './image/save-image.ts';
import { emptyImage, imageCrop, imageInvert, imageScale, imageScaleBy } from './image/transform-image.ts';
import { invertMask, maskToImage, solidMask } from './mask/mask-nodes.ts';
import type { NodeDefinition, NodeRegistry } from './node-definition.ts';
import { clipTextEncode, emptyLatentImage, vaeDecode, vaeEncode } from './sampling/latent-nodes.ts';
import { loaderNodes } from './sampling/loader-nodes.ts';
import { kSampler } from './sampling/sampler-node.ts';
import { previewAny } from './text/preview-any.ts';
import { primitiveNodes } from './text/primitive-nodes.ts';

/** Every node class of the sandbox, by its class type. */
export const createNodeRegistry = (modelFiles: ModelFiles = createModelFiles()): NodeRegistry => {
  const definitions: NodeDefinition[] = [
    kSampler(),
    ...loaderNodes(modelFiles),
    clipTextEncode(),
    vaeDecode(),
    vaeEncode(),
    emptyLatentImage(),
    previewImage(),
    saveImage(),
    loadImage(),
    loadImageMask(),
    emptyImage(),
    imageScale(),
    imageScaleBy(),
    imageInvert(),
    imageBatchNode(),
    imageBlend(),
    imageCrop(),
    solidMask(),
    maskToImage(),
    invertMask(),
    ...primitiveNodes(),
    previewAny(),
    saveImageWebsocket(),
  ];
  return new Map(definitions.map((definition) => [definition.classType, definition]));
};
