import { describe, expect, it } from 'vitest';
import { balancingStrategies } from '#contract/models/settings.ts';
import type { SchedulingDecision, SchedulingInstance } from '../scheduler-interface.ts';
import { instance, job, moment, scheduler } from '../scheduling.fixture.ts';

describe.each(balancingStrategies)('under %s an instance that takes no job now', (strategy) => {
  const decide = (fields: Partial<SchedulingInstance>): SchedulingDecision => {
    const tested = scheduler();
    tested.add(job('a'));
    return tested.next(moment([instance('one', fields)], { strategy }));
  };

  it.each<Partial<SchedulingInstance>>([
    { draining: true },
    { draining: true, startOnDemand: true },
    { health: 'unhealthy' },
    { status: 'paused', startOnDemand: true },
    { status: 'stopped' },
    { status: 'error', startOnDemand: true },
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
