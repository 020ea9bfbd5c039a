import { describe, expect, it } from 'vitest';
import { balancingStrategies } from '#contract/models/settings.ts';
import type { SchedulingDecision, SchedulingInstance } from '../scheduler-interface.ts';
import { decideAll, instance, job, moment, scheduler } from '../scheduling.fixture.ts';

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

describe('of several instances that a lone job may start', () => {
  const sleeper = (instanceId: string, coldStartMs: number): SchedulingInstance =>
    instance(instanceId, { status: 'stopped', health: null, startOnDemand: true, coldStartMs });

  it.each([
    [20_000, 20_000, 'a+one'],
    [60_000, 20_000, 'a+other'],
  ])('with starts of %i and %i ms only the one that is up first is started', (first, second, start) => {
    const tested = scheduler();
    tested.add(job('a'));
    expect(decideAll(tested, moment([sleeper('one', first), sleeper('other', second)]))).toEqual([start]);
  });

  it('one that failed to start is asked for again in time, without another event', () => {
    const tested = scheduler();
    tested.add(job('a'));
    const fleet = [sleeper('one', 20_000)];
    expect(decideAll(tested, moment(fleet))).toEqual(['a+one']);
    const wait = tested.next(moment(fleet));
    expect(wait).toEqual({ kind: 'wait', wakeAt: 40_001 });
    expect(decideAll(tested, moment(fleet, { now: 40_001 }))).toEqual(['a+one']);
  });
});
