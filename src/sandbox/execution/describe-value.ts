import type { ImageBatch } from '../nodes/node-definition.ts';
import { pythonRepr } from '../nodes/python-text.ts';
import { isImage, isMask } from '../nodes/values.ts';

/** More elements than this are shown by their edges only, as torch does. */
const summarizeAbove = 1000;

const edgeItems = 3;

const numberText = (value: number): string => value.toFixed(4).replace(/0+$/, '');

const nested = (shape: readonly number[], at: (index: readonly number[]) => number, short: boolean): string => {
  const level = (prefix: readonly number[]): string => {
    const size = shape[prefix.length];
    if (size === undefined) return numberText(at(prefix));
    const indexes = Array.from({ length: size }, (_, index) => index);
    const cut = short && size > 2 * edgeItems;
    const shown = cut ? [...indexes.slice(0, edgeItems), ...indexes.slice(-edgeItems)] : indexes;
    const parts = shown.map((index) => level([...prefix, index]));
    if (cut) parts.splice(edgeItems, 0, '...');
    const isLast = prefix.length === shape.length - 1;
    return `[${parts.join(isLast ? ', ' : `,${'\n'.repeat(shape.length - 1 - prefix.length)}${' '.repeat(8 + prefix.length)}`)}]`;
  };
  return level([]);
};

const tensorText = (frames: readonly Float32Array[], shape: readonly number[]): string => {
  const count = shape.reduce((product, size) => product * size, 1);
  const at = ([frame = 0, ...rest]: readonly number[]): number => {
    const offset = rest.reduce((sum, index, place) => sum * (shape[place + 1] ?? 1) + index, 0);
    return frames[frame]?.[offset] ?? 0;
  };
  return `tensor(${nested(shape, at, count > summarizeAbove)})`;
};

const imageText = (image: ImageBatch): string =>
  tensorText(image.frames, [image.frames.length, image.height, image.width, image.channels]);

/** A value as `current_inputs` of an execution_error shows it: plain values as they are, tensors as torch prints them. */
export const describeValue = (value: unknown): unknown => {
  if (value === null || value === undefined) return null;
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'string') return value;
  if (isImage(value)) return imageText(value);
  if (isMask(value)) return tensorText(value.frames, [value.frames.length, value.height, value.width]);
  return pythonRepr(value);
};
