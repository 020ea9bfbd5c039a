import { describe, expect, it } from 'vitest';
import type { SchedulingInstance } from '../scheduler-interface.ts';
import { instance, job, moment, scheduler } from '../scheduling.fixture.ts';

const decide = (fields: Partial<SchedulingInstance>) => {
  const tested = scheduler();
  tested.add(job('a'));
  return tested.next(moment([instance('one', fields)]));
};

describe('an instance that takes no job now', () => {
  it.each<Partial<SchedulingInstance>>([
    { draining: true },
    { draining: true, startOnDemand: true },
    { health: 'unhealthy' },
    { status: 'paused', startOnDemand: true },
    { status: 'stopped' },
    { status: 'error' },
    { status: 'stopped', startOnDemand: true, enabled: false },
  ])('is not started for it: %j', (fields) => {
    expect(decide(fields)).toEqual({ kind: 'wait', wakeAt: null });
  });

  it('is started where it is stopped and starts on demand', () => {
    expect(decide({ status: 'stopped', startOnDemand: true })).toEqual({
      kind: 'start',
      jobId: 'a',
      instanceId: 'one',
    });
  });
});
