import { describe, expect, it } from 'vitest';
import type { Scheduler, SchedulingInstance } from './scheduler-interface.ts';
import { decideAll, instance, job, moment, nothingMissing, scheduler } from './scheduling.fixture.ts';

/** A scheduler that knows a load of 2 s and a run of 10 s on these instances. */
const taught = (fleet: readonly SchedulingInstance[]): Scheduler => {
  const one = scheduler();
  for (const { instanceId } of fleet) {
    one.add(job(`lesson ${instanceId}`, { requestedInstanceId: instanceId }));
    decideAll(one, moment(fleet));
    one.started(`lesson ${instanceId}`, 0);
    one.loaded(`lesson ${instanceId}`, 2000);
    one.ended(`lesson ${instanceId}`, 'succeeded', 12_000);
  }
  return one;
};

describe('estimates', () => {
  it('follow the running job and the queue', () => {
    const fleet = [instance('a')];
    const one = taught(fleet);
    for (const name of ['1', '2', '3']) one.add(job(name));
    decideAll(one, moment(fleet, { now: 20_000 }));
    one.started('1', 20_000);
    const at = moment(fleet, { now: 24_000 });
    expect(one.estimate('1', at)).toMatchObject({ startAt: 20_000, finishAt: 30_000 });
    expect(one.estimate('2', at)).toMatchObject({ startAt: 30_000, finishAt: 40_000 });
    expect(one.estimate('3', at)).toMatchObject({ finishAt: 50_000 });
    expect(one.estimateAll(at)).toBe(50_000);
    expect(one.estimate('unknown', at)).toBeNull();
  });

  it('have a spread that grows along the queue', () => {
    const fleet = [instance('a')];
    const one = taught(fleet);
    for (const name of ['1', '2', '3']) one.add(job(name));
    const at = moment(fleet, { now: 20_000 });
    const spreadOf = (name: string): number => {
      const estimate = one.estimate(name, at);
      if (estimate === null) throw new Error('there is an estimate');
      expect(estimate.earliestAt).toBeLessThan(estimate.finishAt);
      return estimate.latestAt - estimate.finishAt;
    };
    expect(spreadOf('1')).toBeGreaterThan(0);
    expect(spreadOf('3')).toBeGreaterThan(spreadOf('1'));
  });

  it('count loads, spread over instances, and keep lanes in a row', () => {
    const fleet = [instance('a'), instance('b')];
    const one = taught(fleet);
    one.emptied('b');
    for (const name of ['1', '2']) one.add(job(name, { lane: 'l' }));
    for (const name of ['3', '4']) one.add(job(name));
    const at = moment(fleet, { now: 20_000 });
    expect(one.estimate('1', at)?.finishAt).toBe(30_000);
    expect(one.estimate('2', at)?.startAt).toBe(30_000);
    expect(one.estimate('3', at)?.finishAt).toBe(32_000);
    expect(one.estimateAll(at)).toBeLessThan(45_000);
  });

  it('are given up while paused, and for what nobody can run', () => {
    const fleet = [instance('a')];
    const one = taught(fleet);
    one.add(job('1'));
    expect(one.estimateAll(moment(fleet, { paused: true }))).toBeNull();
    expect(one.estimate('1', moment([instance('a', { status: 'error' })]))).toBeNull();
  });

  it('of a job that overruns stay ahead of now', () => {
    const fleet = [instance('a')];
    const one = taught(fleet);
    one.add(job('1'));
    decideAll(one, moment(fleet, { now: 20_000 }));
    one.started('1', 20_000);
    expect(one.estimate('1', moment(fleet, { now: 90_000 }))?.finishAt).toBeGreaterThan(95_000);
  });
});

describe('what teaches', () => {
  const fleet = [instance('a')];
  const runOnce = (
    outcome: 'succeeded' | 'failed' | 'cancelled',
    facts?: { readonly executed: boolean },
  ): Scheduler => {
    const one = taught(fleet);
    one.add(job('1'));
    decideAll(one, moment(fleet, { now: 20_000 }));
    one.started('1', 20_000);
    one.ended('1', outcome, 20_100, facts);
    return one;
  };

  it.each([
    ['a success', runOnce('succeeded'), true],
    ['a failure', runOnce('failed'), false],
    ['a cancelled job', runOnce('cancelled'), false],
    ['a result from the cache', runOnce('succeeded', { executed: false }), false],
  ])('%s', (_name, one, teaches) => {
    one.add(job('2'));
    const finishAt = one.estimate('2', moment(fleet, { now: 30_000 }))?.finishAt ?? 0;
    expect(finishAt < 40_000).toBe(teaches);
  });

  it('a load whose end nobody told is what the run does not explain', () => {
    const one = taught(fleet);
    one.emptied('a');
    one.add(job('1'));
    decideAll(one, moment(fleet, { now: 20_000 }));
    one.started('1', 20_000);
    one.ended('1', 'succeeded', 36_000);
    one.emptied('a');
    one.add(job('2'));
    // Two loads were measured, of 2 s and of 16 - 10 = 6 s.
    expect(one.estimate('2', moment(fleet, { now: 40_000 }))?.finishAt).toBeCloseTo(54_000);
  });

  it('an adopted job teaches nothing, but keeps its slot', () => {
    const one = taught(fleet);
    one.adopt(job('1'), 'a', 20_000);
    one.started('1', 20_000);
    one.add(job('2'));
    expect(decideAll(one, moment(fleet, { now: 20_000 }))).toEqual([]);
    one.ended('1', 'succeeded', 20_001);
    expect(one.estimate('2', moment(fleet, { now: 30_000 }))?.finishAt).toBe(40_000);
  });

  it('survives a restart of the studio', () => {
    const after = scheduler();
    after.relearn(JSON.parse(JSON.stringify(taught(fleet).learned())));
    after.add(job('1'));
    expect(after.estimate('1', moment(fleet, { now: 0 }))?.finishAt).toBe(12_000);
  });
});

describe('why a job waits', () => {
  it('names what it waits for', () => {
    const one = scheduler({ missing: () => ({ ...nothingMissing, classTypes: ['Foo'] }) });
    one.add(job('1'));
    expect(one.explain('1', moment([]))?.waiting).toBe('no-instance');
    expect(one.explain('1', moment([instance('a')]))?.waiting).toBe('none-able');
    const other = scheduler({ missing: () => nothingMissing });
    other.adopt(job('0'), 'a', 0);
    other.add(job('1'));
    expect(other.explain('1', moment([instance('a')]))?.waiting).toBe('none-free');
    const starting = instance('b', { status: 'starting', health: null });
    expect(other.explain('1', moment([starting]))?.waiting).toBe('instance-starting');
    expect(other.explain('gone', moment([]))).toBeNull();
  });

  it('scores every instance that could take it, and names what it would load', () => {
    const fleet = [instance('a'), instance('b')];
    const one = taught(fleet);
    one.emptied('b');
    one.add(job('1'));
    const decision = one.next(moment(fleet, { now: 20_000 }));
    expect(decision).toMatchObject({
      kind: 'assign',
      instanceId: 'a',
      placement: {
        decidedAt: 20_000,
        waiting: null,
        strategy: 'fastest-finish',
        scores: [
          { instanceId: 'a', loadMs: 0, runMs: 10_000, finishMs: 10_000, missingModels: [] },
          { instanceId: 'b', loadMs: 2000, runMs: 10_000, finishMs: 12_000, missingModels: ['checkpoints/a'] },
        ],
        rejected: [
          {
            instanceId: 'b',
            reason: 'not-preferred',
            details: { finishMs: 12_000, preferred: 'a', preferredFinishMs: 10_000 },
          },
        ],
      },
    });
  });
});

describe('planned runs', () => {
  it('name the instance, the time and the end of the load of each job', () => {
    const fleet = [instance('a')];
    const one = taught(fleet);
    one.emptied('a');
    for (const name of ['1', '2']) one.add(job(name));
    const at = moment(fleet, { now: 20_000 });
    expect(one.plannedRun('1', at)).toMatchObject({
      instanceId: 'a',
      startAt: 20_000,
      loadUntil: 22_000,
      finishAt: 32_000,
    });
    expect(one.plannedRun('2', at)).toMatchObject({ startAt: 32_000, loadUntil: null, finishAt: 42_000 });
    decideAll(one, at);
    one.started('1', 21_000);
    const later = moment(fleet, { now: 22_000 });
    expect(one.plannedRun('1', later)).toMatchObject({ startAt: 21_000, loadUntil: 23_000, finishAt: 33_000 });
    one.loaded('1', 24_000);
    expect(one.plannedRun('1', moment(fleet, { now: 24_500 }))).toMatchObject({ loadUntil: 24_000 });
    expect(one.plannedRun('unknown', later)).toBeNull();
  });

  it('say nothing of what waits while the queue is paused', () => {
    const fleet = [instance('a')];
    const one = taught(fleet);
    one.add(job('1'));
    expect(one.plannedRun('1', moment(fleet, { paused: true }))).toBeNull();
  });
});
