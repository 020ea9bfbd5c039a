import { stat } from 'node:fs/promises';
import { createNodeError } from '#comfyui/python/node-failure.ts';
import type { ImageBatch, MaskBatch, NodeDefinition, SandboxFolders } from '../node-definition.ts';
import { defineNode, type InputShape, type NodeBehaviour } from '../node-shape.ts';
import { loadSharp } from '../pixels/sharp-on-demand.ts';
import { inTurns, type Strokes } from '../strokes.ts';
import { checkImageName, hashImageFile, listInputImages, resolveImageName } from './input-files.ts';

/** Pixels of a decoded file, all frames below each other. */
interface DecodedFile {
  readonly width: number;
  readonly frameHeight: number;
  readonly frameCount: number;
  readonly channels: number;
  readonly data: Uint8Array;
}

const requireFile = async (file: string): Promise<void> => {
  try {
    if (!(await stat(file)).isDirectory()) return;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    throw createNodeError('FileNotFoundError', `[Errno 2] No such file or directory: '${file}'`);
  }
  throw createNodeError('av.error.IsADirectoryError', `[Errno 21] Is a directory: '${file}'`);
};

const decode = async (file: string): Promise<DecodedFile> => {
  await requireFile(file);
  const sharp = await loadSharp();
  try {
    const { pages = 1, format, isPalette } = await sharp(file).metadata();
    // A turned phone picture is set upright; formats with several frames carry no orientation.
    const picture = pages > 1 ? sharp(file, { pages: -1 }) : sharp(file).autoOrient();
    // A PNG with a palette always counts as one with transparency.
    const { data, info } = await (format === 'png' && isPalette ? picture.ensureAlpha() : picture)
      .toColourspace('srgb')
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    const frameHeight = Math.floor(info.height / pages);
    return { width: info.width, frameHeight, frameCount: pages, channels: info.channels, data };
  } catch (error) {
    const failure = createNodeError('PIL.UnidentifiedImageError', `cannot identify image file '${file}'`);
    throw Object.assign(failure, { cause: error });
  }
};

const decodeNamed = async (name: string, folders: SandboxFolders): Promise<DecodedFile> => {
  const file = resolveImageName(name, folders);
  if (file === null) throw createNodeError('ValueError', `Invalid image file: ${name}`);
  return await decode(file);
};

/** One channel of one frame, 0 to 1; `change` sees each sample. */
const plane = (source: DecodedFile, frame: number, channel: number): Float32Array => {
  const size = source.width * source.frameHeight;
  const values = new Float32Array(size);
  let at = frame * size * source.channels + channel;
  for (let pixel = 0; pixel < size; pixel += 1) {
    values[pixel] = (source.data[at] ?? 0) / 255;
    at += source.channels;
  }
  return values;
};

/** Which channel of the file holds a colour (0 red to 2 blue): grey files have but one. */
const colourChannel = (source: DecodedFile, colour: number): number => (source.channels >= 3 ? colour : 0);
const alphaChannel = ({ channels }: DecodedFile): number | null => (channels % 2 === 0 ? channels - 1 : null);

function* colours(source: DecodedFile): Strokes<ImageBatch> {
  const { width, frameHeight: height, frameCount } = source;
  const frames: Float32Array[] = [];
  for (let frame = 0; frame < frameCount; frame += 1) {
    const data = new Float32Array(width * height * 3);
    for (let colour = 0; colour < 3; colour += 1) {
      yield;
      const values = plane(source, frame, colourChannel(source, colour));
      for (let pixel = 0; pixel < values.length; pixel += 1) data[pixel * 3 + colour] = values[pixel] ?? 0;
    }
    frames.push(data);
  }
  return { kind: 'image', width, height, channels: 3, frames };
}

const emptyMaskSide = 64;

const emptyMask = (frameCount: number): MaskBatch => ({
  kind: 'mask',
  width: emptyMaskSide,
  height: emptyMaskSide,
  frames: Array.from({ length: frameCount }, () => new Float32Array(emptyMaskSide * emptyMaskSide)),
});

const channelMask = (source: DecodedFile, channel: number, invert: boolean): MaskBatch => ({
  kind: 'mask',
  width: source.width,
  height: source.frameHeight,
  frames: Array.from({ length: source.frameCount }, (_, frame) => {
    const values = plane(source, frame, channel);
    return invert ? values.map((value) => 1 - value) : values;
  }),
});

const imageInput = async (folders: SandboxFolders): Promise<InputShape> => [
  await listInputImages(folders),
  { image_upload: true },
];

const fileChecks: Pick<NodeBehaviour, 'changeKey' | 'customValidation'> = {
  changeKey: (inputs, folders) => hashImageFile(inputs.image, folders),
  customValidation: { inputNames: ['image'], check: (inputs, folders) => checkImageName(inputs.image, folders) },
};

export const loadImage = (): NodeDefinition =>
  defineNode(
    {
      classType: 'LoadImage',
      displayName: 'Load Image',
      description: 'Reads a picture of the input folder, and its transparency as a mask.',
      pythonModule: 'nodes',
      category: 'image',
      api: 'v1',
      inputs: async (folders) => ({ required: { image: await imageInput(folders) } }),
      outputTypes: ['IMAGE', 'MASK'],
    },
    {
      ...fileChecks,
      async run(inputs, context) {
        const source = await decodeNamed(inputs.text('image'), context.folders);
        const alpha = alphaChannel(source);
        const mask = alpha === null ? emptyMask(source.frameCount) : channelMask(source, alpha, true);
        return { values: [await inTurns(colours(source)), mask] };
      },
    },
  );

const maskChannels = ['alpha', 'red', 'green', 'blue'] as const;

export const loadImageMask = (): NodeDefinition =>
  defineNode(
    {
      classType: 'LoadImageMask',
      displayName: 'Load Image (as Mask)',
      description: 'Reads one channel of a picture of the input folder as a mask.',
      pythonModule: 'nodes',
      category: 'image',
      api: 'v1',
      inputs: async (folders) => ({ required: { image: await imageInput(folders), channel: [maskChannels] } }),
      outputTypes: ['MASK'],
    },
    {
      ...fileChecks,
      async run(inputs, context) {
        const source = await decodeNamed(inputs.text('image'), context.folders);
        const channel = inputs.text('channel');
        if (channel !== 'alpha') {
          const colour = maskChannels.findIndex((name) => name === channel) - 1;
          return { values: [channelMask(source, colourChannel(source, colour), false)] };
        }
        const alpha = alphaChannel(source);
        return { values: [alpha === null ? emptyMask(source.frameCount) : channelMask(source, alpha, true)] };
      },
    },
  );
