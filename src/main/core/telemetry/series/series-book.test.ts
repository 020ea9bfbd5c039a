import { array, assert, float, integer, property, record } from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { InstanceReading, Telemetry } from '#contract/models/gpu.ts';
import { createSeriesBook, type StoredMinute } from './series-book.ts';
import { createTimeRing } from './time-ring.ts';

const noReading: InstanceReading = {
  cpuPercent: null,
  memoryBytes: null,
  vramUsedBytes: null,
  vramTotalBytes: null,
  queueRemaining: null,
  responseTimeMs: null,
};
const sample = (at: number, instances: Readonly<Record<string, Partial<InstanceReading>>>): Telemetry => ({
  at,
  gpus: [
    { index: 0, memoryUsedBytes: 5, memoryTotalBytes: 9, loadPercent: 50, temperatureCelsius: 60, powerWatts: 70 },
  ],
  instances: Object.fromEntries(
    Object.entries(instances).map(([id, reading]) => [id, { ...noReading, ...reading }] as const),
  ),
  machine: { cpuPercent: null, memoryUsedBytes: 0, memoryTotalBytes: 0 },
});
const start = 1_800_000_000_000;
const hour = 3_600_000;
const open = (onMinute?: (stored: StoredMinute) => void) =>
  createSeriesBook({ intervalMs: () => 2000, ...(onMinute === undefined ? {} : { onMinute }) });
const hourOf = (book: ReturnType<typeof open>, now: number, id = 'one') =>
  book.read(id, { gpuIndexes: [], range: 'hour', now });

describe('the last hour', () => {
  it('holds the average of each five seconds, and only an hour of them', () => {
    const book = open();
    book.record(sample(start, { one: { cpuPercent: 10 } }));
    book.record(sample(start + 2000, { one: { cpuPercent: 30 } }));
    for (let at = start + 5000; at < start + 2 * hour; at += 5000) book.record(sample(at, { one: { cpuPercent: 7 } }));
    const early = open();
    early.record(sample(start, { one: { cpuPercent: 10 } }));
    early.record(sample(start + 2000, { one: { cpuPercent: 30 } }));
    expect(hourOf(early, start + 4000)).toMatchObject({
      stepMs: 5000,
      at: [start],
      instance: { cpuPercent: { average: [20] } },
    });
    const { at, instance } = hourOf(book, start + 2 * hour - 1);
    expect(at).toHaveLength(720);
    expect(at[0]).toBe(start + hour);
    expect(new Set(instance.cpuPercent.average)).toEqual(new Set([7]));
  });

  it('leaves out the times at which the instance did not run, while its card has gone on', () => {
    const book = open();
    book.record(sample(start, { one: { cpuPercent: 10 } }));
    book.record(sample(start + 5000, {}));
    book.record(sample(start + 10_000, { one: { cpuPercent: 20 } }));
    const series = book.read('one', { gpuIndexes: [0], range: 'hour', now: start + 10_000 });
    expect(series.at).toEqual([start, start + 5000, start + 10_000]);
    expect(series.instance.cpuPercent.average).toEqual([10, null, 20]);
    expect(series.gpus).toEqual([expect.objectContaining({ index: 0, loadPercent: { average: [50, 50, 50] } })]);
    expect(hourOf(book, start + 10_000).at).toEqual([start, start + 10_000]);
  });

  it('says from which distance on nothing was measured, at slow intervals too', () => {
    expect(hourOf(open(), start).gapMs).toBe(15_000);
    const slow = createSeriesBook({ intervalMs: () => 60_000 });
    expect(slow.read('one', { gpuIndexes: [], range: 'hour', now: start }).gapMs).toBe(180_000);
  });
});

describe('the last day', () => {
  it('holds the smallest, the largest and the average of each minute', () => {
    const book = open();
    for (const [index, cpuPercent] of [10, 90, 20].entries()) {
      book.record(sample(start + index * 10_000, { one: { cpuPercent } }));
    }
    const { at, instance } = book.read('one', { gpuIndexes: [], range: 'day', now: start + 60_000 });
    expect(at).toEqual([start]);
    expect(instance.cpuPercent).toEqual({ average: [40], minimum: [10], maximum: [90] });
  });

  it('tells every minute that is over, and is whole again after they were put back', () => {
    const told: StoredMinute[] = [];
    const book = open((stored) => told.push(stored));
    for (let index = 0; index < 30; index += 1) {
      book.record(sample(start + index * 5000, { one: { cpuPercent: index, memoryBytes: 1000 } }));
    }
    expect(told.map(({ minute }) => minute)).toEqual([start / 60_000, start / 60_000 + 1]);
    const last = book.openMinute();
    const again = open();
    for (const stored of [...told, ...(last === null ? [] : [last])]) again.restore(stored);
    const options = { gpuIndexes: [0], range: 'day', now: start + 150_000 } as const;
    expect(again.read('one', options)).toEqual(book.read('one', options));
  });

  it('goes on in a minute that was put back', () => {
    const book = open();
    const stats = { average: 20, minimum: 10, maximum: 30 };
    book.restore({ minute: start / 60_000, subjects: { 'i:one': [null, null, stats, null, null] } });
    book.record(sample(start + 30_000, { one: { cpuPercent: 40 } }));
    const { instance } = book.read('one', { gpuIndexes: [], range: 'day', now: start + 59_000 });
    expect(instance.cpuPercent).toEqual({ average: [30], minimum: [10], maximum: [40] });
  });
});

describe('a clock that jumps', () => {
  it('loses nothing when it is set far ahead and back again', () => {
    const book = open();
    for (let index = 0; index < 100; index += 1) book.record(sample(start + index * 5000, { one: { cpuPercent: 1 } }));
    const before = hourOf(book, start + 500_000);
    book.record(sample(start + 10 * 365 * 24 * hour, { one: { cpuPercent: 99 } }));
    book.record(sample(start + 500_000, { one: { cpuPercent: 2 } }));
    const after = hourOf(book, start + 500_000);
    // The one sample from the future took the place of one step at most.
    expect(after.at.length).toBeGreaterThanOrEqual(before.at.length);
    expect(after.instance.cpuPercent.average).not.toContain(99);
  });

  it('is measured on at once after it was set back', () => {
    const book = open();
    book.record(sample(start, { one: { cpuPercent: 1 } }));
    expect(book.isDue(start + 1000)).toBe(false);
    expect(book.isDue(start - hour)).toBe(true);
    book.record(sample(start - hour, { one: { cpuPercent: 2 } }));
    expect(hourOf(book, start - hour).instance.cpuPercent.average).toEqual([2]);
  });

  it('never answers steps out of order or outside of the range, whatever the times', () => {
    const jump = record({ at: integer({ min: -1, max: 4e12 }), cpu: float({ min: 0, max: 100, noNaN: true }) });
    assert(
      property(array(jump, { maxLength: 60 }), integer({ min: 1, max: 4e12 }), (jumps, now) => {
        const book = open();
        for (const { at, cpu } of jumps) book.record(sample(at, { one: { cpuPercent: cpu } }));
        for (const range of ['hour', 'day'] as const) {
          const { at, instance } = book.read('one', { gpuIndexes: [], range, now });
          expect(at).toEqual(at.toSorted((first, second) => first - second));
          expect(at.every((moment) => moment <= now)).toBe(true);
          expect(instance.cpuPercent.average).toHaveLength(at.length);
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe('the bound', () => {
  it('holds however many instances come and go, and gives room to what was measured last', () => {
    const book = open();
    for (let index = 0; index < 400; index += 1) {
      book.record(sample(start + index * 1000, { [`id-${index}`]: { cpuPercent: index } }));
    }
    expect(book.subjectCount()).toBe(320);
    expect(hourOf(book, start + 400_000, 'id-0').at).toEqual([]);
    expect(hourOf(book, start + 400_000, 'id-399').at).toHaveLength(1);
    book.forget('id-399');
    expect(hourOf(book, start + 400_000, 'id-399').at).toEqual([]);
  });

  it('takes no memory for an instance that never runs', () => {
    const book = open();
    book.record(sample(start, { idle: {} }));
    expect(book.subjectCount()).toBe(1);
  });

  it('is a ring of a fixed size', () => {
    const ring = createTimeRing({ stepMs: 10, slots: 4, measures: 1, spread: true });
    for (let at = 0; at < 1000; at += 1) ring.add(at, [at]);
    expect(ring.read(999).map(({ step }) => step)).toEqual([96, 97, 98, 99]);
    ring.add(Number.NaN, [1]);
    ring.add(-5, [1]);
    expect(ring.read(999)).toHaveLength(4);
  });
});
