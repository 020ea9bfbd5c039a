import { assert, constantFrom, nat, property, string, uniqueArray } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dropTarget, type JobOrder, stepTarget } from './reorder.ts';

const orderOf = (ids: readonly string[], total = ids.length): JobOrder => ({ total, idAt: (index) => ids[index] });
const abcd = orderOf(['a', 'b', 'c', 'd']);

/** What the studio does with a move. */
const apply = (
  ids: readonly string[],
  moved: readonly string[],
  to: 'front' | 'end' | { before: string },
): string[] => {
  const rest = ids.filter((id) => !moved.includes(id));
  const at = to === 'front' ? 0 : to === 'end' ? rest.length : rest.indexOf(to.before);
  return [...rest.slice(0, at), ...moved, ...rest.slice(at)];
};

describe('a drop', () => {
  it.each([
    { on: 'the upper edge', index: 2, edge: 'above', moved: ['a'], target: { before: 'c' } },
    { on: 'the lower edge', index: 1, edge: 'below', moved: ['a'], target: { before: 'c' } },
    { on: 'the lower edge of the last row', index: 3, edge: 'below', moved: ['a'], target: 'end' },
    { on: 'the own row', index: 1, edge: 'above', moved: ['b'], target: null },
    { on: 'a row that moves along', index: 1, edge: 'above', moved: ['b', 'c'], target: { before: 'd' } },
    { on: 'rows that move along, down to the end', index: 2, edge: 'above', moved: ['c', 'd'], target: 'end' },
  ] as const)('on $on', ({ index, edge, moved, target }) => {
    expect(dropTarget(abcd, index, edge, new Set(moved))).toEqual(target);
  });

  it('is nothing where the next row is not known yet', () => {
    expect(dropTarget(orderOf(['a', 'b'], 100), 1, 'below', new Set(['a']))).toBeNull();
  });
});

describe('a step by key', () => {
  it.each([
    [0, -1, null],
    [3, 1, null],
    [1, -1, { before: 'a' }],
    [1, 1, { before: 'd' }],
    [2, 1, 'end'],
    [2, 'front', 'front'],
    [0, 'end', 'end'],
  ] as const)('at %i by %s', (index, step, target) => {
    expect(stepTarget(abcd, index, step)).toEqual(target);
  });

  it('changes places with the neighbour, whatever the list', () => {
    assert(
      property(
        uniqueArray(string({ minLength: 1 }), { minLength: 2, maxLength: 12 }),
        nat(),
        constantFrom(-1 as const, 1 as const),
        (ids, at, step) => {
          const index = at % ids.length;
          const to = stepTarget(orderOf(ids), index, step);
          const other = index + step;
          if (other < 0 || other >= ids.length) {
            expect(to).toBeNull();
            return;
          }
          const [own, neighbour] = [ids[index] ?? '', ids[other] ?? ''];
          const expected = ids.with(index, neighbour).with(other, own);
          expect(to === null ? null : apply(ids, [own], to)).toEqual(expected);
        },
      ),
    );
  });
});
