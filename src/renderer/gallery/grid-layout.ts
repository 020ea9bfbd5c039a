import type { GalleryDay } from '#contract/models/gallery.ts';

/** A row of the grid: the heading of a day, or results from `first` on. */
export type GridRow =
  | { readonly kind: 'day'; readonly day: string; readonly count: number; readonly first: number }
  | { readonly kind: 'items'; readonly first: number; readonly count: number };

export interface GridSize {
  readonly columns: number;
  /** Edge of a tile. */
  readonly edge: number;
}

/** As many tiles of about the wanted edge as fit beside each other, stretched so that they fill the width. */
export const gridSize = (width: number, wantedEdge: number, gap: number): GridSize => {
  const columns = Math.max(2, Math.floor((width + gap) / (wantedEdge + gap)));
  return { columns, edge: Math.max(1, (width - gap * (columns - 1)) / columns) };
};

/** The rows of a list, day by day. */
export const gridRows = (days: readonly GalleryDay[], columns: number): readonly GridRow[] => {
  const rows: GridRow[] = [];
  let first = 0;
  for (const { day, count } of days) {
    rows.push({ kind: 'day', day, count, first });
    for (let step = 0; step < count; step += columns) {
      rows.push({ kind: 'items', first: first + step, count: Math.min(columns, count - step) });
    }
    first += count;
  }
  return rows;
};

/** The row of results that holds a position. */
export const rowOf = (rows: readonly GridRow[], index: number): number => {
  let low = 0;
  let high = rows.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((rows[middle]?.first ?? 0) <= index) low = middle;
    else high = middle - 1;
  }
  return low;
};

export type GridStep = 'left' | 'right' | 'up' | 'down' | 'pageUp' | 'pageDown' | 'home' | 'end';

const rowsOfPage = 4;

const vertical = (rows: readonly GridRow[], index: number, by: number): number => {
  const from = rowOf(rows, index);
  const column = index - (rows[from]?.first ?? 0);
  const towards = Math.sign(by);
  let left = Math.abs(by);
  let reached = from;
  for (let at = from + towards; left > 0 && at >= 0 && at < rows.length; at += towards) {
    if (rows[at]?.kind !== 'items') continue;
    reached = at;
    left -= 1;
  }
  const row = rows[reached];
  return row?.kind === 'items' ? row.first + Math.min(column, row.count - 1) : index;
};

/** The position that a key leads to, within the list. */
export const stepFrom = (rows: readonly GridRow[], index: number, step: GridStep, total: number): number => {
  switch (step) {
    case 'left':
      return Math.max(0, index - 1);
    case 'right':
      return Math.min(total - 1, index + 1);
    case 'up':
      return vertical(rows, index, -1);
    case 'down':
      return vertical(rows, index, 1);
    case 'pageUp':
      return vertical(rows, index, -rowsOfPage);
    case 'pageDown':
      return vertical(rows, index, rowsOfPage);
    case 'home':
      return 0;
    case 'end':
      return total - 1;
  }
};
