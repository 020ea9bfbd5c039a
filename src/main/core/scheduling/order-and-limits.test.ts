import { describe, expect, it } from 'vitest';
import { addJobs, lesson, second, taught } from './lessons.fixture.ts';
import type { Scheduler, SchedulingMoment } from './scheduler-interface.ts';
import { decideAll, instance, job, moment, scheduler, shape } from './scheduling.fixture.ts';

describe('order', () => {
  const fleet = [instance('a')];
  const first = (one: Scheduler, fields: Partial<SchedulingMoment> = {}): string | undefined =>
    decideAll(one, moment(fleet, fields))[0];

  it('priority before everything, and interactive before batch', () => {
    const one = scheduler();
    one.add(job('batch', { kind: 'batch' }));
    one.add(job('interactive', { shape: shape('x', 500) }));
    expect(first(one)).toBe('interactive@a');
    const other = scheduler();
    other.add(job('low', { shape: shape('x', 1) }));
    other.add(job('high', { kind: 'batch', priority: 1, shape: shape('x', 500) }));
    expect(first(other)).toBe('high@a');
  });

  it('a firm job is not overtaken by one behind it, however short', () => {
    const one = scheduler();
    one.add(job('firm', { firm: true, shape: shape('x', 100) }));
    one.add(job('short', { shape: shape('x', 1) }));
    expect(first(one)).toBe('firm@a');
  });

  it('a firm batch job is not overtaken by an interactive one behind it', () => {
    const one = scheduler();
    one.add(job('firm', { firm: true, kind: 'batch' }));
    one.add(job('new'));
    expect(first(one)).toBe('firm@a');
  });

  it('a long batch does not hold up interactive jobs, but gets a turn within the limit', () => {
    const one = scheduler();
    one.add(job('batch 1', { kind: 'batch', queuedAt: 0 }));
    one.add(job('batch 2', { kind: 'batch', queuedAt: 0 }));
    one.add(job('new', { queuedAt: 1_000_000 }));
    expect(first(one, { now: 1_000_000 })).toBe('batch 1@a');
    one.ended('batch 1', 'succeeded', 1_100_000);
    expect(first(one, { now: 1_100_000 })).toBe('new@a');
  });

  it('paused means nothing is handed out', () => {
    const one = scheduler();
    one.add(job('1'));
    const at = moment(fleet, { paused: true });
    expect(one.next(at)).toEqual({ kind: 'wait', wakeAt: null });
    expect(one.explain('1', at)?.waiting).toBe('queue-paused');
  });

  it('jobs of one lane run one after the other', () => {
    const one = scheduler();
    for (const name of ['1', '2']) one.add(job(name, { lane: 'painter' }));
    const two = moment([instance('a'), instance('b')]);
    expect(decideAll(one, two)).toEqual(['1@a']);
    expect(one.explain('2', two)?.waiting).toBe('earlier-of-lane');
    one.ended('1', 'succeeded', 0);
    expect(decideAll(one, two)).toHaveLength(1);
  });
});

describe('loads of one host', () => {
  const fleet = ['a', 'b', 'c'].map((id) => instance(id, { hostId: 'h' }));

  it('are at most as many at once as the token allows, until one is over', () => {
    const one = scheduler();
    addJobs(one, ['1', '2', '3'], 'x');
    const at = moment(fleet, { maxConcurrentLoads: 1 });
    expect(decideAll(one, at)).toEqual(['1@a']);
    expect(one.explain('2', at)).toMatchObject({ waiting: 'load-token' });
    one.started('1', 0);
    one.loaded('1', 5000);
    expect(decideAll(one, moment(fleet, { maxConcurrentLoads: 1, now: 5000 }))).toEqual(['2@b']);
  });

  it('stop to count after a while where nobody tells their end, and are looked at then', () => {
    const one = scheduler();
    addJobs(one, ['1', '2'], 'x');
    expect(decideAll(one, moment(fleet, { maxConcurrentLoads: 1 }))).toEqual(['1@a']);
    one.started('1', 0);
    const wait = one.next(moment(fleet, { maxConcurrentLoads: 1 }));
    expect(wait).toEqual({ kind: 'wait', wakeAt: 60_001 });
    expect(decideAll(one, moment(fleet, { maxConcurrentLoads: 1, now: 60_001 }))).toEqual(['2@b']);
  });

  it('of other hosts do not count', () => {
    const one = scheduler();
    addJobs(one, ['1', '2'], 'x');
    const apart = [instance('a', { hostId: 'h' }), instance('b', { hostId: 'i' })];
    expect(decideAll(one, moment(apart, { maxConcurrentLoads: 1 }))).toEqual(['1@a', '2@b']);
  });
});

describe('memory', () => {
  it('a card that is known to be too small is left out, one of more memory is not', () => {
    const one = scheduler();
    one.add(job('1'));
    one.outOfMemory(shape(), 24e9);
    const small = moment([instance('a', { vramTotalBytes: 24.1e9 })]);
    expect(decideAll(one, small)).toEqual([]);
    expect(one.explain('1', small)).toMatchObject({ waiting: 'none-able', rejected: [{ reason: 'memory-too-small' }] });
    expect(decideAll(one, moment([instance('a'), instance('b', { vramTotalBytes: 48e9 })]))).toEqual(['1@b']);
  });

  it('the need is the largest that failed', () => {
    const one = scheduler();
    one.outOfMemory(shape(), 24e9);
    one.outOfMemory(shape(), 12e9);
    expect(one.memoryNeed(shape())).toBeGreaterThan(24e9);
    expect(one.memoryNeed(shape('other'))).toBeNull();
  });
});

describe('start on demand', () => {
  const asleep = instance('b', { status: 'stopped', health: null, startOnDemand: true, coldStartMs: 20 * second });

  it('where a cold start finishes sooner, once, and its start counts in the estimate', () => {
    const fleet = [instance('a'), asleep];
    const one = taught([instance('a')], [lesson('a', 'x', second, 60 * second)]);
    addJobs(one, ['1', '2'], 'x');
    expect(decideAll(one, moment(fleet))).toEqual(['1@a', '2+b']);
    expect(decideAll(one, moment(fleet, { now: second }))).toEqual([]);
    expect(one.estimate('2', moment(fleet))?.finishAt).toBeGreaterThan(80 * second);
    expect(one.estimate('2', moment(fleet))?.finishAt).toBeLessThan(120 * second);
  });

  it('not where the wait for a busy card is shorter', () => {
    const fleet = [instance('a'), asleep];
    const one = taught([instance('a')], [lesson('a', 'x', second, 5 * second)]);
    addJobs(one, ['1', '2'], 'x');
    expect(decideAll(one, moment(fleet))).toEqual(['1@a']);
  });

  it('not of one that nobody allowed to be started', () => {
    const one = scheduler();
    addJobs(one, ['1'], 'x');
    expect(decideAll(one, moment([{ ...asleep, startOnDemand: false }]))).toEqual([]);
  });

  it('of the instance that a job asks for', () => {
    const one = scheduler();
    one.add(job('1', { requestedInstanceId: 'b' }));
    expect(decideAll(one, moment([instance('a'), asleep]))).toEqual(['1+b']);
  });

  it('under the other strategies where nobody has room', () => {
    const one = scheduler();
    addJobs(one, ['1', '2'], 'x');
    expect(decideAll(one, moment([instance('a'), asleep], { strategy: 'round-robin' }))).toEqual(['1@a', '2+b']);
  });
});
