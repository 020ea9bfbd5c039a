import { describe, expect, it } from 'vitest';
import { countQuarters, numbersOf, pickFrom, type ResultList, withChanged } from './result-list.ts';

type Entry = readonly [id: number, createdAt: number];

const newestFirst = (entries: readonly Entry[]): Entry[] =>
  entries.toSorted(([oneId, oneAt], [otherId, otherAt]) => otherAt - oneAt || otherId - oneId);

const listOf = (entries: readonly Entry[]): ResultList => {
  const sorted = newestFirst(entries);
  return {
    ids: Float64Array.from(sorted, ([id]) => id),
    createdAt: Float64Array.from(sorted, ([, createdAt]) => createdAt),
  };
};

const entriesOf = ({ ids, createdAt }: ResultList): Entry[] => Array.from(ids, (id, at) => [id, createdAt[at] ?? 0]);

/** Numbers that look like chance and are the same each time. */
const numbersFrom = (seed: number): ((below: number) => number) => {
  let state = seed;
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * below);
  };
};

describe('a list of results', () => {
  it('is read from the text that SQLite makes of its numbers', () => {
    for (const text of ['', '7', '1790000000123,0,-900001', '10,20,30'])
      expect([...numbersOf(text)]).toEqual(text === '' ? [] : text.split(',').map(Number));
  });

  it('gives what stands in all sets and is of a time, in its order', () => {
    const list = listOf([
      [1, 10],
      [2, 30],
      [900, 20],
      [4, 40],
    ]);
    const always = { since: Number.NEGATIVE_INFINITY, before: Number.POSITIVE_INFINITY };
    const sets = [Float64Array.of(1, 2, 4, 5_000_000), Float64Array.of(900, 4, 1, -3)];
    expect(entriesOf(pickFrom(list, { ...always, sets }))).toEqual([
      [4, 40],
      [1, 10],
    ]);
    expect([...pickFrom(list, { ...always, sets: [Float64Array.of()] }).ids]).toEqual([]);
    expect([...pickFrom(list, { sets: [], since: 20, before: 40 }).ids]).toEqual([2, 900]);
    expect([...pickFrom(listOf([]), { ...always, sets }).ids]).toEqual([]);
  });

  it('is after any changes what it would be when made anew', () => {
    for (let seed = 1; seed <= 50; seed += 1) {
      const below = numbersFrom(seed);
      const rows = new Map<number, number>(Array.from({ length: below(40) }, (_, id) => [id, below(20)]));
      let list = listOf([...rows]);
      for (let round = 0; round < 10; round += 1) {
        const touched = new Set(Array.from({ length: below(12) }, () => below(60)));
        for (const id of touched) {
          if (below(3) === 0) rows.delete(id);
          else rows.set(id, below(20));
        }
        list = withChanged(list, touched, listOf([...rows].filter(([id]) => touched.has(id))));
        expect(entriesOf(list)).toEqual(newestFirst([...rows]));
      }
    }
  });

  it('is the same list where nothing moved', () => {
    const list = listOf([
      [1, 10],
      [2, 30],
      [3, 20],
    ]);
    expect(withChanged(list, new Set([3, 77]), listOf([[3, 20]]))).toBe(list);
    expect(withChanged(list, new Set([3]), listOf([]))).not.toBe(list);
  });

  it('has the new time of a result that stays at its place', () => {
    const list = listOf([
      [1, 10],
      [2, 30],
    ]);
    expect(entriesOf(withChanged(list, new Set([1]), listOf([[1, 15]])))).toEqual([
      [2, 30],
      [1, 15],
    ]);
  });

  it('counts by quarters of an hour, newest first', () => {
    const list = listOf([
      [1, 900_000],
      [2, 1_799_999],
      [3, 1_800_000],
      [4, 9_000_000],
    ]);
    expect(countQuarters(list)).toEqual([
      [10, 1],
      [2, 1],
      [1, 2],
    ]);
    expect(countQuarters(listOf([]))).toEqual([]);
  });
});
