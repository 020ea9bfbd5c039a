import { describe, expect, it } from 'vitest';
import { createDisk } from './disk.ts';
import { createEventQueue } from './event-queue.ts';

interface Read {
  readonly at: number;
  readonly durationMs: number;
  readonly cancelAt?: number;
}

/** When each of the reads is over; undefined for one that was called off. */
const endsOf = (streams: number, reads: readonly Read[]): readonly (number | undefined)[] => {
  const queue = createEventQueue<(now: number) => void>();
  const disk = createDisk(streams, (at, call) => queue.add(at, call));
  const ends: (number | undefined)[] = reads.map(() => undefined);
  for (const [index, { at, durationMs, cancelAt }] of reads.entries()) {
    queue.add(at, (now) => {
      const load = disk.read(now, durationMs, (end) => {
        ends[index] = Math.round(end);
      });
      if (cancelAt !== undefined) queue.add(cancelAt, (later) => load.cancel(later));
    });
  }
  for (let entry = queue.take(); entry !== undefined; entry = queue.take()) entry.event(entry.at);
  return ends;
};

describe('disk', () => {
  it.each<{ name: string; streams: number; reads: readonly Read[]; ends: readonly (number | undefined)[] }>([
    { name: 'one load takes its time', streams: 1, reads: [{ at: 5, durationMs: 100 }], ends: [105] },
    {
      name: 'two loads run at full speed on two streams',
      streams: 2,
      reads: [
        { at: 0, durationMs: 100 },
        { at: 50, durationMs: 100 },
      ],
      ends: [100, 150],
    },
    {
      name: 'two loads share one stream evenly while both are under way',
      streams: 1,
      reads: [
        { at: 0, durationMs: 100 },
        { at: 50, durationMs: 100 },
      ],
      // 50 alone, 100 shared until the first is over, 50 alone.
      ends: [150, 200],
    },
    {
      name: 'three loads on two streams go at two thirds',
      streams: 2,
      reads: [
        { at: 0, durationMs: 100 },
        { at: 0, durationMs: 100 },
        { at: 0, durationMs: 100 },
      ],
      ends: [150, 150, 150],
    },
    {
      name: 'a load that is called off leaves its share to the others',
      streams: 1,
      reads: [
        { at: 0, durationMs: 100 },
        { at: 0, durationMs: 100, cancelAt: 50 },
      ],
      ends: [125, undefined],
    },
    {
      name: 'no limit, no sharing',
      streams: Number.POSITIVE_INFINITY,
      reads: [
        { at: 0, durationMs: 100 },
        { at: 0, durationMs: 70 },
      ],
      ends: [100, 70],
    },
  ])('$name', ({ streams, reads, ends }) => {
    expect(endsOf(streams, reads)).toEqual(ends);
  });
});
