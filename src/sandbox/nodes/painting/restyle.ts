import { type Raster, resampling } from '../pixels/resample.ts';
import type { Strokes } from '../strokes.ts';
import { clamp01, rampOffset, smoothstep } from './colour.ts';
import { openPaintBox } from './paint-box.ts';
import { paintScene } from './paint-scene.ts';
import type { Scene } from './scene.ts';

const luminanceAt = (data: Float32Array, offset: number): number =>
  0.299 * (data[offset] ?? 0) + 0.587 * (data[offset + 1] ?? 0) + 0.114 * (data[offset + 2] ?? 0);

const luminance = ({ width, height, data }: Raster): Raster => {
  const values = new Float32Array(width * height);
  for (let pixel = 0; pixel < values.length; pixel += 1) values[pixel] = luminanceAt(data, pixel * 3);
  return { width, height, channels: 1, data: values };
};

const softRows = 48;

/** A soft version of a grey picture: what remains of it when details are taken away. */
function* soften(grey: Raster): Strokes<Raster> {
  const rows = Math.max(2, Math.min(grey.height, softRows));
  const columns = Math.max(2, Math.round((rows * grey.width) / grey.height));
  return yield* resampling(yield* resampling(grey, columns, rows, 'area'), grey.width, grey.height, 'bilinear');
}

/**
 * Image to image: the input's shapes in the colours of the scene. `denoise` says how much of the input goes: 0 keeps it,
 * small values recolour it, towards 1 the scene itself takes over while the input's contours stay.
 */
export function* restyle(input: Raster, scene: Scene, denoise: number): Strokes<Raster> {
  const { width, height } = input;
  const painting = (yield* paintScene(scene, width, height)).data;
  const { tones } = openPaintBox(scene);
  const grey = luminance(input);
  const soft = (yield* soften(grey)).data;
  const data = new Float32Array(input.data.length);
  const paintingShare = 0.25 + 0.7 * smoothstep(0.45, 1, denoise);
  const contourShare = 1.15 - 0.6 * denoise;
  const kept = 1 - smoothstep(0, 0.8, denoise);
  for (let pixel = 0; pixel < grey.data.length; pixel += 1) {
    if (pixel % width === 0) yield;
    const light = grey.data[pixel] ?? 0;
    const contour = (light - (soft[pixel] ?? 0)) * contourShare;
    const at = rampOffset(tones, 0.06 + light * 0.9);
    for (let channel = 0; channel < 3; channel += 1) {
      const index = pixel * 3 + channel;
      const toned = (tones.table[at + channel] ?? 0) * 0.78 + (input.data[index] ?? 0) * 0.22;
      const painted = (painting[index] ?? 0) + contour;
      const restyled = toned + (painted - toned) * paintingShare;
      data[index] = clamp01(restyled + ((input.data[index] ?? 0) - restyled) * kept);
    }
  }
  return { width, height, channels: 3, data };
}
