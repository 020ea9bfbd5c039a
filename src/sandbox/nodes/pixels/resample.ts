import { atOnce, type Strokes } from '../strokes.ts';
import { mapSamples } from './map-samples.ts';

/** Interleaved float samples of one picture. */
export interface Raster {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly data: Float32Array;
}

export const resampleMethods = ['nearest-exact', 'bilinear', 'area', 'bicubic', 'lanczos'] as const;
export type ResampleMethod = (typeof resampleMethods)[number];

/** For each target position the first source index and the weights from there on. */
interface Taps {
  readonly start: Int32Array;
  readonly weights: readonly Float64Array[];
}

const clampIndex = (index: number, size: number): number => Math.max(0, Math.min(size - 1, index));

/** Weights at indices beyond the border count for the border sample, as in torch's interpolation. */
const clampedTaps = (first: number, weights: readonly number[], size: number): [number, Float64Array] => {
  const start = clampIndex(first, size);
  const end = clampIndex(first + weights.length - 1, size);
  const folded = new Float64Array(end - start + 1);
  weights.forEach((weight, offset) => {
    const at = clampIndex(first + offset, size) - start;
    folded[at] = (folded[at] ?? 0) + weight;
  });
  return [start, folded];
};

const cubicSharpness = -0.75;
const cubic = (distance: number): number => {
  const x = Math.abs(distance);
  if (x <= 1) return ((cubicSharpness + 2) * x - (cubicSharpness + 3)) * x * x + 1;
  if (x < 2) return ((cubicSharpness * x - 5 * cubicSharpness) * x + 8 * cubicSharpness) * x - 4 * cubicSharpness;
  return 0;
};

const sinc = (x: number): number => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x));
const lanczosLobes = 3;
const lanczos = (distance: number): number =>
  Math.abs(distance) < lanczosLobes ? sinc(distance) * sinc(distance / lanczosLobes) : 0;

/** Lanczos widens with the reduction (antialiased, as Pillow does); the others look at fixed neighbours, as torch does. */
const lanczosTaps = (center: number, scale: number, size: number): [number, Float64Array] => {
  const stretch = Math.max(1, scale);
  const reach = lanczosLobes * stretch;
  const first = Math.max(0, Math.floor(center - reach + 0.5));
  const end = Math.min(size, Math.floor(center + reach + 0.5));
  const weights = Float64Array.from({ length: Math.max(1, end - first) }, (_, offset) =>
    lanczos((first + offset + 0.5 - center) / stretch),
  );
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return [first, weights.map((weight) => weight / sum)];
};

const tapsAt = (method: ResampleMethod, target: number, scale: number, sourceSize: number): [number, Float64Array] => {
  const center = (target + 0.5) * scale;
  switch (method) {
    case 'nearest-exact': {
      // Torch computes with 32 bits here, which decides where a centre falls on the border of two pixels.
      const position = Math.fround(Math.fround(target + 0.5) * Math.fround(scale));
      return [clampIndex(Math.floor(position), sourceSize), Float64Array.of(1)];
    }
    case 'bilinear': {
      const position = Math.max(0, center - 0.5);
      const first = Math.floor(position);
      return clampedTaps(first, [1 - (position - first), position - first], sourceSize);
    }
    case 'bicubic': {
      const position = center - 0.5;
      const first = Math.floor(position) - 1;
      return clampedTaps(
        first,
        [0, 1, 2, 3].map((offset) => cubic(position - (first + offset))),
        sourceSize,
      );
    }
    case 'area': {
      const first = Math.floor(target * scale);
      const end = Math.max(first + 1, Math.ceil((target + 1) * scale - 1e-9));
      return [first, new Float64Array(end - first).fill(1 / (end - first))];
    }
    case 'lanczos':
      return lanczosTaps(center, scale, sourceSize);
  }
};

const tapsFor = (method: ResampleMethod, sourceSize: number, targetSize: number): Taps => {
  const start = new Int32Array(targetSize);
  const weights: Float64Array[] = [];
  for (let target = 0; target < targetSize; target += 1) {
    const [first, row] = tapsAt(method, target, sourceSize / targetSize, sourceSize);
    start[target] = first;
    weights.push(row);
  }
  return { start, weights };
};

/** Applies `taps` along an axis: samples of one line are `step` apart, lines start at `lineStart(line)`. */
interface Pass {
  readonly taps: Taps;
  readonly lineCount: number;
  readonly sourceStart: (line: number) => number;
  readonly targetStart: (line: number) => number;
  readonly step: number;
}

function* applyPass(source: Float32Array, target: Float32Array, pass: Pass): Strokes {
  const { taps, step } = pass;
  for (let line = 0; line < pass.lineCount; line += 1) {
    yield;
    const from = pass.sourceStart(line);
    const to = pass.targetStart(line);
    for (let index = 0; index < taps.weights.length; index += 1) {
      const weights = taps.weights[index] ?? new Float64Array();
      let at = from + (taps.start[index] ?? 0) * step;
      let sum = 0;
      for (let offset = 0; offset < weights.length; offset += 1) {
        sum += (source[at] ?? 0) * (weights[offset] ?? 0);
        at += step;
      }
      target[to + index * step] = sum;
    }
  }
}

const quantise = (value: number): number => Math.round(Math.max(0, Math.min(1, value)) * 255) / 255;

const truncateTo8Bit = (value: number): number => Math.trunc(Math.max(0, Math.min(1, value)) * 255) / 255;

/**
 * Resizes one picture with the rules of ComfyUI's five methods: four are torch interpolation without antialiasing on
 * floats, lanczos goes through 8 bits as Pillow's does.
 */
export function* resampling(source: Raster, width: number, height: number, method: ResampleMethod): Strokes<Raster> {
  const { channels } = source;
  if (source.width === width && source.height === height) return source;
  const input = method === 'lanczos' ? yield* mapSamples(source.data, truncateTo8Bit) : source.data;
  const narrow = new Float32Array(width * source.height * channels);
  yield* applyPass(input, narrow, {
    taps: tapsFor(method, source.width, width),
    lineCount: source.height * channels,
    sourceStart: (line) => Math.floor(line / channels) * source.width * channels + (line % channels),
    targetStart: (line) => Math.floor(line / channels) * width * channels + (line % channels),
    step: channels,
  });
  const between = method === 'lanczos' ? yield* mapSamples(narrow, quantise) : narrow;
  const data = new Float32Array(width * height * channels);
  yield* applyPass(between, data, {
    taps: tapsFor(method, source.height, height),
    lineCount: width * channels,
    sourceStart: (line) => line,
    targetStart: (line) => line,
    step: width * channels,
  });
  return { width, height, channels, data: method === 'lanczos' ? yield* mapSamples(data, quantise) : data };
}

/** The same in one go; for small pictures. */
export const resample = (source: Raster, width: number, height: number, method: ResampleMethod): Raster =>
  atOnce(resampling(source, width, height, method));

/** Cuts a rectangle out of a picture; what lies beyond its edges is left off. */
export const cropRaster = (source: Raster, area: { x: number; y: number; width: number; height: number }): Raster => {
  const width = Math.min(area.width, source.width - area.x);
  const height = Math.min(area.height, source.height - area.y);
  const data = new Float32Array(width * height * source.channels);
  for (let row = 0; row < height; row += 1) {
    const from = ((area.y + row) * source.width + area.x) * source.channels;
    data.set(source.data.subarray(from, from + width * source.channels), row * width * source.channels);
  }
  return { width, height, channels: source.channels, data };
};

/** Python's round(): halves go to the even neighbour. */
export const roundHalfEven = (value: number): number => {
  const floor = Math.floor(value);
  if (value - floor !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
};

/** Cuts the largest centred part that has the aspect of the target, as crop "center" does before resizing. */
export const cropToAspect = (source: Raster, width: number, height: number): Raster => {
  const oldAspect = source.width / source.height;
  const newAspect = width / height;
  const x = oldAspect > newAspect ? roundHalfEven((source.width - source.width * (newAspect / oldAspect)) / 2) : 0;
  const y = oldAspect < newAspect ? roundHalfEven((source.height - source.height * (oldAspect / newAspect)) / 2) : 0;
  return cropRaster(source, { x, y, width: source.width - x * 2, height: source.height - y * 2 });
};
