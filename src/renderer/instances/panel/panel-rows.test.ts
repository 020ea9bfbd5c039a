import { describe, expect, it } from 'vitest';
import type { InstanceGroup } from '../arrange-instances.ts';
import { columnsIn, type FocusStep, panelRows, rowOf, stepFocus } from './panel-rows.ts';

const groups: readonly InstanceGroup[] = [
  {
    key: 'gpu-0',
    title: { kind: 'gpu', index: 0, name: 'RTX 4090', bus: '41:00' },
    instanceIds: ['a', 'b', 'c', 'd', 'e'],
  },
  { key: 'cpu', title: { kind: 'cpu' }, instanceIds: ['f'] },
];
const rows = panelRows(groups, 3);

describe('the lines of the panel', () => {
  it('are a heading for each group and its instances, as many as fit', () => {
    expect(rows.map((row) => (row.kind === 'title' ? `${row.key} ${row.count}` : row.instanceIds.join('')))).toEqual([
      'title-gpu-0 5',
      'abc',
      'de',
      'title-cpu 1',
      'f',
    ]);
  });

  it('have no heading where nothing is grouped', () => {
    expect(panelRows([{ key: 'all', title: { kind: 'all' }, instanceIds: ['a', 'b'] }], 1)).toMatchObject([
      { instanceIds: ['a'] },
      { instanceIds: ['b'] },
    ]);
  });

  it('know where an instance stands', () => {
    expect([rowOf(rows, 'e'), rowOf(rows, 'f'), rowOf(rows, 'gone')]).toEqual([2, 4, -1]);
  });
});

it.each([
  [100, 1],
  [320, 1],
  [655, 1],
  [656, 2],
  [1280, 3],
])('%i pixels hold %i cards', (width, columns) => {
  expect(columnsIn(width, 320, 16)).toBe(columns);
});

it.each<[string, FocusStep, string | null]>([
  ['a', 'right', 'b'],
  ['c', 'right', 'd'],
  ['e', 'right', 'f'],
  ['f', 'right', null],
  ['d', 'left', 'c'],
  ['a', 'left', null],
  ['b', 'down', 'e'],
  ['c', 'down', 'e'],
  ['e', 'down', 'f'],
  ['f', 'up', 'd'],
  ['a', 'up', null],
  ['c', 'first', 'a'],
  ['c', 'last', 'f'],
  ['gone', 'down', null],
])('from %s %s leads to %s', (from, step, to) => {
  expect(stepFocus(rows, from, step)).toBe(to);
});
