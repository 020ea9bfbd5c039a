import { describe, expect, it } from 'vitest';
import { addJobs, lesson, second, taught } from '../lessons.fixture.ts';
import type { Scheduler } from '../scheduler-interface.ts';
import { instance, job, moment, shape } from '../scheduling.fixture.ts';

const fleet = [instance('fast', { deviceKey: 'f' }), instance('slow', { deviceKey: 's' })];
const at = (now: number, fields: Parameters<typeof moment>[1] = {}) => moment(fleet, { now, ...fields });

/** Two cards that take 10 s and 30 s for a job of `x`, which both hold: 4 jobs in 30 s. */
const teach = (): Scheduler =>
  taught(fleet, [lesson('fast', 'x', second, 10 * second), lesson('slow', 'x', second, 30 * second)]);

const names = (count: number): readonly string[] => Array.from({ length: count }, (_, index) => `${index + 1}`);

describe('the outlook over a long queue', () => {
  it.each([900, 1100, 8000])('says when all of %i jobs are done, those that are only counted included', (count) => {
    const one = teach();
    addJobs(one, names(count), 'x');
    const expected = (count * 30 * second) / 4;
    const doneAt = one.estimateAll(at(0)) ?? 0;
    expect(Math.abs(doneAt - expected)).toBeLessThan(expected * 0.02);
  });

  it.each([500, 1001, 2000, 4000])('says when job %i of 4,000 is done', (place) => {
    const one = teach();
    addJobs(one, names(4000), 'x');
    const expected = (place * 30 * second) / 4;
    const { startAt, earliestAt, finishAt, latestAt } = one.estimate(`${place}`, at(0)) ?? {
      startAt: 0,
      earliestAt: 0,
      finishAt: 0,
      latestAt: 0,
    };
    expect(Math.abs(finishAt - expected)).toBeLessThan(expected * 0.03);
    expect(startAt).toBeLessThan(finishAt);
    expect(earliestAt).toBeLessThan(expected);
    expect(latestAt).toBeGreaterThan(expected);
  });

  it('counts what only one instance may do for that one', () => {
    const one = teach();
    addJobs(one, names(1000), 'x');
    addJobs(
      one,
      names(400).map((name) => `pinned ${name}`),
      'x',
      { requestedInstanceId: 'slow' },
    );
    const before = (1000 * 30 * second) / 4;
    const doneAt = one.estimateAll(at(0)) ?? 0;
    // Of 1,400 jobs 400 are the slow card's own; those that are counted are taken for a like mixture.
    expect(doneAt).toBeGreaterThan(before + (400 * 30 * second) / 4);
  });

  it('says nothing of a counted job that nobody can run, and nothing while the queue is paused', () => {
    const one = teach();
    addJobs(one, names(1500), 'x');
    addJobs(one, ['nowhere'], 'x', { requestedInstanceId: 'gone' });
    expect(one.estimate('nowhere', at(0))).toBeNull();
    expect(one.estimate('1500', at(0))).not.toBeNull();
    expect(one.estimate('1500', at(second, { paused: true }))).toBeNull();
  });

  it('stays for a while although something happens, but not for what is gone', () => {
    const one = teach();
    addJobs(one, names(3000), 'x');
    const before = one.estimateAll(at(20_000)) ?? 0;
    for (const name of names(2000)) one.remove(name);
    expect(one.estimateAll(at(20_249))).toBe(before);
    expect(one.estimate('1999', at(20_249))).toBeNull();
    expect(one.estimateAll(at(20_250))).toBeLessThan(before);
  });

  it('has an answer for a job that came after it was worked out', () => {
    const one = teach();
    addJobs(one, names(200), 'x');
    const last = one.estimate('200', at(0));
    one.add(job('new', { shape: shape('x') }));
    expect(one.estimate('new', at(1))).toEqual(last);
  });
});

describe('the outlook over a short queue', () => {
  it('is worked out anew after every change', () => {
    const one = teach();
    addJobs(one, ['1'], 'x');
    expect(one.estimateAll(at(20_000))).toBe(30_000);
    addJobs(one, ['2'], 'x');
    expect(one.estimateAll(at(20_000))).toBe(40_000);
  });
});
