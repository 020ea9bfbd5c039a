import type { Strokes } from '../strokes.ts';

/** Numbers on a coarse grid that covers a picture; soft things are computed here and spread over the pixels. */
export interface Field {
  readonly columns: number;
  readonly rows: number;
  readonly values: Float32Array;
}

/**
 * Fills a grid of about `rows` rows for a picture; `sample` gets places in picture heights. The grid is never finer than
 * the pixels.
 */
export function* createField(
  size: { readonly width: number; readonly height: number },
  rows: number,
  sample: (x: number, y: number) => number,
): Strokes<Field> {
  const rowCount = Math.min(size.height, rows);
  const columnCount = Math.max(2, Math.round((rowCount * size.width) / size.height));
  const values = new Float32Array((rowCount + 1) * (columnCount + 1));
  const step = size.width / size.height / columnCount;
  for (let row = 0; row <= rowCount; row += 1) {
    yield;
    for (let column = 0; column <= columnCount; column += 1) {
      values[row * (columnCount + 1) + column] = sample(column * step, row / rowCount);
    }
  }
  return { columns: columnCount, rows: rowCount, values };
}

/** One row of pixels of a field, interpolated; `out` has the width of the picture. */
export const readFieldRow = (field: Field, row: number, height: number, out: Float32Array): void => {
  const { columns, rows, values } = field;
  const gridRow = (row / height) * rows;
  const top = Math.floor(gridRow);
  const down = gridRow - top;
  const step = columns / out.length;
  for (let column = 0; column < out.length; column += 1) {
    const gridColumn = column * step;
    const left = Math.floor(gridColumn);
    const right = gridColumn - left;
    const at = top * (columns + 1) + left;
    const below = at + columns + 1;
    const upper = (values[at] ?? 0) * (1 - right) + (values[at + 1] ?? 0) * right;
    const lower = (values[below] ?? 0) * (1 - right) + (values[below + 1] ?? 0) * right;
    out[column] = upper * (1 - down) + lower * down;
  }
};
