import { describe, expect, it } from 'vitest';
import { StudioError } from '#contract/errors.ts';
import { fakeCandidate } from './fake-fleet.fixture.ts';
import { createWorld, image, local, openWorld, prompt, setUp, type WorldOptions } from './jobs-world.fixture.ts';

type Set = ReturnType<typeof setUp>;

/** kill -9 of the studio, something that happens meanwhile, and the next studio. */
const restart = async (set: Set, meanwhile: () => void = () => {}, options: WorldOptions = {}): Promise<Set> => {
  set.kill();
  await set.clock.advance(1000);
  meanwhile();
  const next = openWorld(set.world, options);
  await set.clock.advance(0);
  return next;
};

describe('after kill -9 of the studio', () => {
  it('waiting jobs wait in their order', async () => {
    const set = setUp([local('a', { status: 'stopped', readyAt: null })]);
    for (const title of ['one', 'two', 'three']) await set.submit({ title });
    await set.submit({ title: 'first', priority: 5 });
    const next = await restart(set);
    expect(next.waiting()).toEqual(['first', 'one', 'two', 'three']);
    expect(next.view(await next.submit({ title: 'four' })).rank).toBeGreaterThan(3);
    expect(next.waiting()).toEqual(['first', 'one', 'two', 'three', 'four']);
  });

  it('a running job is followed where it runs', async () => {
    const set = setUp([local('a')]);
    const id = await set.submit();
    set.a.start(id);
    await set.clock.advance(0);
    const next = await restart(set);
    expect(next.view(id)).toMatchObject({ state: 'running', instanceId: 'a', tries: 1 });
    next.a.succeed(id, { '3': image });
    await next.clock.advance(0);
    expect(next.view(id)).toMatchObject({ state: 'succeeded', deaths: 0, outputs: [{ filename: 'x_00001_.png' }] });
    expect(next.a.submissions).toHaveLength(1);
  });

  it('a job that was sent under a spare websocket is heard under its client id again', async () => {
    const set = setUp([local('a')]);
    const [first, second] = [await set.submit(), await set.submit()];
    set.a.start(first);
    await set.clock.advance(0);
    set.a.succeed(first);
    await set.clock.advance(0);
    set.a.start(second);
    const clientId = set.store.read(second)?.intent?.clientId;
    expect(clientId).toBe(set.a.submissions[1]?.clientId);
    expect(clientId).not.toBe(set.jobs.record(second)?.order.upstreamClientId);
    set.a.dropSockets();
    const next = await restart(set);
    expect(next.view(second).state).toBe('running');
    expect(next.a.clientIds).toContain(clientId);
    expect(next.a.clientIds).not.toContain(next.jobs.record(second)?.order.upstreamClientId);
  });

  it('a job that ended meanwhile is collected', async () => {
    const set = setUp([local('a')]);
    const id = await set.submit();
    set.a.start(id);
    await set.clock.advance(0);
    const next = await restart(set, () => set.a.succeed(id, { '3': image }));
    expect(next.view(id)).toMatchObject({ state: 'succeeded', outputs: [{ filename: 'x_00001_.png' }] });
    expect(next.jobs.events(id).map(({ type }) => type)).toEqual(expect.arrayContaining(['uncertain', 'collected']));
    expect(next.a.submissions).toHaveLength(1);
  });

  it('an adopted instance tells the time of its launch, and is the same run', async () => {
    const set = setUp([local('a', { readyAt: 500_000 })]);
    const id = await set.submit();
    set.a.start(id);
    const next = await restart(set, () => set.fleet.change('a', { readyAt: 400_000 }));
    expect(next.view(id)).toMatchObject({ state: 'running', instanceId: 'a' });
    expect(next.a.submissions).toHaveLength(1);
  });

  it.each([
    ['another run of its instance', { readyAt: 2_000_000 }],
    ['its instance stopped', { status: 'stopped', readyAt: null }],
  ] as const)('%s: the job runs again, and no death is counted', async (_name, change) => {
    const set = setUp([local('a'), local('b')]);
    const id = await set.submit();
    await set.submit();
    const waiting = await set.submit();
    set.a.start(id);
    await set.clock.advance(0);
    const next = await restart(set, () => {
      set.a.die();
      set.a.reachable = true;
      set.fleet.change('a', change);
      set.fleet.change('b', { status: 'paused' });
    });
    expect(next.view(id)).toMatchObject({ deaths: 0, reason: { code: 'studio-restarted' } });
    next.fleet.change('a', { status: 'running', health: 'healthy', readyAt: 2_000_000 });
    await next.clock.advance(0);
    expect(next.view(id)).toMatchObject({ state: 'assigned', instanceId: 'a', tries: 2 });
    expect(next.view(waiting).state).toBe('queued');
  });

  it('its instance was deleted: the job runs elsewhere', async () => {
    const set = setUp([local('a'), local('b', { status: 'paused' })]);
    const id = await set.submit();
    const next = await restart(set, () => set.fleet.set([local('b')]));
    expect(next.view(id)).toMatchObject({ state: 'assigned', instanceId: 'b' });
  });

  it('a submission that is on its way is waited for, and not sent again', async () => {
    const set = setUp([local('a')]);
    set.a.submitAs = 'drop';
    const id = await set.submit();
    const next = await restart(set);
    expect(next.view(id)).toMatchObject({ state: 'assigned', reason: { code: 'uncertain' } });
    await next.clock.advance(5000);
    // ComfyUI goes on with a request whose sender is gone.
    next.a.pending.push(id);
    await next.clock.advance(2000);
    expect(next.view(id)).toMatchObject({ state: 'assigned' });
    next.a.start(id);
    next.a.succeed(id);
    await next.clock.advance(2000);
    expect(next.view(id).state).toBe('succeeded');
    expect(next.a.submissions).toHaveLength(1);
  });

  it('a submission that never arrived is sent again', async () => {
    const set = setUp([local('a')]);
    set.a.submitAs = 'drop';
    const id = await set.submit();
    const next = await restart(set);
    next.a.submitAs = 'accept';
    await next.clock.advance(20_000);
    expect(next.view(id)).toMatchObject({ state: 'assigned', tries: 2 });
    expect(next.a.submissions).toHaveLength(2);
  });

  it('an instance elsewhere that cannot be reached keeps its job for a while', async () => {
    const set = setUp([fakeCandidate('a'), local('b', { status: 'paused' })]);
    const id = await set.submit();
    set.a.start(id);
    const next = await restart(set, () => {
      set.a.reachable = false;
      set.a.dropSockets();
    });
    next.fleet.change('b', { status: 'running' });
    await next.clock.advance(20_000);
    expect(next.view(id)).toMatchObject({ state: 'assigned', instanceId: 'a', reason: { code: 'uncertain' } });
    next.a.reachable = true;
    next.a.succeed(id);
    await next.clock.advance(3000);
    expect(next.view(id).state).toBe('succeeded');
    expect([next.a.submissions.length, next.b.submissions.length]).toEqual([1, 0]);
  });

  it('one that comes back too late is told to drop what another one runs', async () => {
    const set = setUp([fakeCandidate('a'), local('b', { status: 'paused' })]);
    const id = await set.submit();
    set.a.start(id);
    const next = await restart(set, () => {
      set.a.reachable = false;
      set.a.dropSockets();
    });
    next.fleet.change('b', { status: 'running' });
    next.fleet.change('a', { status: 'error', health: null, readyAt: null });
    await next.clock.advance(60_000);
    expect(next.view(id)).toMatchObject({ instanceId: 'b', deaths: 0 });
    next.a.reachable = true;
    next.fleet.change('a', { status: 'running', health: 'healthy', readyAt: next.clock.now() });
    await next.clock.advance(0);
    expect(next.a.cancels).toEqual([id]);
  });

  /** A job that went from an instance nobody could reach to another one, and a studio that was killed since. */
  const killedWhileOwed = async () => {
    const set = setUp([fakeCandidate('a'), local('b', { status: 'paused' })]);
    const id = await set.submit();
    set.a.start(id);
    set.a.reachable = false;
    set.a.dropSockets();
    set.fleet.change('b', { status: 'running' });
    set.fleet.change('a', { health: 'unhealthy' });
    await set.clock.advance(60_000);
    expect(set.view(id)).toMatchObject({ state: 'assigned', instanceId: 'b', deaths: 0 });
    const types = set.jobs.events(id).map(({ type, instanceId }) => [type, instanceId]);
    expect(types).toContainEqual(['uncertain', 'a']);
    set.b.start(id);
    return { next: await restart(set, () => undefined), id };
  };

  it('one that comes back when another studio is there is told to drop it too, once', async () => {
    const { next, id } = await killedWhileOwed();
    expect(next.a.cancels).toEqual([]);
    next.a.reachable = true;
    next.fleet.change('a', { health: 'healthy' });
    await next.clock.advance(0);
    expect(next.a.cancels).toEqual([id]);
    const last = await restart(next, () => undefined);
    last.fleet.change('a', { weight: 2 });
    await last.clock.advance(0);
    expect(last.a.cancels).toEqual([id]);
    last.b.succeed(id);
    await last.clock.advance(3000);
    expect(last.view(id)).toMatchObject({ state: 'succeeded', instanceId: 'b' });
  });

  it('one that has come back by the time a studio opens is told at once', async () => {
    const { next, id } = await killedWhileOwed();
    const last = await restart(next, () => {
      next.a.reachable = true;
      next.fleet.change('a', { health: 'healthy' });
    });
    await last.clock.advance(0);
    expect(last.a.cancels).toEqual([id]);
  });

  it('one whose program has ended since is told nothing', async () => {
    const { next } = await killedWhileOwed();
    next.fleet.lose('a');
    await next.clock.advance(0);
    const last = await restart(next, () => {
      next.a.reachable = true;
    });
    last.fleet.change('a', { status: 'running', health: 'healthy', readyAt: last.clock.now() });
    await last.clock.advance(0);
    expect(last.a.cancels).toEqual([]);
  });

  it('goes on waiting for its turn, and what had ended on one that comes back is taken', async () => {
    const set = setUp([fakeCandidate('a')]);
    const id = await set.submit();
    set.a.start(id);
    set.a.reachable = false;
    set.a.dropSockets();
    set.fleet.change('a', { health: 'unhealthy' });
    await set.clock.advance(60_000);
    expect(set.view(id).state).toBe('queued');
    const next = await restart(set, () => undefined);
    next.a.succeed(id);
    next.a.reachable = true;
    next.fleet.change('a', { health: 'healthy' });
    await next.clock.advance(3000);
    expect(next.view(id)).toMatchObject({ state: 'succeeded', instanceId: 'a' });
    expect(next.a.submissions).toHaveLength(1);
  });

  it('a job that takes the machine along twice is set aside', async () => {
    const set = setUp([local('a')], { bootId: 'boot-1' });
    const id = await set.submit();
    set.a.start(id);
    await set.clock.advance(0);
    const reboot = (from: Set) => () => {
      from.a.die();
      from.a.reachable = true;
      from.fleet.change('a', { readyAt: from.clock.now() });
    };
    const second = await restart(set, reboot(set), { bootId: 'boot-2' });
    expect(second.view(id)).toMatchObject({ state: 'assigned', deaths: 1, reason: { code: 'instance-died' } });
    second.a.start(id);
    await second.clock.advance(0);
    const third = await restart(second, reboot(second), { bootId: 'boot-3' });
    expect(third.view(id)).toMatchObject({ state: 'parked', deaths: 2, reason: { code: 'too-many-deaths' } });
  });

  it('a result whose row was not written yet is collected', async () => {
    const set = setUp([local('a')]);
    const id = await set.submit();
    set.a.start(id);
    await set.clock.advance(0);
    set.store.hold();
    set.a.succeed(id, { '3': image });
    await set.clock.advance(0);
    expect(set.view(id).state).toBe('succeeded');
    expect(set.store.read(id)?.view.state).toBe('running');
    const next = await restart(set, () => {
      set.store.failWith(new StudioError('STORE_WRITE_FAILED'));
      set.store.release();
      set.store.failWith(null);
    });
    await next.clock.advance(2000);
    expect(next.view(id)).toMatchObject({ state: 'succeeded', outputs: [{ filename: 'x_00001_.png' }] });
  });

  it('the newest that ended are known, and their ids are taken', async () => {
    const set = setUp([local('a')]);
    const id = await set.submit();
    set.a.start(id);
    set.a.succeed(id, { '3': image });
    await set.clock.advance(100);
    const next = await restart(set);
    expect(next.jobs.records().map(({ order }) => order.jobId)).toEqual([id]);
    expect(next.jobs.prompt(id)).toEqual(prompt);
    await expect(next.submit({ id })).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  });

  it('uploads are held again, and one that is gone is no reason to stop', async () => {
    const set = setUp([local('a', { status: 'stopped', readyAt: null })]);
    const inputs = [{ name: 'fox.png', uploadId: 'up-1' }];
    const id = await set.submit({ inputs });
    const next = await restart(set, () => set.inputs.held.set('up-1', 0));
    expect(next.inputs.held.get('up-1')).toBe(1);
    const after = await restart(next, () => set.inputs.held.delete('up-1'));
    expect(after.view(id).state).toBe('queued');
  });
});

describe('a studio that starts', () => {
  it('waits for a word where the settings say so', async () => {
    const set = setUp([local('a', { status: 'paused' })]);
    const id = await set.submit();
    const next = await restart(set, () => set.fleet.change('a', { status: 'running' }), {
      settings: { startQueuePaused: true },
    });
    expect([next.jobs.queue().mode, next.view(id).state]).toEqual(['paused', 'queued']);
    await next.jobs.setQueueMode('running');
    await next.clock.advance(0);
    expect(next.view(id).state).toBe('assigned');
  });

  it('keeps the mode of the queue and what the scheduler learned', async () => {
    const set = setUp([local('a')]);
    await set.jobs.setQueueMode('draining');
    const next = await restart(set);
    expect(next.jobs.queue().mode).toBe('draining');
    await next.jobs.setQueueMode('running');
    const id = await next.submit();
    next.a.start(id);
    next.a.succeed(id);
    await next.clock.advance(10_000);
    expect(next.store.fact('learned')).toBeTypeOf('object');
  });

  it('with a store that cannot be read takes nothing and says why', async () => {
    const world = createWorld([local('a')]);
    const corrupt = new StudioError('STORE_CORRUPT');
    const fails = (): never => {
      throw corrupt;
    };
    Object.assign(world.store, { unfinished: fails, page: fails, fact: fails, read: fails, problem: () => corrupt });
    world.store.failWith(corrupt);
    const { jobs, submit } = openWorld(world);
    expect(jobs.queue()).toMatchObject({ problem: { code: 'STORE_CORRUPT' }, counts: { queued: 0 } });
    await expect(submit()).rejects.toMatchObject({ code: 'STORE_CORRUPT' });
  });
});

describe('a studio that stops', () => {
  it('leaves running prompts to their instances, and writes what it knows', async () => {
    const set = setUp([local('a')]);
    const id = await set.submit();
    set.a.start(id);
    await set.clock.advance(0);
    await set.jobs.stop();
    expect([set.a.cancels, set.store.read(id)?.view.state]).toEqual([[], 'running']);
    expect(set.clock.pending()).toBe(0);
    const next = openWorld(set.world);
    set.a.succeed(id);
    await next.clock.advance(2000);
    expect(next.view(id)).toMatchObject({ state: 'succeeded', tries: 1 });
  });
});
