import { isFloat } from '#comfyui/python/float-value.ts';
import { pythonText } from '#comfyui/python/python-text.ts';
import type { ImageBatch, MaskBatch } from './node-definition.ts';
import { isImage, isMask } from './values.ts';

/** Torch prints at most this many items of an axis whole, and three from each end of a longer one. */
const edgeItems = 3;
const summaryLimit = 1000;

/** Where the numbers of a tensor are. */
interface Layout {
  readonly shape: readonly number[];
  /** The number at a position, one index for each axis. */
  readonly at: (position: readonly number[]) => number;
}

const layoutOf = (value: ImageBatch | MaskBatch): Layout => {
  const { width, height, frames } = value;
  const channels = value.kind === 'image' ? value.channels : 1;
  const shape = [frames.length, height, width];
  return {
    shape: value.kind === 'image' ? [...shape, channels] : shape,
    at: ([frame = 0, y = 0, x = 0, channel = 0]) => frames[frame]?.[(y * width + x) * channels + channel] ?? 0,
  };
};

const shownIndices = (length: number, isSummary: boolean): (number | null)[] => {
  const all = Array.from({ length }, (_, index) => index);
  return isSummary && length > edgeItems * 2 ? [...all.slice(0, edgeItems), null, ...all.slice(-edgeItems)] : all;
};

/** All numbers whole: `1.`; else four digits: `0.2500`. */
const numberFormat = (numbers: readonly number[]): ((value: number) => string) =>
  numbers.every(Number.isInteger) ? (value) => `${value}.` : (value) => value.toFixed(4);

/** The numbers that the text shows; of a long tensor that is a fraction of them. */
const shownNumbers = (layout: Layout, isSummary: boolean, position: readonly number[]): number[] => {
  const length = layout.shape[position.length];
  if (length === undefined) return [layout.at(position)];
  return shownIndices(length, isSummary).flatMap((index) =>
    index === null ? [] : shownNumbers(layout, isSummary, [...position, index]),
  );
};

/** A tensor as torch prints it, which is what a failed node's `current_inputs` carry. */
export const describeTensor = (value: ImageBatch | MaskBatch): string => {
  const layout = layoutOf(value);
  const { shape, at } = layout;
  const count = shape.reduce((product, length) => product * length, 1);
  if (count === 0) return `tensor([], size=(${shape.join(', ')}))`;
  const isSummary = count > summaryLimit;
  const format = numberFormat(shownNumbers(layout, isSummary, []));
  const print = (position: readonly number[]): string => {
    const length = shape[position.length];
    if (length === undefined) return format(at(position));
    const isInnermost = position.length === shape.length - 1;
    const items = shownIndices(length, isSummary).map((index) =>
      index === null ? '...' : print([...position, index]),
    );
    const indent = ' '.repeat('tensor('.length + position.length + 1);
    const gap = isInnermost ? ', ' : `,${'\n'.repeat(shape.length - position.length - 1)}${indent}`;
    return `[${items.join(gap)}]`;
  };
  return `tensor(${print([])})`;
};

/** An input of a failed node as `execution_error.current_inputs` shows it: plain values as they are, others as text. */
export const describeInput = (value: unknown): unknown => {
  if (isImage(value) || isMask(value)) return describeTensor(value);
  if (isFloat(value)) return value.value;
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return value;
  if (typeof value === 'object' && 'kind' in value && typeof value.kind === 'string') return `<${value.kind}>`;
  return pythonText(value);
};
