import sharp from 'sharp';

/** A square of one colour as PNG. */
export const pngOf = (rgb: readonly [number, number, number], side = 16): Promise<Buffer> =>
  sharp({ create: { width: side, height: side, channels: 3, background: { r: rgb[0], g: rgb[1], b: rgb[2] } } })
    .png()
    .toBuffer();

/** The mean of each channel, rounded: what a picture of one colour is of. */
export const colorOf = async (bytes: Uint8Array): Promise<readonly number[]> => {
  const { channels } = await sharp(bytes).stats();
  return channels.slice(0, 3).map(({ mean }) => Math.round(mean));
};

/** JPEG keeps a colour of a whole picture to a step or two. */
const jpegTolerance = 3;

/** Whether a preview shows what the test nodes draw for a seed: a grey square. */
export const showsSeed = async (bytes: Uint8Array, seed: number): Promise<boolean> =>
  (await colorOf(bytes)).every((value) => Math.abs(value - (seed % 256)) <= jpegTolerance);
