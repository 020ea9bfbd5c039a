import { describe, expect, it } from 'vitest';
import { gridRows, gridSize, rowOf, stepFrom } from './grid-layout.ts';

const days = [
  { day: '2026-11-21', count: 5 },
  { day: '2026-11-20', count: 2 },
];

describe('the grid of the gallery', () => {
  it('fills the width with tiles of about the wanted size', () => {
    expect(gridSize(1000, 190, 8)).toEqual({ columns: 5, edge: 193.6 });
    expect(gridSize(100, 190, 8)).toEqual({ columns: 2, edge: 46 });
    expect(gridSize(0, 190, 8)).toEqual({ columns: 2, edge: 1 });
  });

  it('begins each day with its heading and a row of its own', () => {
    const rows = gridRows(days, 3);
    expect(rows.map((row) => (row.kind === 'day' ? row.day : [row.first, row.count]))).toEqual([
      '2026-11-21',
      [0, 3],
      [3, 2],
      '2026-11-20',
      [5, 2],
    ]);
    expect([0, 2, 3, 4, 5, 6].map((index) => rowOf(rows, index))).toEqual([1, 1, 2, 2, 4, 4]);
  });

  it('leads every key to where the eye expects, over headings and short rows', () => {
    const rows = gridRows(days, 3);
    const step = (index: number, key: Parameters<typeof stepFrom>[2]): number => stepFrom(rows, index, key, 7);
    expect([step(2, 'down'), step(4, 'down'), step(6, 'up'), step(5, 'up')]).toEqual([4, 6, 4, 3]);
    expect([step(0, 'left'), step(6, 'right'), step(1, 'up'), step(5, 'down')]).toEqual([0, 6, 1, 5]);
    expect([step(1, 'pageDown'), step(6, 'pageUp'), step(3, 'home'), step(3, 'end')]).toEqual([6, 1, 0, 6]);
  });
});
