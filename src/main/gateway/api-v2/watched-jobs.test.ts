import { describe, expect, it } from 'vitest';
import { createManualClock } from '#core/jobs/manual-clock.fixture.ts';
import { fakeJobs, jobRecord } from '../truth/record.fixture.ts';
import { createCancellations } from './cancellations.ts';
import { createJobKeeping, keptMsOf } from './job-keeping.ts';
import { createQueuePlaces } from './queue-places.ts';

const waiting = (id: string) => jobRecord(id, { view: { state: 'queued' } });

describe('the place of a job', () => {
  it('is told when others leave the queue before it, once for many', async () => {
    const clock = createManualClock();
    const jobs = fakeJobs(['a', 'b', 'c', 'd'].map(waiting));
    const places = createQueuePlaces(jobs, clock);
    const told: (number | null)[] = [];
    const stop = places.watch('d', (place) => told.push(place));
    const others: (number | null)[] = [];
    places.watch('b', (place) => others.push(place));
    expect([places.of('d'), places.of('a'), places.of('nothing')]).toEqual([3, 0, null]);
    jobs.remove('a');
    jobs.put(jobRecord('b', { view: { state: 'running' } }));
    await clock.advance(500);
    expect([told, others]).toEqual([[1], [null]]);
    jobs.remove('c');
    await clock.advance(500);
    expect(told).toEqual([1, 0]);
    jobs.put(jobRecord('b', { view: { state: 'running' } }), 'progress');
    expect(clock.pending()).toBe(0);
    stop();
    jobs.remove('b');
    await clock.advance(500);
    expect(told).toEqual([1, 0]);
    jobs.put(waiting('e'));
    places.close();
    expect(clock.pending()).toBe(0);
  });
});

describe('a job that was asked to stop', () => {
  it.each(['cancelled', 'succeeded', 'failed', 'parked'] as const)('is so no more once it is %s', (state) => {
    const jobs = fakeJobs([waiting('a')]);
    const cancellations = createCancellations(jobs);
    cancellations.add('a');
    jobs.put(jobRecord('a', { view: { state: 'running' } }));
    expect(cancellations.has('a')).toBe(true);
    jobs.put(jobRecord('a', { view: { state } }));
    jobs.put(waiting('a'));
    expect(cancellations.has('a')).toBe(false);
  });

  it('is so no more when it is forgotten', () => {
    const jobs = fakeJobs([waiting('a')]);
    const cancellations = createCancellations(jobs);
    cancellations.add('a');
    jobs.remove('a');
    expect(cancellations.has('a')).toBe(false);
    cancellations.close();
    cancellations.add('b');
    jobs.remove('b');
    expect(cancellations.has('b')).toBe(true);
  });
});

describe('how long a job is kept', () => {
  const hour = 3_600_000;
  it.each([
    [{ count: 0, spanMs: 0 }, { jobsKeptDays: 2, jobsKeptCount: 100 }, 48 * hour],
    [{ count: 49, spanMs: 1 }, { jobsKeptDays: 2, jobsKeptCount: 100 }, 48 * hour],
    [{ count: 50, spanMs: hour }, { jobsKeptDays: 2, jobsKeptCount: 100 }, 2 * hour],
    [{ count: 100, spanMs: hour }, { jobsKeptDays: 2, jobsKeptCount: 100 }, hour],
    [{ count: 100, spanMs: 90 * hour }, { jobsKeptDays: 2, jobsKeptCount: 100 }, 48 * hour],
    [{ count: 0, spanMs: 0 }, { jobsKeptDays: 2, jobsKeptCount: 0 }, 0],
    [{ count: 3, spanMs: hour }, { jobsKeptDays: 2, jobsKeptCount: 0 }, 0],
  ])('%j of %j: %d', (kept, settings, expected) => {
    expect(keptMsOf(kept, settings)).toBe(expected);
  });

  it('follows what ends, with few looks at the history', async () => {
    const clock = createManualClock(10 * hour);
    const ended = (id: string, finishedAt: number) =>
      jobRecord(id, { historyAt: finishedAt, view: { state: 'succeeded', finishedAt } });
    const jobs = fakeJobs([ended('a', 8 * hour)]);
    const keeping = createJobKeeping(jobs, clock, () => ({ jobsKeptDays: 2, jobsKeptCount: 4 }));
    expect(keeping.keptMs()).toBe(48 * hour);
    jobs.put(ended('b', 9 * hour));
    expect(keeping.keptMs()).toBe(48 * hour);
    expect(jobs.pages).toHaveLength(1);
    await clock.advance(hour);
    expect(keeping.keptMs()).toBe(6 * hour);
  });
});
