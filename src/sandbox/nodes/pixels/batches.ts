import { createNodeError } from '#comfyui/python/node-failure.ts';
import type { ImageBatch, MaskBatch } from '../node-definition.ts';
import { inTurns, type Strokes } from '../strokes.ts';
import { mapSamples } from './map-samples.ts';
import type { Raster } from './resample.ts';

/** Frame `index` of a batch; a batch of one stands for every index, as torch broadcasts it. */
export const frameAt = (batch: ImageBatch, index: number): Raster => {
  const data = batch.frames[batch.frames.length === 1 ? 0 : index];
  if (data === undefined) throw new RangeError(`frame ${index} of ${batch.frames.length}`);
  return { width: batch.width, height: batch.height, channels: batch.channels, data };
};

/** Every frame of a batch. */
export const framesOf = (batch: ImageBatch): Raster[] => batch.frames.map((_, index) => frameAt(batch, index));

/** A batch of pictures that share one size and channel count; there is at least one. */
export const imageBatch = (frames: readonly Raster[]): ImageBatch => {
  const [first] = frames;
  if (first === undefined) throw createNodeError('RuntimeError', 'stack expects a non-empty TensorList');
  return {
    kind: 'image',
    width: first.width,
    height: first.height,
    channels: first.channels === 4 ? 4 : 3,
    frames: frames.map((frame) => frame.data),
  };
};

/** A batch whose frames are `change`d one by one, all to the same size. */
export const mapFrames = async (batch: ImageBatch, change: (frame: Raster) => Strokes<Raster>): Promise<ImageBatch> => {
  const changed: Raster[] = [];
  for (const frame of framesOf(batch)) changed.push(await inTurns(change(frame)));
  return imageBatch(changed);
};

/** A batch of the same size with every sample changed. */
export const mapBatch = async <Batch extends ImageBatch | MaskBatch>(
  batch: Batch,
  change: (value: number) => number,
): Promise<Batch> => {
  const frames: Float32Array[] = [];
  for (const frame of batch.frames) frames.push(await inTurns(mapSamples(frame, change)));
  return { ...batch, frames };
};

/** The picture with so many channels: colours beyond are dropped, a missing alpha channel becomes opaque. */
export const withChannels = (source: Raster, channels: number): Raster => {
  if (source.channels === channels) return source;
  const pixelCount = source.width * source.height;
  const data = new Float32Array(pixelCount * channels).fill(1);
  const kept = Math.min(channels, source.channels);
  for (let pixel = 0; pixel < pixelCount; pixel += 1) {
    for (let channel = 0; channel < kept; channel += 1) {
      data[pixel * channels + channel] = source.data[pixel * source.channels + channel] ?? 0;
    }
  }
  return { ...source, channels, data };
};
