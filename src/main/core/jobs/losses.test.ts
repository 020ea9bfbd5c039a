import { describe, expect, it } from 'vitest';
import { fakeCandidate } from './fake-fleet.fixture.ts';
import { image, local, openWorld, setUp } from './jobs-world.fixture.ts';

describe('a lost instance', () => {
  it('gives its job back to the front, and it runs elsewhere', async () => {
    const { a, b, clock, fleet, listed, submit, view } = setUp();
    const [first, second, third] = [await submit(), await submit(), await submit()];
    a.start(first);
    a.send(first, 'progress_state', { nodes: { '1': { value: 1, max: 1, state: 'finished', display_node_id: '1' } } });
    a.die();
    fleet.lose('a');
    await clock.advance(0);
    expect(view(first)).toMatchObject({ state: 'queued', instanceId: null, tries: 1, progress: { nodesDone: 1 } });
    b.start(second);
    b.succeed(second);
    await clock.advance(5);
    expect(view(first)).toMatchObject({ state: 'assigned', instanceId: 'b', tries: 2 });
    expect(view(third).state).toBe('queued');
    b.start(first);
    await clock.advance(0);
    expect(view(first).progress).toMatchObject({ nodesDone: 1 });
    b.succeed(first);
    await clock.advance(5);
    expect(view(first).state).toBe('succeeded');
    expect(listed().filter(({ state }) => state === 'failed')).toEqual([]);
  });

  it('is waited for by a job that was meant for it', async () => {
    const { a, clock, fleet, submit, view } = setUp();
    const id = await submit({ instanceId: 'a' });
    a.start(id);
    a.die();
    fleet.lose('a');
    await clock.advance(0);
    expect(view(id).state).toBe('queued');
    a.reachable = true;
    fleet.change('a', { status: 'running', health: 'healthy', readyAt: 9 });
    await clock.advance(0);
    expect(view(id)).toMatchObject({ state: 'assigned', instanceId: 'a' });
    expect(a.submissions).toHaveLength(2);
  });

  it('that is looked at no longer is withdrawn from it before another one runs it', async () => {
    const { a, b, clock, fleet, submit, view } = setUp();
    const id = await submit();
    a.start(id);
    fleet.lose('a', { requested: true, runsOn: true, code: 'INSTANCE_NOT_RUNNING' });
    await clock.advance(0);
    expect(a.cancels).toEqual([id]);
    expect(b.submissions.map(({ promptId }) => promptId)).toEqual([id]);
    expect(view(id)).toMatchObject({ state: 'assigned', instanceId: 'b', tries: 2 });
    expect(fleet.told).toContainEqual(['lost', 'a', id]);
  });

  const crash = async (set: ReturnType<typeof setUp>, id: string, requested: boolean): Promise<void> => {
    const { a, clock, fleet } = set;
    a.start(id);
    a.die();
    fleet.lose('a', { requested });
    a.reachable = true;
    fleet.change('a', { status: 'running', health: 'healthy', readyAt: clock.now() });
    await clock.advance(0);
  };

  it('is survived once; a job that takes two along is set aside, and the others go on', async () => {
    const set = setUp([fakeCandidate('a')]);
    const id = await set.submit();
    const other = await set.submit();
    await crash(set, id, false);
    expect(set.view(id)).toMatchObject({ state: 'assigned', tries: 2, deaths: 1, reason: { code: 'instance-died' } });
    expect(set.a.cancels).toEqual([]);
    await crash(set, id, false);
    expect(set.view(id)).toMatchObject({
      state: 'parked',
      deaths: 2,
      reason: { code: 'too-many-deaths' },
      error: { code: 'JOB_LOST', details: { instanceId: 'a', deaths: 2, cause: 'PROCESS_EXITED' } },
    });
    expect(set.view(other).state).toBe('assigned');
  });

  it('does not count against a job that only waited behind another one there', async () => {
    const { a, clock, fleet, submit, view } = setUp([fakeCandidate('a', { slots: 3 })]);
    const [first, second, third] = [await submit(), await submit(), await submit()];
    a.start(first);
    a.die();
    fleet.lose('a');
    await clock.advance(0);
    expect([first, second, third].map((id) => view(id).deaths)).toEqual([1, 0, 0]);
    expect(view(second)).toMatchObject({ state: 'queued', reason: { code: 'instance-died' } });
  });

  it('counts against the first one there where it was too quick to tell what it worked on', async () => {
    const { a, clock, fleet, submit, view } = setUp([fakeCandidate('a', { slots: 2 })]);
    const [first, second] = [await submit(), await submit()];
    a.die();
    fleet.lose('a');
    a.reachable = true;
    fleet.change('a', { status: 'running', health: 'healthy', readyAt: clock.now() });
    await clock.advance(0);
    expect([first, second].map((id) => view(id).deaths)).toEqual([1, 0]);
    a.die();
    fleet.lose('a');
    await clock.advance(0);
    expect(view(first)).toMatchObject({ state: 'parked', deaths: 2 });
    expect(view(second)).toMatchObject({ state: 'queued', deaths: 0 });
  });

  it('does not count against the job when somebody stopped it', async () => {
    const set = setUp([fakeCandidate('a')]);
    const id = await set.submit();
    for (let stop = 0; stop < 8; stop += 1) await crash(set, id, true);
    expect(set.view(id)).toMatchObject({ state: 'assigned', tries: 9 });
  });

  it('sends its job to none that would refuse it, as long as another one can run it', async () => {
    const set = setUp([local('a'), local('b'), local('c')]);
    const { a, clock, fleet, jobs, submit, view } = set;
    const busy = await submit({ instanceId: 'b' });
    const id = await submit({}, { excludedInstanceIds: ['c'] });
    a.start(id);
    a.die();
    fleet.lose('a');
    await clock.advance(0);
    expect(view(id)).toMatchObject({ state: 'queued', reason: { code: 'instance-died' } });
    await jobs.change({ jobIds: [id], instanceId: null });
    expect(view(id).state).toBe('queued');
    set.b.start(busy);
    set.b.succeed(busy);
    await clock.advance(1000);
    expect(view(id)).toMatchObject({ state: 'assigned', instanceId: 'b' });
    expect(jobs.record(id)?.excludedInstanceIds).toEqual(['c']);
    const cancelled = jobs.cancel(id);
    await clock.advance(10_000);
    await cancelled;
    await jobs.retry({ jobIds: [id] });
    expect(jobs.record(id)?.excludedInstanceIds).toEqual(['c']);
  });

  it('that hangs counts like one that died, and what hangs two is set aside with the evidence', async () => {
    const { a, b, clock, submit, view } = setUp([local('a'), local('b')]);
    const id = await submit();
    a.start(id);
    a.reachable = false;
    await clock.advance(60_000);
    expect(view(id)).toMatchObject({
      state: 'assigned',
      instanceId: 'b',
      deaths: 1,
      reason: { code: 'instance-died' },
    });
    b.start(id);
    b.reachable = false;
    await clock.advance(60_000);
    expect(view(id)).toMatchObject({
      state: 'parked',
      deaths: 2,
      reason: { code: 'too-many-deaths', details: { instanceId: 'b', cause: 'INSTANCE_UNREACHABLE' } },
    });
  });

  it('elsewhere that cannot be reached does not count: the network may be down', async () => {
    const { a, clock, submit, view } = setUp([fakeCandidate('a'), fakeCandidate('b')]);
    const id = await submit();
    a.start(id);
    a.reachable = false;
    await clock.advance(60_000);
    expect(view(id)).toMatchObject({ instanceId: 'b', deaths: 0 });
  });

  it('elsewhere that takes the connection and says nothing counts like one that died', async () => {
    const { a, b, clock, submit, view } = setUp([fakeCandidate('a'), fakeCandidate('b')]);
    for (const instance of [a, b]) instance.failure = 'timeout';
    const id = await submit();
    a.start(id);
    a.reachable = false;
    await clock.advance(60_000);
    expect(view(id)).toMatchObject({ instanceId: 'b', deaths: 1, reason: { code: 'instance-died' } });
    b.start(id);
    b.reachable = false;
    await clock.advance(60_000);
    const evidence = { instanceId: 'b', deaths: 2, cause: 'INSTANCE_UNREACHABLE', failure: 'timeout' };
    expect(view(id)).toMatchObject({
      state: 'parked',
      reason: { code: 'too-many-deaths', details: evidence },
      error: { code: 'JOB_LOST', details: evidence },
    });
  });

  it('elsewhere that says nothing does not count against a job that had not begun there', async () => {
    const { a, clock, submit, view } = setUp([fakeCandidate('a'), fakeCandidate('b')]);
    a.failure = 'timeout';
    const id = await submit();
    a.reachable = false;
    await clock.advance(60_000);
    expect(view(id)).toMatchObject({ instanceId: 'b', deaths: 0 });
  });

  it('elsewhere that comes and goes does not keep its job going round without end', async () => {
    const { a, clock, jobs, store, submit, view } = setUp([fakeCandidate('a')]);
    a.failure = 'ECONNREFUSED';
    const id = await submit();
    for (let loss = 1; loss <= 5; loss += 1) {
      expect(view(id)).toMatchObject({ state: 'assigned', tries: loss });
      a.reachable = true;
      await clock.advance(2000);
      a.start(id);
      a.reachable = false;
      await clock.advance(50_000);
      a.running = null;
    }
    const evidence = { instanceId: 'a', losses: 5, deaths: 0, cause: 'INSTANCE_UNREACHABLE', failure: 'ECONNREFUSED' };
    expect(view(id)).toMatchObject({
      state: 'parked',
      deaths: 0,
      tries: 5,
      reason: { code: 'too-many-losses', details: evidence },
      error: { code: 'JOB_LOST', details: evidence },
    });
    expect(store.read(id)?.evidence.losses).toBe(4);
    a.reachable = true;
    await jobs.retry({ jobIds: [id] });
    await clock.advance(0);
    expect(view(id)).toMatchObject({ state: 'assigned', tries: 1 });
    expect(jobs.record(id)?.losses).toBe(0);
  });

  it('elsewhere is counted over restarts of the studio', async () => {
    const set = setUp([fakeCandidate('a')]);
    const id = await set.submit();
    set.a.reachable = false;
    await set.clock.advance(60_000);
    expect(set.jobs.record(id)?.losses).toBe(1);
    set.kill();
    const next = openWorld(set.world);
    await set.clock.advance(0);
    expect(next.jobs.record(id)?.losses).toBe(1);
    await set.clock.advance(60_000);
    expect(next.jobs.record(id)?.losses).toBe(2);
  });

  it('takes nothing back of the progress that was shown', async () => {
    const { a, b, clock, fleet, jobs, submit, view } = setUp([local('a'), local('b')]);
    const shown: number[] = [];
    const id = await submit();
    jobs.onChange(({ view: { progress } }) => shown.push(progress?.fraction ?? shown.at(-1) ?? 0));
    const node = (nodeId: string, value: number) => ({
      nodes: { [nodeId]: { value, max: 10, state: value === 10 ? 'finished' : 'running', display_node_id: nodeId } },
    });
    a.start(id);
    for (const nodeId of ['1', '2']) for (const value of [3, 7, 10]) a.send(id, 'progress_state', node(nodeId, value));
    await clock.advance(500);
    expect(view(id).progress?.fraction).toBeGreaterThan(0.5);
    a.die();
    fleet.lose('a');
    await clock.advance(500);
    b.start(id);
    for (const nodeId of ['1', '2', '3']) {
      for (const value of [1, 10]) b.send(id, 'progress_state', node(nodeId, value));
      await clock.advance(500);
    }
    b.succeed(id);
    await clock.advance(1000);
    expect(shown).toEqual(shown.toSorted((one, other) => one - other));
    expect(view(id)).toMatchObject({ id, state: 'succeeded', progress: { fraction: 1 } });
  });

  it('keeps what had ended before: a result that was told of is not made again', async () => {
    const { a, b, clock, fleet, submit, view } = setUp();
    const id = await submit();
    a.start(id);
    a.send(id, 'executed', { node: '3', output: image });
    a.send(id, 'execution_success');
    a.die();
    fleet.lose('a');
    await clock.advance(0);
    expect(view(id)).toMatchObject({ state: 'succeeded', outputs: [{ filename: 'x_00001_.png' }] });
    expect(b.submissions).toHaveLength(0);
  });
});
