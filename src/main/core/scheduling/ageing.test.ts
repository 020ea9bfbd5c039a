import { describe, expect, it } from 'vitest';
import { balancingStrategies } from '#contract/models/settings.ts';
import type { SchedulingJob } from './scheduler-interface.ts';
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
