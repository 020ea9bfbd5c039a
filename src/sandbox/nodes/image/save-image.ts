import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pythonJson } from '#comfyui/python/python-text.ts';
import type { ImageBatch, NodeContext, NodeDefinition, NodeResult } from '../node-definition.ts';
import { defineNode } from '../node-shape.ts';
import { framesOf } from '../pixels/batches.ts';
import { encodePng } from '../pixels/encode.ts';
import { withTextChunks } from '../pixels/png-text.ts';
import { outputFileName, prepareOutput } from './output-path.ts';

const saveCompression = 4;
const previewCompression = 1;
const previewPrefixKey = 'previewPrefix';
const previewLetterCount = 5;
const previewLetters = 'abcdefghijklmnopqrstuvwxyz';

/** Text chunks of a saved picture: the prompt, then every key of extra_pnginfo in its order. */
const textEntries = ({ metadata }: NodeContext): (readonly [string, string])[] => {
  if (metadata === null) return [];
  const extra = Object.entries(metadata.extraPnginfo).map(([key, value]) => [key, pythonJson(value)] as const);
  return [['prompt', pythonJson(metadata.prompt)], ...extra];
};

interface SaveTarget {
  readonly prefix: string;
  readonly folder: string;
  readonly type: 'output' | 'temp';
  readonly compressionLevel: number;
}

/** Writes a batch as numbered PNG files and names them as `executed.output` does. */
const saveImages = async (images: ImageBatch, target: SaveTarget, context: NodeContext): Promise<NodeResult> => {
  const { width, height } = images;
  const place = await prepareOutput(target.prefix, target.folder, { width, height, now: context.now() });
  const entries = textEntries(context);
  const saved: { filename: string; subfolder: string; type: string }[] = [];
  for (const [batchNumber, frame] of framesOf(images).entries()) {
    const filename = outputFileName(place.name, place.counter + batchNumber, batchNumber);
    const png = withTextChunks(await encodePng(frame, target.compressionLevel), entries);
    await writeFile(path.join(place.folder, filename), png);
    saved.push({ filename, subfolder: place.subfolder, type: target.type });
  }
  return { values: [images], ui: { images: saved } };
};

const hidden = { prompt: 'PROMPT', extra_pnginfo: 'EXTRA_PNGINFO' };

export const saveImage = (): NodeDefinition =>
  defineNode(
    {
      classType: 'SaveImage',
      displayName: 'Save Image',
      description: 'Writes pictures as PNG files into the output folder.',
      pythonModule: 'nodes',
      category: 'image',
      api: 'v1',
      inputs: {
        required: {
          images: ['IMAGE', { tooltip: 'Pictures to write.' }],
          filename_prefix: [
            'STRING',
            { default: 'ComfyUI', tooltip: 'Start of the file name; may name subfolders and use %width%, %year%, …' },
          ],
        },
        hidden,
      },
      outputTypes: ['IMAGE'],
      outputNames: ['images'],
      isOutputNode: true,
    },
    {
      run: (inputs, context) =>
        saveImages(
          inputs.image('images'),
          {
            prefix: inputs.text('filename_prefix'),
            folder: context.folders.output,
            type: 'output',
            compressionLevel: saveCompression,
          },
          context,
        ),
    },
  );

/** The node's own random prefix, the same for as long as the node stays in the cache (comfyui-protocol.md 5.2). */
const previewPrefix = ({ memory, random }: NodeContext): string => {
  const known = memory.get(previewPrefixKey);
  if (typeof known === 'string') return known;
  const letters = Array.from({ length: previewLetterCount }, () =>
    previewLetters.charAt(Math.floor(random() * previewLetters.length)),
  );
  const prefix = `ComfyUI_temp_${letters.join('')}`;
  memory.set(previewPrefixKey, prefix);
  return prefix;
};

export const previewImage = (): NodeDefinition =>
  defineNode(
    {
      classType: 'PreviewImage',
      displayName: 'Preview Image',
      description: 'Shows pictures and keeps them in the temp folder only.',
      pythonModule: 'nodes',
      category: 'image',
      api: 'v1',
      inputs: { required: { images: ['IMAGE'] }, hidden },
      outputTypes: ['IMAGE'],
      outputNames: ['images'],
      isOutputNode: true,
    },
    {
      run: (inputs, context) =>
        saveImages(
          inputs.image('images'),
          {
            prefix: previewPrefix(context),
            folder: context.folders.temp,
            type: 'temp',
            compressionLevel: previewCompression,
          },
          context,
        ),
    },
  );

export const saveImageWebsocket = (): NodeDefinition =>
  defineNode(
    {
      classType: 'SaveImageWebsocket',
      displayName: 'Save Image (Websocket)',
      description: 'Sends pictures over the websocket instead of writing files.',
      pythonModule: 'custom_nodes.websocket_image_save',
      category: 'image',
      api: 'v1',
      inputs: { required: { images: ['IMAGE'] } },
      outputTypes: [],
      isOutputNode: true,
    },
    {
      changeKey: () => Promise.resolve(Number.NaN),
      async run(inputs, context) {
        const frames = framesOf(inputs.image('images'));
        for (const [index, frame] of frames.entries()) {
          await context.progress(index, frames.length, async () => ({
            bytes: await encodePng(frame, previewCompression),
            mediaType: 'image/png',
          }));
        }
        return { values: [] };
      },
    },
  );
