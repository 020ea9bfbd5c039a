import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ranksBetween } from './queue-order.ts';

describe('ranks between neighbours', () => {
  it.each<[number | null, number | null, number, readonly number[] | null]>([
    [null, null, 2, [0, 1]],
    [null, 5, 2, [3, 4]],
    [5, null, 2, [6, 7]],
    [1, 2, 1, [1.5]],
    [1, 2, 3, [1.25, 1.5, 1.75]],
    [-4, 4, 1, [0]],
    [2, 2, 1, null],
    [1, 1 + Number.EPSILON, 1, null],
  ])('%s and %s for %d', (after, before, count, ranks) => {
    expect(ranksBetween(after, before, count)).toEqual(ranks);
  });

  it('rise and stay between, or are none', () => {
    const rank = fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e9, max: 1e9 });
    fc.assert(
      fc.property(rank, rank, fc.integer({ min: 1, max: 50 }), (one, other, count) => {
        const [after, before] = one < other ? [one, other] : [other, one];
        const ranks = ranksBetween(after, before, count);
        if (ranks === null) return;
        const all = [after, ...ranks, before];
        for (const [index, value] of all.entries()) expect(index === 0 || value > (all[index - 1] ?? 0)).toBe(true);
      }),
    );
  });
});
