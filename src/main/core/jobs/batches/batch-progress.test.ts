import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JobCounts } from '#contract/models/queue.ts';
import { batchFraction, estimateByThroughput, spanOfEstimates } from './batch-progress.ts';

const none: JobCounts = { queued: 0, assigned: 0, running: 0, succeeded: 0, failed: 0, cancelled: 0, parked: 0 };

describe('how much of a batch is done', () => {
  it.each<{ of: string; total: number; counts: Partial<JobCounts>; running?: readonly number[]; fraction: number }>([
    { of: 'nothing yet', total: 4, counts: { queued: 4 }, fraction: 0 },
    { of: 'all ends', total: 4, counts: { queued: 1, succeeded: 1, failed: 1, cancelled: 1 }, fraction: 0.75 },
    { of: 'running ones', total: 4, counts: { queued: 2, running: 2 }, running: [0.5, 0.25], fraction: 0.1875 },
    { of: 'a parked one, which is not done', total: 4, counts: { parked: 1, succeeded: 3 }, fraction: 0.75 },
    { of: 'an assigned one, which is not done', total: 2, counts: { assigned: 1, succeeded: 1 }, fraction: 0.5 },
    { of: 'forgotten ones, which were done', total: 4, counts: { queued: 1 }, fraction: 0.75 },
    { of: 'all', total: 4, counts: { succeeded: 4 }, fraction: 1 },
    { of: 'a job told of before its count', total: 1, counts: { succeeded: 1 }, running: [1], fraction: 1 },
    { of: 'more jobs than it has', total: 1, counts: { queued: 2 }, fraction: 0 },
    { of: 'no jobs at all', total: 0, counts: {}, fraction: 1 },
  ])('counts $of', ({ total, counts, running = [], fraction }) => {
    expect(batchFraction(total, { ...none, ...counts }, running)).toBeCloseTo(fraction, 10);
  });
});

describe('the estimate by throughput', () => {
  it('goes on at the pace of the jobs that ended, and is surer the more there are', () => {
    const few = estimateByThroughput({ at: 1000, ended: 0 }, { at: 5000, ended: 4 }, 6, 5000);
    expect(few).toEqual({ startAt: 1000, finishAt: 11_000, earliestAt: 8000, latestAt: 14_000 });
    const many = estimateByThroughput({ at: 1000, ended: 0 }, { at: 101_000, ended: 100 }, 100, 101_000);
    expect(many).toEqual({ startAt: 1000, finishAt: 201_000, earliestAt: 191_000, latestAt: 211_000 });
  });

  it.each([
    ['one job is no pace', { at: 1000, ended: 1 }, 5],
    ['no time has passed', { at: 0, ended: 5 }, 5],
    ['nothing is left', { at: 1000, ended: 5 }, 0],
  ])('says nothing where %s', (_name, latest, left) => {
    expect(estimateByThroughput({ at: 0, ended: 0 }, latest, left, 1000)).toBeNull();
  });

  it('never expects the end in the past, and keeps its times in their order', () => {
    const small = fc.integer({ min: 1, max: 1_000_000 });
    fc.assert(
      fc.property(small, fc.integer({ min: 2, max: 1000 }), small, small, (spentMs, ended, left, waitedMs) => {
        const now = spentMs + waitedMs;
        const found = estimateByThroughput({ at: 0, ended: 0 }, { at: spentMs, ended }, left, now);
        expect(found?.earliestAt).toBeGreaterThanOrEqual(now);
        expect(found?.finishAt).toBeGreaterThanOrEqual(found?.earliestAt ?? Number.NaN);
        expect(found?.latestAt).toBeGreaterThanOrEqual(found?.finishAt ?? Number.NaN);
      }),
    );
  });
});

describe('the span of estimates', () => {
  it('begins with the first and ends with the last', () => {
    const one = { startAt: 1, finishAt: 9, earliestAt: 8, latestAt: 10 };
    const other = { startAt: 3, finishAt: 7, earliestAt: 6, latestAt: 20 };
    expect(spanOfEstimates([one, other])).toEqual({ startAt: 1, finishAt: 9, earliestAt: 8, latestAt: 20 });
    expect(spanOfEstimates([])).toBeNull();
  });
});
