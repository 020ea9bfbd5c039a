import { array, assert, integer, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { endOf, type ScrollPlace, scrolledTo, scrollSpace, scrollTopOf } from './scroll-space.ts';

const line = 18;
const millionLines = scrollSpace(1_000_000 * line, 600);

describe('a list of a million lines', () => {
  it('has an element that every browser can hold', () => {
    expect(millionLines.physicalPx).toBeLessThan(17_000_000);
    expect(millionLines.totalPx).toBe(18_000_000);
  });

  it('moves by the wheel as a short list does', () => {
    const before: ScrollPlace = { top: 9_000_000, scrollTop: scrollTopOf(millionLines, 9_000_000) };
    const after = scrolledTo(millionLines, before, before.scrollTop + 100);
    expect(after.top - before.top).toBe(100);
  });

  it('shows its first and its last line at the ends of the bar', () => {
    const middle: ScrollPlace = { top: 5, scrollTop: 500 };
    expect(scrolledTo(millionLines, middle, 0).top).toBe(0);
    expect(scrolledTo(millionLines, middle, millionLines.physicalPx - 600).top).toBe(18_000_000 - 600);
  });

  it('goes to the share of the list when the bar is dragged', () => {
    const half = scrollTopOf(millionLines, endOf(millionLines) / 2);
    const { top } = scrolledTo(millionLines, { top: 0, scrollTop: 0 }, half);
    expect(Math.round(top / line)).toBe(Math.round(endOf(millionLines) / 2 / line));
  });

  it('never leaves the list, and every line can be reached', () => {
    assert(
      property(integer({ min: 0, max: 40_000_000 }), array(integer({ min: 0, max: 9_000_000 })), (lines, moves) => {
        const space = scrollSpace(lines * line, 600);
        let place: ScrollPlace = { top: 0, scrollTop: 0 };
        for (const move of moves) {
          place = scrolledTo(space, place, move);
          expect(place.top).toBeGreaterThanOrEqual(0);
          expect(place.top).toBeLessThanOrEqual(endOf(space));
        }
        const target = Math.floor(endOf(space) / 3);
        const bar = scrollTopOf(space, target);
        expect(bar).toBeLessThanOrEqual(space.physicalPx - 600);
        expect(bar).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});

describe('a short list', () => {
  it('is scrolled as it is', () => {
    const space = scrollSpace(100 * line, 600);
    expect(space.physicalPx).toBe(1800);
    expect(scrollTopOf(space, 700)).toBe(700);
    expect(scrolledTo(space, { top: 0, scrollTop: 0 }, 700).top).toBe(700);
  });

  it('that fits into the view does not scroll', () => {
    const space = scrollSpace(3 * line, 600);
    expect(endOf(space)).toBe(0);
    expect(scrollTopOf(space, 50)).toBe(0);
  });
});
