import { describe, expect, it } from 'vitest';
import { local, openWorld, setUp, type WorldOptions } from './jobs-world.fixture.ts';

type Set = ReturnType<typeof setUp>;

/** A job that acts outside ComfyUI, on instance a of two. */
const acting = async (candidates = [local('a'), local('b')]): Promise<Set & { readonly id: string }> => {
  const set = setUp(candidates);
  const id = await set.submit({}, { repeatable: false });
  expect(set.view(id)).toMatchObject({ state: 'assigned', instanceId: 'a' });
  return { ...set, id };
};

const dieOf = async ({ a, clock, fleet }: Set): Promise<void> => {
  a.die();
  fleet.lose('a');
  await clock.advance(0);
};

describe('a job that acts outside ComfyUI', () => {
  it('is not run again once it began, and says so', async () => {
    const set = await acting();
    set.a.start(set.id);
    await dieOf(set);
    expect(set.view(set.id)).toMatchObject({
      state: 'failed',
      error: { code: 'JOB_NOT_REPEATED', details: { instanceId: 'a', cause: 'PROCESS_EXITED' } },
      reason: { code: 'instance-died' },
    });
    expect(set.b.submissions).toEqual([]);
    expect(set.inputs.held.get('up-1')).toBe(0);
    expect(set.jobs.past({ offset: 0, limit: 9 }).records.map(({ order }) => order.jobId)).toEqual([set.id]);
  });

  it('is not run again where it was taken and nobody heard whether it began', async () => {
    const set = await acting();
    await dieOf(set);
    expect(set.view(set.id)).toMatchObject({ state: 'failed', error: { code: 'JOB_NOT_REPEATED' } });
  });

  it('is not run again when its instance is stopped with it', async () => {
    const set = await acting();
    set.a.start(set.id);
    set.fleet.lose('a', { requested: true });
    await set.clock.advance(0);
    expect(set.view(set.id)).toMatchObject({
      error: { code: 'JOB_NOT_REPEATED' },
      reason: { code: 'instance-stopped' },
    });
  });

  it('runs elsewhere where it only waited behind another job', async () => {
    const set = setUp([local('a', { slots: 2 })]);
    const first = await set.submit();
    const second = await set.submit({}, { repeatable: false });
    set.a.start(first);
    expect(set.view(second).state).toBe('assigned');
    set.fleet.set([local('a', { slots: 2 }), local('b', { slots: 2 })]);
    await dieOf(set);
    expect(set.view(second)).toMatchObject({ state: 'assigned', instanceId: 'b' });
  });

  it('runs elsewhere where its files were still on their way', async () => {
    const set = setUp([local('a'), local('b')]);
    set.a.uploadsHang = true;
    const id = await set.submit({ inputs: [{ name: 'fox.png', uploadId: 'up-1' }] }, { repeatable: false });
    await dieOf(set);
    expect(set.view(id)).toMatchObject({ state: 'assigned', instanceId: 'b' });
  });

  it('is not tried on a larger card when memory ran out', async () => {
    const set = await acting([local('a', { vramTotalBytes: 8e9 }), local('b', { vramTotalBytes: 24e9 })]);
    const { id, view } = set;
    const instance = view(id).instanceId === 'a' ? set.a : set.b;
    instance.start(id);
    instance.fail(id, {
      node_id: '2',
      node_type: 'X',
      exception_type: 'torch.OutOfMemoryError',
      exception_message: '',
    });
    await set.clock.advance(100);
    expect(view(id)).toMatchObject({ state: 'failed', error: { code: 'GPU_OUT_OF_MEMORY' }, tries: 1 });
  });

  it('runs again when somebody asks for it', async () => {
    const set = await acting();
    set.a.start(set.id);
    await dieOf(set);
    await set.jobs.retry({ jobIds: [set.id] });
    await set.clock.advance(0);
    expect(set.view(set.id)).toMatchObject({ state: 'assigned', instanceId: 'b', error: null });
    expect(set.jobs.past({ offset: 0, limit: 9 })).toEqual({ records: [], total: 0 });
  });

  const restart = async (set: Set, meanwhile: () => void, options: WorldOptions = {}): Promise<Set> => {
    set.kill();
    meanwhile();
    const next = openWorld(set.world, options);
    await set.clock.advance(0);
    return next;
  };

  it('is followed, not ended, where the studio restarts while it runs', async () => {
    const set = await acting();
    set.a.start(set.id);
    await set.clock.advance(0);
    const next = await restart(set, () => undefined);
    set.a.succeed(set.id);
    await set.clock.advance(3000);
    expect(next.view(set.id).state).toBe('succeeded');
    expect(set.a.submissions).toHaveLength(1);
  });

  it('is ended where its instance went away together with the studio', async () => {
    const set = await acting();
    const next = await restart(set, () => set.fleet.change('a', { readyAt: 2_000_000 }));
    expect(next.view(set.id)).toMatchObject({ state: 'failed', error: { code: 'JOB_NOT_REPEATED' } });
    expect(set.a.submissions).toHaveLength(1);
    await set.clock.advance(0);
    expect(set.store.read(set.id)?.view.state).toBe('failed');
  });

  it('runs again where the submission of an earlier studio never arrived', async () => {
    const set = setUp([local('a')]);
    set.a.submitAs = 'drop';
    const id = await set.submit({}, { repeatable: false });
    const next = await restart(set, () => {
      set.a.submitAs = 'accept';
    });
    await set.clock.advance(30_000);
    expect(next.view(id)).toMatchObject({ state: 'assigned', instanceId: 'a', error: null });
    expect(set.a.submissions).toHaveLength(2);
  });

  it("that is the studio's own and repeatable is run again as before", async () => {
    const set = setUp([local('a'), local('b')]);
    const id = await set.submit();
    set.a.start(id);
    await dieOf(set);
    expect(set.view(id)).toMatchObject({ state: 'assigned', instanceId: 'b' });
    expect(set.jobs.record(id)?.order).toMatchObject({ repeatable: true, caller: null });
  });
});
