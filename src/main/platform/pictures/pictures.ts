import type sharpConstructor from 'sharp';
import type { Sharp } from 'sharp';
import { StudioError } from '#contract/errors.ts';
import type { PictureFormat, Pictures, PictureWish } from '#core/ports/pictures.ts';
import { createSerialQueue } from '../files/serial-queue.ts';
import { pngTextChunks, withPngTextChunks } from './png-text.ts';

/** A picture is held whole while it is worked on. */
const maxFileBytes = 256 * 1024 ** 2;
const maxPixels = 200_000_000;

/** Loaded when the first picture is: it is a library of its own, and most studios never need it. */
const loadSharp = async (): Promise<typeof sharpConstructor> => {
  const { default: sharp } = await import('sharp');
  // The cards are what this machine is for: one core at a time is enough, and nothing is kept.
  sharp.concurrency(1);
  sharp.cache(false);
  return sharp;
};

const noPicture = (reason: string, cause?: unknown): StudioError =>
  new StudioError('INPUT_INVALID', 'The file is no picture that can be read.', { details: { reason }, cause });

const readAll = async (file: AsyncIterable<Uint8Array>): Promise<Buffer> => {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of file) {
    bytes += chunk.byteLength;
    if (bytes > maxFileBytes) throw noPicture('too-large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
};

/** What sharp throws for what it cannot read has no code of its own. */
const readable = async <Value>(work: () => Promise<Value>): Promise<Value> => {
  try {
    return await work();
  } catch (error) {
    throw error instanceof StudioError ? error : noPicture('unreadable', error);
  }
};

const encoded = (picture: Sharp, format: PictureFormat, quality: number | null): Promise<Buffer> => {
  const options = quality === null ? {} : { quality };
  switch (format) {
    case 'png':
      return picture.png().toBuffer();
    case 'webp':
      return picture.webp(options).toBuffer();
    case 'jpeg':
      return picture.jpeg(options).toBuffer();
  }
};

/** The alpha channel of an RGBA picture on black; of any other one an opaque black, whatever transparency a palette has. */
const alphaOnly = async (open: () => Sharp, sharp: typeof sharpConstructor): Promise<Sharp> => {
  const { channels, isPalette } = await open().metadata();
  const picture = channels === 4 && !isPalette ? open() : open().removeAlpha().ensureAlpha();
  const { data, info } = await picture.toColourspace('srgb').raw().toBuffer({ resolveWithObject: true });
  for (let offset = 0; offset < data.length; offset += info.channels) data.fill(0, offset, offset + info.channels - 1);
  return sharp(data, { raw: { width: info.width, height: info.height, channels: 4 } });
};

const convert = async (bytes: Buffer, { format, quality, channels }: PictureWish): Promise<Buffer> => {
  const sharp = await loadSharp();
  const open = (): Sharp => sharp(bytes, { limitInputPixels: maxPixels });
  switch (channels) {
    case 'all':
      return encoded(open(), format, quality);
    case 'opaque':
      return encoded(open().removeAlpha(), format, quality);
    case 'alpha':
      return encoded(await alphaOnly(open, sharp), format, quality);
  }
};

/** In steps of their own: sharp applies what one pipeline is told in an order of its own. */
const masked = async (original: Buffer, mask: Buffer): Promise<Buffer> => {
  const sharp = await loadSharp();
  const limit = { limitInputPixels: maxPixels };
  const alpha = await sharp(mask, limit)
    .ensureAlpha()
    .extractChannel('alpha')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  const colours = await sharp(original, limit)
    .toColourspace('srgb')
    .removeAlpha()
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  const { width, height, channels } = colours.info;
  if (alpha.info.width !== width || alpha.info.height !== height) throw noPicture('sizes-differ');
  const picture = await sharp(colours.data, { raw: { width, height, channels } })
    .toColourspace('srgb')
    .joinChannel(alpha.data, { raw: { width, height, channels: 1 } })
    .png()
    .toBuffer();
  return withPngTextChunks(picture, pngTextChunks(original));
};

/** Pictures by the library sharp, one at a time, since each is held whole in memory. */
export const createPictures = (): Pictures => {
  const queue = createSerialQueue();
  return {
    convert: (picture, wish) =>
      queue.run(async () => {
        const bytes = await readable(async () => convert(await readAll(picture), wish));
        return { contentType: `image/${wish.format}`, bytes };
      }),
    mask: (original, mask) =>
      queue.run(async () => {
        const bytes = await readable(async () => masked(await readAll(original), await readAll(mask)));
        return { contentType: 'image/png', bytes };
      }),
  };
};
