import { describe, expect, it } from 'vitest';
import { balancingStrategies } from '#contract/models/settings.ts';
import type { Scheduler, SchedulingJob } from './scheduler-interface.ts';
import { decideAll, instance, job, moment, scheduler, shape } from './scheduling.fixture.ts';

const limitMs = 600_000;
const fleet = [instance('a')];

/** What one instance takes first of these jobs. */
const firstOf = (jobs: readonly SchedulingJob[], now: number, strategy = 'fastest-finish'): string | undefined => {
  const one = scheduler();
  for (const each of jobs) one.add(each);
  const named = balancingStrategies.find((name) => name === strategy) ?? 'fastest-finish';
  return decideAll(one, moment(fleet, { now, strategy: named }))[0];
};

describe('a job that waited for the limit', () => {
  it.each(['interactive', 'batch'] as const)('is overtaken by no later %s one of its kind and priority', (kind) => {
    const old = job('old', { kind, shape: shape('x', 100) });
    const later = job('new', { kind, shape: shape('x', 1), queuedAt: 500_000 });
    expect(firstOf([old, later], limitMs - 1)).toBe('new@a');
    expect(firstOf([old, later], limitMs)).toBe('old@a');
  });

  it('is still overtaken by one of a higher priority', () => {
    const old = job('old', { queuedAt: 0 });
    expect(firstOf([old, job('high', { priority: 1, queuedAt: 2 * limitMs })], 2 * limitMs)).toBe('high@a');
  });

  it('does not give up its place to one that was queued at the same time', () => {
    const long = job('long', { kind: 'batch', shape: shape('x', 100) });
    expect(firstOf([long, job('short', { kind: 'batch', shape: shape('x', 1) })], 2 * limitMs)).toBe('short@a');
  });
});

/** One instance holds model `a`, whose load took 10 s and was over at 10 s. */
const holdingA = (): Scheduler => {
  const one = scheduler();
  one.add(job('first', { shape: shape('a', 10) }));
  expect(decideAll(one, moment(fleet, { now: 0 }))).toEqual(['first@a']);
  one.started('first', 0);
  one.loaded('first', 10_000);
  one.ended('first', 'succeeded', 20_000);
  return one;
};

/** What it takes next at `at`, where many jobs of model `a` and an older one of model `b` wait. */
const nextBeside = (b: Partial<SchedulingJob>, at: number, limit: number): string | undefined => {
  const one = holdingA();
  one.add(job('b', { shape: shape('b', 10), queuedAt: 0, ...b }));
  for (let count = 0; count < 50; count += 1) one.add(job(`a${count}`, { shape: shape('a', 10), queuedAt: 1 + count }));
  return decideAll(one, moment(fleet, { now: at, starvationLimitMs: limit }))[0];
};

describe('an instance beside a job of other models that waited for the limit', () => {
  const settledAt = 10_000 + 30 * 10_000;

  it.each([
    [settledAt - 1, 'a0@a'],
    [settledAt, 'b@a'],
  ])('goes on with its own for 30 times as long as their load took, then takes it: at %i ms %s', (at, expected) => {
    expect(nextBeside({}, at, 60_000)).toBe(expected);
  });

  it('does not wait for that where nobody may overtake the job', () => {
    expect(nextBeside({ firm: true }, 60_000, 60_000)).toBe('b@a');
  });

  it('goes on with its own in their order', () => {
    const one = holdingA();
    one.add(job('b', { shape: shape('b', 1000), queuedAt: 0 }));
    one.add(job('long', { shape: shape('a', 50), queuedAt: 1 }));
    one.add(job('short', { shape: shape('a', 1), queuedAt: 2 }));
    expect(decideAll(one, moment(fleet, { now: 100_000, starvationLimitMs: 60_000 }))).toEqual(['long@a']);
  });

  it('loads for no later one when its own are done', () => {
    const one = holdingA();
    one.add(job('b', { shape: shape('b', 100), queuedAt: 0 }));
    for (let count = 0; count < 20; count += 1) one.add(job(`c${count}`, { shape: shape('c', 1), queuedAt: 1 }));
    expect(decideAll(one, moment(fleet, { now: 100_000, starvationLimitMs: 60_000 }))).toEqual(['b@a']);
  });
});

describe('a backlog that is older than the limit', () => {
  it('spends at most one part in 31 of the time on loads, and each of its models gets a turn', () => {
    const one = scheduler();
    const models = ['a', 'b', 'c'];
    for (let count = 0; count < 600; count += 1)
      one.add(job(`${models[count % 3]}-${count}`, { shape: shape(models[count % 3] ?? '', 10), queuedAt: count }));
    let now = 0;
    let held = '';
    let loadedMs = 0;
    const firstAt = new Map<string, number>();
    while (one.size > 0) {
      const [decision = ''] = decideAll(one, moment(fleet, { now, starvationLimitMs: 10_000 }));
      const jobId = decision.slice(0, -2);
      const model = jobId.slice(0, 1);
      if (!firstAt.has(model)) firstAt.set(model, now);
      one.started(jobId, now);
      if (model !== held) {
        now += 10_000;
        loadedMs += 10_000;
      }
      held = model;
      one.loaded(jobId, now);
      now += 5000;
      one.ended(jobId, 'succeeded', now);
    }
    // Beside that each model is loaded once at the end, when the jobs of another are done.
    expect(loadedMs).toBeLessThanOrEqual(now / 31 + 3 * 10_000);
    // Two models go first: a load, 30 times as long with it, and a run.
    expect(Math.max(...firstAt.values())).toBeLessThanOrEqual(2 * (31 * 10_000 + 5000));
    expect(firstAt.size).toBe(3);
  });
});

describe.each(balancingStrategies)('under %s a batch that waited for the limit', (strategy) => {
  const now = 1_000_000;

  it('gets one turn in every limit while interactive jobs keep coming', () => {
    const one = scheduler();
    for (let count = 0; count < 40; count += 1) one.add(job(`batch ${count}`, { kind: 'batch', queuedAt: 0 }));
    const turns: number[] = [];
    for (let at = 0; at < 4 * limitMs; at += 60_000) {
      one.add(job(`new ${at}`, { queuedAt: at }));
      const [decision] = decideAll(one, moment(fleet, { now: at, strategy }));
      const jobId = decision?.slice(0, -2) ?? '';
      if (jobId.startsWith('batch')) turns.push(at);
      one.started(jobId, at);
      one.ended(jobId, 'succeeded', at + 1000);
    }
    expect(turns).toEqual([limitMs, 2 * limitMs, 3 * limitMs]);
  });

  it('goes before interactive jobs of its own priority only', () => {
    const batch = job('batch', { kind: 'batch', queuedAt: 0 });
    expect(firstOf([batch, job('new', { queuedAt: now })], now, strategy)).toBe('batch@a');
    expect(firstOf([batch, job('high', { priority: 1, queuedAt: now })], now, strategy)).toBe('high@a');
  });

  it('waits as before until then', () => {
    const batch = job('batch', { kind: 'batch', queuedAt: now - limitMs + 1 });
    expect(firstOf([batch, job('new', { queuedAt: now })], now, strategy)).toBe('new@a');
  });
});
