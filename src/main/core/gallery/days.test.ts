import { describe, expect, it } from 'vitest';
import { createDayCounter, quarterMs } from './days.ts';

const at = (moment: string): number => Math.floor(Date.parse(moment) / quarterMs);

describe('counts by day', () => {
  it('are those of the time zone that is asked for', () => {
    const quarters = [
      [at('2026-11-21T23:30:00Z'), 2],
      [at('2026-11-21T12:00:00Z'), 3],
      [at('2026-11-20T20:00:00Z'), 1],
    ] as const;
    expect(createDayCounter('UTC')(quarters)).toEqual([
      { day: '2026-11-21', count: 5 },
      { day: '2026-11-20', count: 1 },
    ]);
    expect(createDayCounter('Asia/Kolkata')(quarters)).toEqual([
      { day: '2026-11-22', count: 2 },
      { day: '2026-11-21', count: 4 },
    ]);
  });

  it('follow a day of 25 hours and one of 23', () => {
    const count = createDayCounter('Europe/Berlin');
    const hours = (from: string, steps: number) =>
      Array.from({ length: steps }, (_, index) => [at(from) - index * 4, 1] as const);
    expect(count(hours('2026-10-25T22:00:00Z', 25))).toEqual([{ day: '2026-10-25', count: 25 }]);
    expect(count(hours('2026-03-29T21:00:00Z', 23))).toEqual([{ day: '2026-03-29', count: 23 }]);
    expect(count(hours('2026-03-29T21:00:00Z', 24)).map(({ day }) => day)).toEqual(['2026-03-29', '2026-03-28']);
  });

  it('are those of UTC for a zone that nobody knows, and the same when asked again', () => {
    const count = createDayCounter('Nowhere/Land');
    const quarters = [[at('2026-11-21T23:59:00Z'), 1]] as const;
    expect(count(quarters)).toEqual(count(quarters));
    expect(count(quarters)).toEqual([{ day: '2026-11-21', count: 1 }]);
    expect(count([])).toEqual([]);
  });
});
