import { describe, expect, it } from 'vitest';
import { local, setUp } from './jobs-world.fixture.ts';

const failed = async (count = 1) => {
  const set = setUp([local('a')]);
  const ids: string[] = [];
  for (let made = 0; made < count; made += 1) {
    const id = await set.submit();
    set.a.start(id);
    set.a.fail(id, { node_id: '2', node_type: 'ImageInvert', exception_type: 'ValueError', timestamp: made });
    await set.clock.advance(100);
    ids.push(id);
  }
  return { ...set, ids, id: ids[0] ?? '' };
};

/** A job that was set aside: the instance that it was meant for is gone. */
const parked = async () => {
  const set = setUp([local('a'), local('b', { status: 'paused' })]);
  const id = await set.submit({ instanceId: 'b' });
  set.fleet.set([local('a', { status: 'paused' })]);
  await set.clock.advance(100);
  expect(set.view(id).state).toBe('parked');
  return { ...set, id };
};

describe('while a job is being run again', () => {
  it('it cannot be removed, and its row stays', async () => {
    const { a, clock, id, jobs, store } = await failed();
    store.hold();
    const retry = jobs.retry({ jobIds: [id] });
    const removal = expect(jobs.remove([id], false)).rejects.toMatchObject({ code: 'JOB_NOT_FINISHED' });
    await clock.advance(0);
    store.release();
    await expect(retry).resolves.toBe(1);
    await removal;
    await clock.advance(0);
    expect([store.read(id)?.view.state, a.submissions.length]).toEqual(['assigned', 2]);
  });

  it('it is not cleared with what has ended', async () => {
    const { a, clock, id, jobs, store } = await failed();
    store.hold();
    const retry = jobs.retry({ jobIds: [id] });
    const clearing = jobs.clearFinished(false);
    await clock.advance(0);
    store.release();
    await expect(retry).resolves.toBe(1);
    await expect(clearing).resolves.toMatchObject({ removed: 0 });
    await clock.advance(0);
    expect([store.read(id)?.view.state, a.submissions.length]).toEqual(['assigned', 2]);
  });

  it.each(['cancel', 'cancelMany'] as const)('a cancel of a parked one holds (%s)', async (call) => {
    const { a, clock, fleet, id, jobs, store, view } = await parked();
    await jobs.change({ jobIds: [id], instanceId: null });
    store.hold();
    const retry = jobs.retry({ jobIds: [id] });
    const cancel = call === 'cancel' ? jobs.cancel(id) : jobs.cancelMany({ jobIds: [id] });
    await clock.advance(0);
    store.release();
    await retry;
    await cancel;
    fleet.change('a', { status: 'running' });
    await clock.advance(100);
    expect(view(id).state).toBe('cancelled');
    expect(store.read(id)?.view.state).toBe('cancelled');
    expect(a.submissions).toEqual([]);
  });

  it('a change of a parked one is kept', async () => {
    const { clock, id, jobs, store, view } = await parked();
    await jobs.change({ jobIds: [id], instanceId: null });
    store.hold();
    const retry = jobs.retry({ jobIds: [id] });
    const change = jobs.change({ jobIds: [id], priority: 9 });
    await clock.advance(0);
    store.release();
    await Promise.all([retry, change]);
    await clock.advance(0);
    expect(view(id)).toMatchObject({ state: 'queued', priority: 9 });
    expect(store.read(id)?.view).toMatchObject({ state: 'queued', priority: 9 });
  });
});

describe('while a job is being removed', () => {
  it('it cannot be run again', async () => {
    const { a, clock, id, jobs, store } = await failed();
    store.hold();
    const removal = jobs.remove([id], false);
    const retry = expect(jobs.retry({ jobIds: [id] })).rejects.toMatchObject({ code: 'JOB_NOT_FOUND' });
    await clock.advance(0);
    store.release();
    await expect(removal).resolves.toMatchObject({ removed: 1 });
    await retry;
    await clock.advance(100);
    expect([store.rows(), a.submissions.length]).toEqual([[], 1]);
  });

  it('it can be removed once', async () => {
    const { id, jobs } = await failed();
    const [one, other] = await Promise.allSettled([jobs.remove([id], false), jobs.remove([id], false)]);
    expect(one).toMatchObject({ status: 'fulfilled' });
    expect(other).toMatchObject({ status: 'rejected', reason: { code: 'JOB_NOT_FOUND' } });
  });
});

describe('many operations at a time', () => {
  it('leave every job that runs with its row, and none that was removed in the queue', async () => {
    const { a, clock, ids, jobs, store } = await failed(12);
    const ran = a.submissions.length;
    await jobs.setQueueMode('paused');
    const calls = ids.flatMap((id, index) => {
      const pair = [() => jobs.retry({ jobIds: [id] }), () => jobs.remove([id], false)];
      return index % 2 === 0 ? pair : pair.toReversed();
    });
    store.hold();
    const answers = Promise.allSettled([...calls.map((call) => call()), jobs.clearFinished(false)]);
    await clock.advance(0);
    store.release();
    await answers;
    await jobs.setQueueMode('running');
    await clock.advance(0);
    const rows = store.rows().map(({ order }) => order.jobId);
    expect(
      jobs
        .records()
        .map(({ order }) => order.jobId)
        .toSorted(),
    ).toEqual(rows.toSorted());
    expect(rows).toEqual(ids.filter((_id, index) => index % 2 === 0));
    expect(a.submissions.slice(ran).every(({ promptId }) => rows.includes(promptId))).toBe(true);
  });
});
