import type { Sharp } from 'sharp';
import { loadSharp } from '../nodes/pixels/sharp-on-demand.ts';

type PictureFormat = 'webp' | 'jpeg' | 'png';

const openPicture = async (path: string): Promise<Sharp> => (await loadSharp())(path);

const encoded = async (picture: Sharp, format: PictureFormat, quality: number): Promise<Buffer> => {
  if (format === 'jpeg') return picture.jpeg({ quality }).toBuffer();
  return format === 'webp' ? picture.webp({ quality }).toBuffer() : picture.png().toBuffer();
};

/** A picture file in another format, at its own size. Throws when the file is no picture. */
export const imageBytes = async (path: string, format: PictureFormat, quality = 90): Promise<Buffer> =>
  encoded(await openPicture(path), format, quality);

/** The same without its alpha channel. */
export const opaqueBytes = async (path: string, format: PictureFormat, quality = 90): Promise<Buffer> =>
  encoded((await openPicture(path)).removeAlpha(), format, quality);

/** The alpha channel of a picture, as a PNG that is black where it is opaque; fully opaque when there is none. */
export const alphaBytes = async (path: string): Promise<Buffer> => {
  const picture = (await openPicture(path)).ensureAlpha();
  const { data, info } = await picture.raw().toBuffer({ resolveWithObject: true });
  for (let offset = 0; offset < data.length; offset += info.channels) data.fill(0, offset, offset + info.channels - 1);
  const sharp = await loadSharp();
  return sharp(data, { raw: { width: info.width, height: info.height, channels: 4 } })
    .png()
    .toBuffer();
};
