import { describe, expect, it } from 'vitest';
import { addJobs, lesson, occupy, second, taught } from '../lessons.fixture.ts';
import type { Scheduler } from '../scheduler-interface.ts';
import { decideAll, instance, job, moment, shape } from '../scheduling.fixture.ts';

const loadMs = 20 * second;
const runMs = 5 * second;
const a = instance('a');
const b = instance('b');

/** Cards that hold `night`, the model of a batch of so many jobs, and know the others. */
const beside = (batchJobs: number, fleet = [a]): Scheduler => {
  const one = taught(
    fleet,
    fleet.flatMap(({ instanceId }) =>
      ['day', 'other', 'night'].map((model) => lesson(instanceId, model, loadMs, runMs)),
    ),
  );
  for (let count = 0; count < batchJobs; count += 1)
    one.add(job(`batch ${count}`, { kind: 'batch', shape: shape('night') }));
  return one;
};

describe('an interactive job whose models would throw out those of a batch', () => {
  // A batch of eight jobs weighs as much as one person: until two loads of 20 s are waited for together.
  it.each([
    [39 * second, 'batch 0@a'],
    [40 * second, 'day@a'],
  ])('after %i ms of the wait that the loads are worth: %s', (now, decision) => {
    const one = beside(8);
    addJobs(one, ['day'], 'day');
    expect(decideAll(one, moment([a], { now }))).toEqual([decision]);
  });

  it('waits shorter with company of its models', () => {
    const one = beside(8);
    addJobs(one, ['day 1', 'day 2'], 'day');
    expect(decideAll(one, moment([a], { now: 20 * second }))).toEqual(['day 1@a']);
  });

  it('does not count those that wait for other models', () => {
    const one = beside(8);
    addJobs(one, ['day'], 'day');
    addJobs(one, ['other'], 'other');
    expect(decideAll(one, moment([a], { now: 20 * second }))).toEqual(['batch 0@a']);
  });

  it.each([
    [2, 10 * second],
    [8, 40 * second],
    [5000, 320 * second],
  ])('waits by the length of the batch, %i jobs, but never beyond a bound: %i ms', (batchJobs, ms) => {
    const before = beside(batchJobs);
    addJobs(before, ['day'], 'day');
    expect(decideAll(before, moment([a], { now: ms - 1 }))).toEqual(['batch 0@a']);
    const after = beside(batchJobs);
    addJobs(after, ['day'], 'day');
    expect(decideAll(after, moment([a], { now: ms }))).toEqual(['day@a']);
  });

  it('goes at once where the models that the instance holds are those of no batch job', () => {
    const one = beside(8);
    addJobs(one, ['day'], 'day');
    one.emptied('a');
    expect(decideAll(one, moment([a]))).toEqual(['day@a']);
  });

  it('goes at once where an older batch has to go first, which needs a load as well', () => {
    const one = beside(8);
    expect(decideAll(one, moment([a], { now: 0 }))).toEqual(['batch 0@a']);
    one.started('batch 0', 0);
    one.ended('batch 0', 'succeeded', second);
    for (const name of ['1', '2', '3', '4', '5', '6', '7', '8'])
      one.add(job(`old ${name}`, { kind: 'batch', shape: shape('other'), queuedAt: -700 * second, rank: -1 }));
    one.add(job('day', { shape: shape('day'), queuedAt: second }));
    expect(decideAll(one, moment([a], { now: second }))).toEqual(['day@a']);
  });

  it('goes at once before a batch of lower priority', () => {
    const one = beside(8);
    one.add(job('day', { shape: shape('day'), priority: 1 }));
    expect(decideAll(one, moment([a]))).toEqual(['day@a']);
  });

  it('goes at once when nobody may overtake it', () => {
    const one = beside(8);
    one.add(job('day', { shape: shape('day'), firm: true }));
    expect(decideAll(one, moment([a]))).toEqual(['day@a']);
  });

  it('goes at once where the batch leaves the instance to others', () => {
    const slow = instance('slow', { deviceKey: 's' });
    const one = taught(
      [a, slow],
      [lesson('a', 'night', second, 2 * second), lesson('slow', 'day', second, 30 * second)],
    );
    one.add(job('lesson', { shape: shape('night'), requestedInstanceId: 'slow', queuedAt: -1e6 }));
    decideAll(one, moment([a, slow], { now: -1e6 }));
    one.started('lesson', -1e6);
    one.loaded('lesson', -1e6 + second);
    one.ended('lesson', 'succeeded', -1e6 + 61 * second);
    occupy(one, 'a', 'night', 0);
    decideAll(one, moment([a, slow]));
    one.started('busy a', 0);
    one.add(job('last', { kind: 'batch', shape: shape('night') }));
    one.add(job('day', { shape: shape('day'), requestedInstanceId: 'slow' }));
    expect(decideAll(one, moment([a, slow]))).toEqual(['day@slow']);
  });

  it('waits twice as long while an instance that left the batch is about to be free', () => {
    const one = beside(16, [a, b]);
    occupy(one, 'b', 'day', 0);
    one.add(job('on a', { kind: 'batch', shape: shape('night'), requestedInstanceId: 'a', priority: 100 }));
    decideAll(one, moment([a, b]));
    one.started('busy b', 38 * second);
    one.started('on a', 0);
    one.ended('on a', 'succeeded', 5 * second);
    one.add(job('other', { shape: shape('other') }));
    const at = (now: number) => decideAll(one, moment([a, b], { now }))[0];
    expect(at(45 * second)).toBe('batch 0@a');
    one.started('batch 0', 45 * second);
    one.ended('batch 0', 'succeeded', 50 * second);
    expect(at(80 * second)).toBe('other@a');
  });
});
