import { describe, expect, it } from 'vitest';
import type { Telemetry } from '#contract/models/gpu.ts';
import type { TelemetrySeries } from '#contract/models/telemetry-series.ts';
import { extentOf, tableRows, withGaps, withLiveSamples } from './chart-data.ts';

const metric = (average: (number | null)[]) => ({ average });
const seriesOf = (at: number[], cpu: (number | null)[]): TelemetrySeries => ({
  range: 'hour',
  stepMs: 5000,
  gapMs: 15_000,
  at,
  instance: {
    vramUsedBytes: metric(cpu),
    memoryBytes: metric(cpu),
    cpuPercent: metric(cpu),
    queueRemaining: metric(cpu),
    responseTimeMs: metric(cpu),
  },
  gpus: [],
});
const sample = (at: number, cpuPercent: number | null): Telemetry => ({
  at,
  gpus: [],
  instances:
    cpuPercent === null
      ? {}
      : {
          one: {
            cpuPercent,
            memoryBytes: 1,
            vramUsedBytes: 1,
            vramTotalBytes: 1,
            queueRemaining: 0,
            responseTimeMs: 1,
          },
        },
  machine: { cpuPercent: null, memoryUsedBytes: 0, memoryTotalBytes: 0 },
});

describe('measurements that grow', () => {
  const base = seriesOf([0, 5000], [1, 2]);

  it('take later samples in steps, as averages', () => {
    const grown = withLiveSamples(base, [sample(10_000, 10), sample(12_000, 20), sample(15_500, 5)], 'one');
    expect(grown.at).toEqual([0, 5000, 10_000, 15_000]);
    expect(grown.instance.cpuPercent.average).toEqual([1, 2, 15, 5]);
  });

  it('leave what the studio counted as it is', () => {
    expect(withLiveSamples(base, [sample(6000, 99)], 'one')).toBe(base);
  });

  it('have a hole where the instance does not run', () => {
    expect(withLiveSamples(base, [sample(10_000, null)], 'one').instance.cpuPercent.average).toEqual([1, 2, null]);
  });

  it('lose at one end what comes at the other', () => {
    const grown = withLiveSamples(base, [sample(3_602_000, 7)], 'one');
    expect(grown.at).toEqual([5000, 3_600_000]);
    expect(grown.instance.cpuPercent.average).toEqual([2, 7]);
  });
});

describe('gaps', () => {
  it('are holes that no line leads over', () => {
    const { at, lines } = withGaps([0, 5, 10, 100, 105], 15, [[1, 2, 3, 4, 5]]);
    expect(at).toEqual([0, 5, 10, 11, 100, 105]);
    expect(lines).toEqual([[1, 2, 3, null, 4, 5]]);
  });

  it('are not made where there are none', () => {
    const moments = [0, 5, 10];
    expect(withGaps(moments, 15, [[1, 2, 3]]).at).toBe(moments);
    expect(withGaps([], 15, [[]]).at).toEqual([]);
  });
});

describe('words and numbers', () => {
  it('know the latest, the smallest and the largest value', () => {
    expect(extentOf([null, 3, 1, 2])).toEqual({ now: 2, lowest: 1, highest: 3 });
    expect(extentOf([null])).toBeNull();
  });

  it('average over five minutes for a table, newest first', () => {
    const rows = tableRows('hour', [0, 60_000, 300_000], [[1, 3, null]]);
    expect(rows).toEqual([
      { from: 300_000, averages: [null] },
      { from: 0, averages: [2] },
    ]);
  });
});
