import { readFile } from 'node:fs/promises';
import { loadSharp } from '../nodes/pixels/sharp-on-demand.ts';
import { pngTextChunks, withPngTextChunks } from './png-chunks.ts';

/**
 * The picture at `originalPath` with the alpha channel of `mask`, as an RGBA PNG that keeps the original's text chunks.
 * Throws when the two differ in size, which ComfyUI answers with 500.
 */
export const maskedPicture = async (originalPath: string, mask: Buffer): Promise<Buffer> => {
  const sharp = await loadSharp();
  const original = await readFile(originalPath);
  // In steps of their own: sharp applies what one pipeline is told in an order of its own.
  const alpha = await sharp(mask).ensureAlpha().extractChannel('alpha').raw().toBuffer({ resolveWithObject: true });
  const colours = await sharp(original)
    .toColourspace('srgb')
    .removeAlpha()
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  const { width, height, channels } = colours.info;
  if (alpha.info.width !== width || alpha.info.height !== height) {
    throw new RangeError('images do not match');
  }
  const pixels = Buffer.alloc(width * height * 4);
  for (let pixel = 0; pixel < width * height; pixel += 1) {
    for (let colour = 0; colour < 3; colour += 1) {
      pixels[pixel * 4 + colour] = colours.data[pixel * channels + (channels >= 3 ? colour : 0)] ?? 0;
    }
    pixels[pixel * 4 + 3] = alpha.data[pixel] ?? 0;
  }
  const picture = await sharp(pixels, { raw: { width, height, channels: 4 } })
    .png()
    .toBuffer();
  return withPngTextChunks(picture, pngTextChunks(original));
};
