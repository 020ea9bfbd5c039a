import { describe, expect, it } from 'vitest';
import { addJobs, lesson, occupy, second, taught } from '../lessons.fixture.ts';
import type { Scheduler } from '../scheduler-interface.ts';
import { decideAll, instance, job, moment, shape } from '../scheduling.fixture.ts';

const a = instance('a', { deviceKey: 'a' });
const b = instance('b', { deviceKey: 'b' });
const c = instance('c', { deviceKey: 'c' });

/** Something runs on the instance since the moment 0. */
const keepBusy = (one: Scheduler, fleet: Parameters<typeof moment>[0], instanceId: string, model: string): void => {
  occupy(one, instanceId, model, 0);
  decideAll(one, moment(fleet));
  one.started(`busy ${instanceId}`, 0);
};

describe('a wait for a busy instance', () => {
  it('is not made longer by the line of its own models', () => {
    const fleet = [a, b];
    const one = taught(fleet, [lesson('a', 'x', second, 10 * second), lesson('b', 'x', second, 25 * second)]);
    one.emptied('b');
    keepBusy(one, fleet, 'a', 'x');
    addJobs(one, ['1'], 'x');
    expect(decideAll(one, moment(fleet))).toEqual([]);
  });

  it('is made longer by its share of the line of models that others hold as well', () => {
    const fleet = [a, b, c];
    const one = taught(fleet, [
      ...['a', 'b', 'c'].map((id) => lesson(id, 'y', 2 * second, id === 'b' ? 18 * second : 5 * second)),
      lesson('a', 'x', 2 * second, 5 * second),
      lesson('c', 'x', 2 * second, 5 * second),
      lesson('b', 'x', 2 * second, 30 * second),
    ]);
    one.emptied('b');
    keepBusy(one, fleet, 'a', 'x');
    one.add(job('long', { shape: shape('x', 900), requestedInstanceId: 'c', priority: 100 }));
    expect(decideAll(one, moment(fleet))).toEqual(['long@c']);
    one.started('long', 0);
    addJobs(one, ['x1', 'x2'], 'x');
    addJobs(one, ['y'], 'y');
    expect(decideAll(one, moment(fleet))).toEqual([]);
    addJobs(one, ['x3', 'x4'], 'x');
    expect(decideAll(one, moment(fleet))).toEqual(['y@b']);
  });

  it('is not made longer for a job that nobody may overtake any more', () => {
    const fleet = [a, b];
    const waiting = (queuedAt: number): readonly string[] => {
      const one = taught(fleet, [
        lesson('b', 'y', 2 * second, 33 * second),
        lesson('b', 'x', 2 * second, 90 * second),
        lesson('a', 'y', 2 * second, 5 * second),
        lesson('a', 'x', 2 * second, 20 * second),
      ]);
      one.emptied('b');
      keepBusy(one, fleet, 'a', 'x');
      addJobs(one, ['y'], 'y', { queuedAt });
      addJobs(one, ['x1', 'x2'], 'x', { queuedAt: 14 * second });
      return decideAll(one, moment(fleet, { now: 15 * second }));
    };
    expect(waiting(14 * second)).toEqual(['y@b']);
    expect(waiting(-600 * second)).toEqual([]);
  });
});

describe('a load', () => {
  it('counts for the jobs that those which hold the models leave meanwhile, shared with them', () => {
    const fleet = [a, b];
    const one = taught(fleet, [
      lesson('b', 'x', 20 * second, 5 * second),
      lesson('b', 'y', 13 * second, 5 * second),
      lesson('a', 'y', 13 * second, 5 * second),
      lesson('a', 'x', 20 * second, 5 * second),
    ]);
    one.emptied('b');
    keepBusy(one, fleet, 'a', 'x');
    addJobs(one, ['x1', 'x2', 'x3', 'x4', 'x5', 'x6'], 'x');
    addJobs(one, ['y'], 'y');
    expect(decideAll(one, moment(fleet))).toEqual(['y@b']);
  });

  it('throws out what another instance holds as well rather than what only one holds', () => {
    const fleet = [a, c, b];
    const one = taught(fleet, [
      lesson('a', 'x', 10 * second, second),
      lesson('c', 'x', 10 * second, second),
      lesson('b', 'y', 10 * second, second),
    ]);
    for (const [model, count] of [
      ['x', 4],
      ['y', 4],
    ] as const) {
      for (let index = 0; index < count; index += 1) {
        one.add(job(`${model} ${index}`, { shape: shape(model) }));
        one.remove(`${model} ${index}`);
      }
    }
    addJobs(one, ['z'], 'z');
    expect(decideAll(one, moment(fleet))).toEqual(['z@a']);
  });

  it.each([
    ['interactive', 'y1@a'],
    ['batch', 'x1@a'],
  ] as const)('for shorter %s jobs while some wait that need none: %s', (kind, decision) => {
    const fleet = [a];
    const one = taught(fleet, [lesson('a', 'y', 20 * second, 4 * second), lesson('a', 'x', 20 * second, 10 * second)]);
    addJobs(one, ['x1', 'x2'], 'x', { kind });
    addJobs(
      one,
      Array.from({ length: 20 }, (_, index) => `y${index + 1}`),
      'y',
      { kind },
    );
    expect(decideAll(one, moment(fleet))).toEqual([decision]);
  });
});

describe('an instance that is late', () => {
  it('is not taken for slower at what was measured on it', () => {
    const fleet = [a];
    const one = taught(fleet, [lesson('a', 'x', second, 10 * second)]);
    keepBusy(one, fleet, 'a', 'x');
    addJobs(one, ['1'], 'x');
    const [score] = one.explain('1', moment(fleet, { now: 1000 * second }))?.scores ?? [];
    expect(score?.runMs).toBe(10 * second);
  });
});
