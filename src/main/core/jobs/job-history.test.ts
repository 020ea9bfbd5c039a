import { describe, expect, it } from 'vitest';
import { StudioError } from '#contract/errors.ts';
import { local, openWorld, setUp } from './jobs-world.fixture.ts';

type Set = ReturnType<typeof setUp>;

const past = ({ jobs }: Set, offset = 0, limit = 100): readonly string[] =>
  jobs.past({ offset, limit }).records.map(({ view }) => view.title);

/** Runs a job on instance a to its end. */
const run = async (set: Set, title: string, how: 'succeed' | 'fail' | 'interrupt' = 'succeed'): Promise<string> => {
  const id = await set.submit({ title });
  set.a.start(id);
  if (how === 'succeed') set.a.succeed(id);
  else if (how === 'fail') set.a.fail(id, { node_id: '2', node_type: 'X', exception_type: 'E', exception_message: '' });
  else set.a.interrupt(id);
  await set.clock.advance(1000);
  return id;
};

const crash = async ({ a, clock, fleet }: Set, id: string): Promise<void> => {
  a.start(id);
  a.die();
  fleet.lose('a');
  await clock.advance(0);
  a.reachable = true;
  fleet.change('a', { status: 'running', health: 'healthy', readyAt: clock.now() });
  await clock.advance(0);
};

describe('the history that clients of the gateway read', () => {
  it('has what ended, in the order of the end, and pages it', async () => {
    const set = setUp([local('a')]);
    await run(set, 'one');
    await run(set, 'two', 'fail');
    await run(set, 'three', 'interrupt');
    const waiting = await set.submit({ title: 'four' });
    expect(past(set)).toEqual(['one', 'two', 'three']);
    expect(set.jobs.past({ offset: 1, limit: 1 })).toMatchObject({ records: [{ view: { title: 'two' } }], total: 3 });
    expect(set.jobs.past({ offset: 9, limit: 1 })).toEqual({ records: [], total: 3 });
    expect(set.jobs.record(waiting)?.historyAt).toBeNull();
  });

  it('leaves out what was cancelled before it began', async () => {
    const set = setUp([local('a')]);
    const [running, waiting] = [await set.submit({ title: 'runs' }), await set.submit({ title: 'waits' })];
    set.a.start(running);
    await set.jobs.cancel(waiting);
    expect(set.view(waiting).state).toBe('cancelled');
    expect(past(set)).toEqual([]);
    expect(set.jobs.past({ offset: 0, limit: 1 }).total).toBe(0);
  });

  it('has a parked job as one that ended with an error, until it is run again', async () => {
    const set = setUp([local('a')]);
    const id = await set.submit({ title: 'killer' });
    await crash(set, id);
    expect(past(set)).toEqual([]);
    await crash(set, id);
    expect(set.jobs.past({ offset: 0, limit: 9 })).toMatchObject({
      records: [{ view: { state: 'parked', error: { code: 'JOB_LOST', details: { deaths: 2, instanceId: 'a' } } } }],
      total: 1,
    });
    await set.jobs.retry({ jobIds: [id] });
    expect(past(set)).toEqual([]);
  });

  it('keeps a parked job that somebody then cancels, also one that never began', async () => {
    const set = setUp([local('a', { status: 'stopped', readyAt: null })]);
    const id = await set.submit({ title: 'keyless', extraData: { api_key_comfy_org: 'k' } });
    set.world.seal.lose();
    set.fleet.change('a', { status: 'running', readyAt: 5 });
    await set.clock.advance(0);
    expect(set.view(id)).toMatchObject({ state: 'parked', startedAt: null });
    await run(set, 'later');
    await set.jobs.cancel(id);
    expect(set.view(id).state).toBe('cancelled');
    expect(past(set)).toEqual(['keyless', 'later']);
  });

  it('keeps the place of a parked job, whatever is told of it later', async () => {
    const set = setUp([local('a')]);
    const id = await set.submit({ title: 'killer' });
    await crash(set, id);
    await crash(set, id);
    await run(set, 'later');
    await set.jobs.change({ jobIds: [id], priority: 3 });
    expect(past(set)).toEqual(['killer', 'later']);
  });

  it('outlives the studio, with what was hidden', async () => {
    const set = setUp([local('a')]);
    await run(set, 'one');
    await set.jobs.hide([await run(set, 'two')]);
    await run(set, 'three');
    expect(past(set)).toEqual(['one', 'three']);
    set.kill();
    const next = openWorld(set.world);
    expect(past(next)).toEqual(['one', 'three']);
    expect(next.jobs.records().map(({ view, hidden }) => [view.title, hidden])).toEqual([
      ['one', false],
      ['two', true],
      ['three', false],
    ]);
  });

  it('reads each job once, with whatever its editor sent along', async () => {
    const set = setUp([local('a')]);
    const extraData = { extra_pnginfo: { workflow: 'w'.repeat(5000) } };
    for (const title of ['one', 'two']) {
      const id = await set.submit({ title, extraData });
      set.a.start(id);
      set.a.interrupt(id);
      await set.clock.advance(1000);
    }
    set.kill();
    const read: string[] = [];
    const { store } = set.world;
    const readRow = store.read;
    Object.assign(store, {
      // The latest jobs would be in memory else.
      page: () => ({ jobs: [], total: 0 }),
      read: (jobId: string) => {
        read.push(jobId);
        return readRow(jobId);
      },
    });
    const { jobs } = openWorld(set.world);
    read.length = 0;
    const { records } = jobs.past({ offset: 0, limit: 9 });
    expect(records.map(({ order }) => order.extraData)).toEqual([extraData, extraData]);
    const ids = records.map(({ order }) => order.jobId);
    expect(read).toEqual(ids);
    const [id = ''] = ids;
    expect(jobs.record(id)?.order.extraData).toEqual(extraData);
    expect(read).toHaveLength(3);

    // In the queue again it is in memory, where its extra data is too large for.
    set.fleet.change('a', { status: 'paused' });
    await jobs.retry({ jobIds: [id] });
    read.length = 0;
    expect(jobs.record(id)?.order.extraData).toEqual(extraData);
    expect(read).toEqual([id]);
  });

  it('has a hidden job again once that is run again', async () => {
    const set = setUp([local('a')]);
    const id = await run(set, 'one', 'fail');
    await set.jobs.hide([id]);
    await set.jobs.retry({ jobIds: [id] });
    await set.clock.advance(0);
    set.a.start(id);
    set.a.succeed(id);
    await set.clock.advance(1000);
    expect(past(set)).toEqual(['one']);
  });

  it('is cleared as a whole', async () => {
    const set = setUp([local('a')]);
    for (const title of ['one', 'two', 'three']) await run(set, title);
    const clearing = set.jobs.hidePast();
    await set.clock.advance(0);
    await expect(clearing).resolves.toBe(3);
    await run(set, 'four');
    expect(past(set)).toEqual(['four']);
    expect(set.listed()).toHaveLength(4);
  });

  it('has what a disk that is full could not take yet', async () => {
    const set = setUp([local('a')]);
    await run(set, 'one');
    const id = await set.submit({ title: 'two' });
    set.a.start(id);
    set.store.failWith(new StudioError('STORE_WRITE_FAILED'));
    set.a.succeed(id);
    await set.clock.advance(1000);
    expect(set.store.read(id)?.historyAt).toBeNull();
    expect(set.jobs.past({ offset: 0, limit: 9 }).total).toBe(2);
    expect(past(set)).toEqual(['one', 'two']);
    expect(past(set, 1)).toEqual(['two']);
    expect(past(set, 0, 1)).toEqual(['one']);
    await expect(set.jobs.hide([id])).rejects.toMatchObject({ code: 'STORE_WRITE_FAILED' });
  });
});
