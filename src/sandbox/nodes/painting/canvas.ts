import type { Raster } from '../pixels/resample.ts';

/** A picture that is being painted: RGB floats, 0 to 1. Places are given in picture heights, so any size looks alike. */
export interface Canvas extends Raster {
  readonly channels: 3;
}

export const createCanvas = (width: number, height: number): Canvas => ({
  width,
  height,
  channels: 3,
  data: new Float32Array(width * height * 3),
});

/** Lays a colour over the pixel whose samples start at `offset`. */
export const cover = (data: Float32Array, offset: number, colour: ArrayLike<number>, amount: number): void => {
  for (let channel = 0; channel < 3; channel += 1) {
    const under = data[offset + channel] ?? 0;
    data[offset + channel] = under + ((colour[channel] ?? 0) - under) * amount;
  }
};

/** Adds light of a colour to a pixel; bright places saturate softly (screen). */
export const illuminate = (data: Float32Array, offset: number, colour: ArrayLike<number>, amount: number): void => {
  for (let channel = 0; channel < 3; channel += 1) {
    const under = data[offset + channel] ?? 0;
    data[offset + channel] = 1 - (1 - under) * (1 - (colour[channel] ?? 0) * amount);
  }
};

/** Writes the plain mixture of two colours into `out`: quick, for single pixels. */
export const mixInto = (
  out: Float32Array,
  from: ArrayLike<number>,
  to: ArrayLike<number>,
  amount: number,
): Float32Array => {
  for (let channel = 0; channel < 3; channel += 1) {
    const start = from[channel] ?? 0;
    out[channel] = start + ((to[channel] ?? 0) - start) * amount;
  }
  return out;
};

/** Length of a vector; Math.hypot guards against overflow, which costs more than a pixel may. */
export const lengthOf = (x: number, y: number): number => Math.sqrt(x * x + y * y);
