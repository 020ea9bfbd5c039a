import type sharpConstructor from 'sharp';
import type { Sharp } from 'sharp';
import { StudioError } from '#contract/errors.ts';
import type { PictureFormat, Pictures, PictureWish } from '#core/ports/pictures.ts';
import { loadSharp } from './load-sharp.ts';
import { createPictureRoom, type HeldPictures, type PictureRoomLimits } from './picture-room.ts';
import { createPictureTurns } from './picture-turns.ts';
import { pngTextChunks, withPngTextChunks } from './png-text.ts';

/** A file is held whole while it is worked on. */
const usualRoom = { maxFileBytes: 256 * 1024 ** 2, maxHeldBytes: 512 * 1024 ** 2, waitMs: 30_000 };

/** As many as Pillow, and so ComfyUI, unpacks: twice 1024³ / 4 / 3. */
const maxPixels = 178_956_970;

/** Of one step; the largest pictures take a few seconds. */
const maxSeconds = 60;

const maxWaiting = 256;

const noPicture = (reason: string, cause?: unknown): StudioError =>
  new StudioError('INPUT_INVALID', 'The file is no picture that can be read.', { details: { reason }, cause });

const tooLarge = (): StudioError => noPicture('too-large');

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
  const { channels, hasAlpha, isPalette, width, height } = await open().metadata();
  // Four channels without one of alpha are CMYK.
  if (channels === 4 && hasAlpha && !isPalette) return open().toColourspace('srgb').linear([0, 0, 0, 1], [0, 0, 0, 0]);
  return sharp({ create: { width, height, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 1 } } });
};

const convert = async (bytes: Buffer, { format, quality, channels }: PictureWish): Promise<Buffer> => {
  const sharp = await loadSharp();
  const open = (): Sharp => sharp(bytes, { limitInputPixels: maxPixels }).timeout({ seconds: maxSeconds });
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
  const open = (bytes: Buffer): Sharp => sharp(bytes, { limitInputPixels: maxPixels }).timeout({ seconds: maxSeconds });
  const alpha = await open(mask)
    .ensureAlpha()
    .extractChannel('alpha')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  const colours = await open(original)
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

/** Closes a file of which nothing was read. */
const discard = async (file: AsyncIterable<Uint8Array>): Promise<void> => {
  await file[Symbol.asyncIterator]().return?.();
};

/**
 * Pictures by the library sharp, whose threads do the work: this one only waits. One at a time, since the processor is there for other
 * things; each file is read before its turn, so that none waits for the source of another one.
 */
export const createPictures = (limits: Partial<PictureRoomLimits> = {}): Pictures => {
  const room = createPictureRoom({ ...usualRoom, ...limits });
  const turns = createPictureTurns(maxWaiting);

  /** Reads, then works when it is its turn; whoever is gone by then gives up both. */
  const work = async (
    read: (held: HeldPictures) => Promise<() => Promise<Buffer>>,
    signal?: AbortSignal,
  ): Promise<Buffer> => {
    const held = room.hold(signal);
    try {
      const task = await read(held);
      return await turns.run(() => readable(task), signal);
    } finally {
      held.release();
    }
  };

  return {
    convert: async (picture, wish, signal) => {
      const bytes = await work(async (held) => {
        const file = await held.read(picture, tooLarge);
        return () => convert(file, wish);
      }, signal);
      return { contentType: `image/${wish.format}`, bytes };
    },
    mask: async (original, mask, signal) => {
      const bytes = await work(async (held) => {
        const colours = await held.read(original, tooLarge).catch(async (error: unknown) => {
          await discard(mask);
          throw error;
        });
        const alpha = await held.read(mask, tooLarge);
        return () => masked(colours, alpha);
      }, signal);
      return { contentType: 'image/png', bytes };
    },
  };
};
