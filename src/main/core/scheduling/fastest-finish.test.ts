import { describe, expect, it } from 'vitest';
import { addJobs, lesson, occupy, second, taught } from './lessons.fixture.ts';
import type { Scheduler } from './scheduler-interface.ts';
import { decideAll, instance, job, moment, scheduler, shape } from './scheduling.fixture.ts';

describe('warm or spread', () => {
  it('two idle cards, same model, two jobs: both cards work', () => {
    const one = scheduler();
    addJobs(one, ['1', '2'], 'a');
    expect(decideAll(one, moment([instance('a'), instance('b')]))).toEqual(['1@a', '2@b']);
  });

  it('two slots a card do not stack two jobs on one while another is idle', () => {
    const one = scheduler();
    addJobs(one, ['1', '2'], 'a');
    const fleet = [instance('a', { slots: 2 }), instance('b', { slots: 2 })];
    expect(decideAll(one, moment(fleet)).slice(0, 2)).toEqual(['1@a', '2@b']);
  });

  it('a job goes to the card that holds its models', () => {
    const fleet = [instance('a'), instance('b')];
    const one = taught(fleet, [lesson('a', 'x', 10 * second, second), lesson('b', 'y', 10 * second, second)]);
    addJobs(one, ['1'], 'y');
    expect(decideAll(one, moment(fleet))).toEqual(['1@b']);
  });

  it('the whole set of models counts, not the checkpoint alone', () => {
    const fleet = [instance('a'), instance('b')];
    const one = scheduler();
    for (const [id, loras] of [
      ['a', 'loras/ink'],
      ['b', 'loras/neon'],
    ] as const) {
      one.adopt(job(`before ${id}`, { shape: shape(['checkpoints/x', loras]) }), id, 0);
      one.started(`before ${id}`, 0);
      one.ended(`before ${id}`, 'succeeded', 1);
    }
    one.add(job('1', { shape: shape(['checkpoints/x', 'loras/neon']) }));
    expect(decideAll(one, moment(fleet))).toEqual(['1@b']);
  });

  it.each([
    ['waits for a warm busy card that is done sooner than a load', 20 * second, []],
    ['loads where that is done sooner than the wait', second, ['1@b']],
  ] as const)('%s', (_name, loadMs, decisions) => {
    const fleet = [instance('a'), instance('b')];
    const one = taught(fleet, [
      lesson('b', 'x', loadMs, 5 * second),
      lesson('b', 'y', loadMs, 5 * second),
      lesson('a', 'x', loadMs, 5 * second),
    ]);
    occupy(one, 'a', 'x', 0);
    decideAll(one, moment(fleet));
    one.started('busy a', 0);
    addJobs(one, ['1'], 'x');
    const at = moment(fleet, { now: second });
    expect(decideAll(one, at)).toEqual(decisions);
    if (decisions.length === 0) {
      const decision = one.next(at);
      // The busy card is expected in 4 s; when it is late, the other is looked at again.
      expect(decision).toMatchObject({ kind: 'wait' });
      if (decision.kind === 'wait') expect(decision.wakeAt).toBeGreaterThan(5 * second);
      expect(one.explain('1', at)).toMatchObject({ waiting: 'warm-instance', waitsFor: 'a' });
    }
  });
});

describe('a slow card', () => {
  const fleet = [instance('fast', { deviceKey: 'f' }), instance('slow', { deviceKey: 's' })];
  const teach = (): Scheduler =>
    taught(fleet, [lesson('fast', 'x', second, 10 * second), lesson('slow', 'x', second, 30 * second)]);

  it.each([
    [10, ['1@fast', '2@slow']],
    [3, ['1@fast', '2@slow']],
    [2, ['1@fast']],
    [1, ['1@fast']],
  ] as const)('works while the queue is long and sits out its tail: %i jobs', (count, decisions) => {
    const one = teach();
    addJobs(
      one,
      Array.from({ length: count }, (_, index) => `${index + 1}`),
      'x',
    );
    expect(decideAll(one, moment(fleet))).toEqual(decisions);
  });

  it('takes over when the fast one dies', () => {
    const one = teach();
    addJobs(one, ['1'], 'x');
    const dead = fleet.map((each) => (each.instanceId === 'fast' ? { ...each, status: 'error' as const } : each));
    expect(decideAll(one, moment(dead))).toEqual(['1@slow']);
  });
});

describe('families', () => {
  const fleet = [instance('a')];
  const teach = (): Scheduler =>
    taught(fleet, [lesson('a', 'y', 10 * second, 5 * second), lesson('a', 'x', 10 * second, 5 * second)]);

  it('jobs of the resident model go first', () => {
    const one = teach();
    addJobs(one, ['y1', 'y2'], 'y');
    addJobs(one, ['x1'], 'x');
    expect(decideAll(one, moment(fleet))).toEqual(['x1@a']);
  });

  it('alternating jobs of two models do not make the card alternate', () => {
    const one = teach();
    for (const name of ['1', '2', '3', '4']) {
      addJobs(one, [`y${name}`], 'y');
      addJobs(one, [`x${name}`], 'x');
    }
    const order: string[] = [];
    for (let now = 0; order.length < 8; now += 5 * second) {
      const [decision] = decideAll(one, moment(fleet, { now }));
      const name = decision?.slice(0, 2) ?? '';
      order.push(name);
      one.started(name, now);
      one.ended(name, 'succeeded', now + 5 * second);
    }
    expect(order).toEqual(['x1', 'x2', 'x3', 'x4', 'y1', 'y2', 'y3', 'y4']);
  });

  it('a cold model with many short jobs gets its turn before a long one of the resident', () => {
    const fleetOfOne = [instance('a')];
    const one = taught(fleetOfOne, [lesson('a', 'short', second, second), lesson('a', 'long', second, 60 * second)]);
    addJobs(one, ['l1'], 'long');
    addJobs(one, ['s1', 's2', 's3', 's4', 's5', 's6'], 'short');
    expect(decideAll(one, moment(fleetOfOne))).toEqual(['s1@a']);
  });

  it('throws out the models that nobody asks for', () => {
    const two = [instance('a'), instance('b')];
    const one = taught(two, [lesson('a', 'x', 10 * second, second), lesson('b', 'y', 10 * second, second)]);
    for (let index = 0; index < 20; index += 1) {
      one.add(job(`x${index}`, { shape: shape('x') }));
      one.remove(`x${index}`);
    }
    addJobs(one, ['z'], 'z');
    expect(decideAll(one, moment(two))).toEqual(['z@b']);
  });

  it('shorter jobs of one model come before longer ones', () => {
    const one = scheduler();
    one.add(job('long', { shape: shape('x', 100) }));
    one.add(job('short', { shape: shape('x', 10) }));
    expect(decideAll(one, moment(fleet))).toEqual(['short@a']);
  });
});

describe('what others are spoken for', () => {
  it('a busy card with a queue of its own is not waited for', () => {
    const fleet = [instance('a', { deviceKey: 'f' }), instance('b', { deviceKey: 's' })];
    const one = taught(fleet, [
      lesson('b', 'x', 2 * second, 30 * second),
      lesson('b', 'y', 2 * second, 30 * second),
      lesson('a', 'y', 2 * second, 5 * second),
      lesson('a', 'x', 2 * second, 5 * second),
    ]);
    one.emptied('b');
    occupy(one, 'a', 'x', 0);
    decideAll(one, moment(fleet));
    one.started('busy a', 0);
    addJobs(one, ['y1'], 'y');
    const at = moment(fleet);
    expect(one.explain('y1', at)?.waitsFor).toBe('a');
    addJobs(one, ['x1', 'x2', 'x3', 'x4', 'x5'], 'x');
    expect(decideAll(one, at)).toEqual(['y1@b']);
  });

  it.each([
    [1, 'y1@a'],
    [4, 'x1@a'],
  ])('cards that share one load at a time change their models less: %i of a host', (sharing, decision) => {
    const fleet = ['a', 'b', 'c', 'd'].map((id, index) =>
      instance(id, { hostId: index < sharing ? 'h' : `h of ${id}`, status: id === 'a' ? 'running' : 'paused' }),
    );
    const one = taught(fleet, [lesson('a', 'y', 5 * second, 5 * second), lesson('a', 'x', 5 * second, 10 * second)]);
    addJobs(one, ['x1', 'x2', 'x3'], 'x');
    addJobs(one, ['y1', 'y2', 'y3', 'y4'], 'y');
    expect(decideAll(one, moment(fleet, { maxConcurrentLoads: 1 }))).toEqual([decision]);
  });

  it('an instance that a higher priority waits for because of a load is not given to a lower one', () => {
    const fleet = [instance('a', { hostId: 'h' }), instance('c', { hostId: 'h' })];
    const one = taught(fleet, [lesson('a', 'x', 5 * second, 5 * second)]);
    one.add(job('loading', { shape: shape('z'), requestedInstanceId: 'c', priority: 9 }));
    one.add(job('high', { shape: shape('y'), requestedInstanceId: 'a', priority: 5 }));
    one.add(job('low', { shape: shape('x') }));
    expect(decideAll(one, moment(fleet, { maxConcurrentLoads: 1 }))).toEqual(['loading@c']);
  });

  it('nor waited for by one', () => {
    const fleet = [instance('a', { hostId: 'h' }), instance('b'), instance('c', { hostId: 'h' })];
    const one = taught(fleet, [lesson('b', 'y', 5 * second, 5 * second), lesson('a', 'x', 5 * second, 5 * second)]);
    one.add(job('loading', { shape: shape('z'), requestedInstanceId: 'c', priority: 9 }));
    one.add(job('high', { shape: shape('y'), requestedInstanceId: 'a', priority: 5 }));
    one.add(job('low', { shape: shape('x') }));
    expect(decideAll(one, moment(fleet, { maxConcurrentLoads: 1 }))).toEqual(['loading@c', 'low@b']);
  });

  it('a card that is late with its first job is taken for slower than it was', () => {
    const fleet = [instance('a', { deviceKey: '' }), instance('b', { deviceKey: '' })];
    const one = scheduler();
    one.add(job('1', { requestedInstanceId: 'a' }));
    decideAll(one, moment(fleet));
    one.started('1', 0);
    one.add(job('2'));
    const at = moment(fleet, { now: 1000 * second });
    const [a, b] = one.explain('2', at)?.scores ?? [];
    expect(a?.runMs).toBeGreaterThan((b?.runMs ?? 0) * 10);
  });
});

describe('the reason', () => {
  it('for a cold card is the jobs behind it, where a warm one alone would be sooner', () => {
    const fleet = [instance('a'), instance('b')];
    const lessons = (['a', 'b'] as const).flatMap((id) => [
      lesson(id, 'y', 8 * second, 5 * second),
      lesson(id, 'x', 8 * second, 5 * second),
    ]);
    const one = taught(fleet, [...lessons, lesson('b', 'y', 8 * second, 5 * second)]);
    occupy(one, 'a', 'x', 0);
    decideAll(one, moment(fleet));
    one.started('busy a', 0);
    addJobs(
      one,
      Array.from({ length: 10 }, (_, index) => String(index)),
      'x',
    );
    const decision = one.next(moment(fleet, { now: second }));
    expect(decision).toMatchObject({ kind: 'assign', instanceId: 'b' });
    if (decision.kind !== 'assign') return;
    const { sooner, scores } = decision.placement;
    const own = scores.find(({ instanceId }) => instanceId === 'b')?.finishMs ?? 0;
    expect(sooner).toMatchObject({ instanceId: 'a', otherJobs: 9 });
    expect(sooner?.finishMs).toBeLessThan(own);
  });

  it('for the soonest card needs no other', () => {
    const fleet = [instance('a'), instance('b')];
    const one = taught(fleet, [lesson('a', 'x', 10 * second, second), lesson('b', 'y', 10 * second, second)]);
    addJobs(one, ['1', '2'], 'y');
    expect(one.next(moment(fleet))).toMatchObject({ instanceId: 'b', placement: { sooner: null } });
  });
});
