import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createEventQueue } from './event-queue.ts';

describe('event queue', () => {
  it('gives events by time, and those of one moment in the order in which they came', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(5)), (times) => {
        const queue = createEventQueue<number>();
        for (const [index, at] of times.entries()) queue.add(at, index);
        const taken = times.map(() => queue.take());
        const wanted = times
          .map((at, event) => ({ at, event }))
          .sort((one, other) => one.at - other.at || one.event - other.event);
        expect(taken.map((entry) => ({ at: entry?.at, event: entry?.event }))).toEqual(wanted);
        expect(queue.take()).toBeUndefined();
        expect(queue.nextAt()).toBe(Number.POSITIVE_INFINITY);
      }),
    );
  });
});
