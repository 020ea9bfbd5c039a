import { createNodeError } from '#comfyui/python/node-failure.ts';
import type { Raster } from './resample.ts';
import { loadSharp } from './sharp-on-demand.ts';

/** Floats 0 to 1 as bytes: clipped, then truncated, never rounded (comfyui-protocol.md 5.3). */
export const toBytes = (data: Float32Array): Uint8Array => {
  const bytes = new Uint8Array(data.length);
  for (let index = 0; index < data.length; index += 1) {
    bytes[index] = Math.max(0, Math.min(255, (data[index] ?? 0) * 255));
  }
  return bytes;
};

const rawInput = ({ width, height, channels }: Raster) => ({
  raw: { width, height, channels: channels === 4 ? (4 as const) : (3 as const) },
});

/** A PNG file without text chunks; RGB or RGBA, 8 bits. */
export const encodePng = async (picture: Raster, compressionLevel: number): Promise<Uint8Array> => {
  if (picture.width * picture.height === 0) throw createNodeError('ValueError', 'cannot write empty image');
  const sharp = await loadSharp();
  return await sharp(toBytes(picture.data), rawInput(picture))
    .png({ compressionLevel, adaptiveFiltering: false })
    .toBuffer();
};

const previewQuality = 95;

/** A JPEG file for a preview whose longer side is `longestSide`: small pictures are enlarged (comfyui-protocol.md 3.6). */
export const encodePreview = async (picture: Raster, longestSide: number): Promise<Uint8Array> => {
  const sharp = await loadSharp();
  const input = sharp(toBytes(picture.data), rawInput(picture));
  const sized = input.resize(longestSide, longestSide, { fit: 'inside', kernel: 'linear' });
  return await sized.removeAlpha().jpeg({ quality: previewQuality }).toBuffer();
};
