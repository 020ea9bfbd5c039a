import { type Raster, resample } from '../pixels/resample.ts';
import { clamp01, smoothstep } from './colour.ts';
import { gridRandom } from './random.ts';

/** Longest side of a preview: what a sampler shows is coarser than the picture. */
const previewLimit = 256;

/** Side of one noise cell in preview pixels, as a latent's cells show in real previews. */
const noiseCell = 4;

const blurredRows = 16;

/** Size of the previews of a picture: its aspect, no side above `longestSide` or the preview limit. */
export const previewDimensions = (
  width: number,
  height: number,
  longestSide: number,
): { width: number; height: number } => {
  const scale = Math.min(1, Math.min(previewLimit, longestSide) / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
};

/** A picture on its way out of the noise. */
export interface Denoising {
  /** What can be seen of it at a share of the steps, 0 to 1. */
  at(progress: number): Raster;
}

/** Starts with noise over `start` (what the sampler was given; null = nothing) and ends with `final`, both small. */
export const createDenoising = (final: Raster, start: Raster | null, seed: number): Denoising => {
  const { width, height } = final;
  const rows = Math.max(2, Math.min(height, blurredRows));
  const columns = Math.max(2, Math.round((rows * width) / height));
  const coarse = resample(resample(final, columns, rows, 'area'), width, height, 'bilinear');
  const base = start ?? coarse;
  return {
    at(progress) {
      const shape = smoothstep(0, 0.55, progress);
      const detail = smoothstep(0.25, 0.95, progress);
      const noise = (1 - progress) ** 1.2 * (start === null ? 0.92 : 0.6);
      const data = new Float32Array(final.data.length);
      for (let index = 0; index < data.length; index += 1) {
        const pixel = Math.floor(index / 3);
        const row = Math.floor(pixel / width);
        const cellX = Math.floor((pixel - row * width) / noiseCell);
        const speck = 0.15 + 0.7 * gridRandom(cellX * 3 + (index % 3), Math.floor(row / noiseCell), seed);
        const first = (base.data[index] ?? 0) + ((coarse.data[index] ?? 0) - (base.data[index] ?? 0)) * shape;
        const clear = first + ((final.data[index] ?? 0) - first) * detail;
        data[index] = clamp01(clear + (speck - clear) * noise);
      }
      return { width, height, channels: 3, data };
    },
  };
};
