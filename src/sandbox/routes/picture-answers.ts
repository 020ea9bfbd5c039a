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

/** Whether Pillow opens the file in its mode RGBA; palettes and grey pictures are none, whatever transparency they have. */
const isRgba = async (path: string): Promise<boolean> => {
  const { channels, isPalette } = await (await openPicture(path)).metadata();
  return channels === 4 && !isPalette;
};

/** The alpha channel of an RGBA picture on black, as a PNG; of any other picture an opaque one. */
export const alphaBytes = async (path: string): Promise<Buffer> => {
  const opened = await openPicture(path);
  const picture = (await isRgba(path)) ? opened : opened.removeAlpha().ensureAlpha();
  const { data, info } = await picture.toColourspace('srgb').raw().toBuffer({ resolveWithObject: true });
  for (let offset = 0; offset < data.length; offset += info.channels) data.fill(0, offset, offset + info.channels - 1);
  const sharp = await loadSharp();
  return sharp(data, { raw: { width: info.width, height: info.height, channels: 4 } })
    .png()
    .toBuffer();
};
