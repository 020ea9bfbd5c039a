import { readFile } from 'node:fs/promises';
import { loadSharp } from '../nodes/pixels/sharp-on-demand.ts';
import { pngTextChunks, withPngTextChunks } from './png-chunks.ts';

/** The picture at `originalPath` with the alpha channel of `mask`, as a PNG that keeps the original's text chunks. */
export const maskedPicture = async (originalPath: string, mask: Buffer): Promise<Buffer> => {
  const sharp = await loadSharp();
  const original = await readFile(originalPath);
  const { width, height } = await sharp(original).metadata();
  const alpha = await sharp(mask)
    .ensureAlpha()
    .resize(width, height, { fit: 'fill' })
    .extractChannel('alpha')
    .toBuffer();
  const picture = await sharp(original).removeAlpha().joinChannel(alpha).png().toBuffer();
  return withPngTextChunks(picture, pngTextChunks(original));
};
