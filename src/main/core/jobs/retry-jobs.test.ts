import { describe, expect, it } from 'vitest';
import { StudioError } from '#contract/errors.ts';
import { image, local, openWorld, setUp } from './jobs-world.fixture.ts';

const failure = (timestamp: number) => ({
  node_id: '2',
  node_type: 'ImageInvert',
  exception_type: 'ValueError',
  timestamp,
});

const failedSet = async () => {
  const set = setUp([local('a')]);
  const id = await set.submit({ title: 'fox' });
  set.a.start(id);
  set.a.fail(id, failure(1));
  await set.clock.advance(100);
  expect(set.view(id).state).toBe('failed');
  return { ...set, id };
};

describe('running a job again', () => {
  it('keeps its id, and takes the new result for what it is', async () => {
    const { a, clock, id, jobs, view } = await failedSet();
    await expect(jobs.retry({ jobIds: [id] })).resolves.toBe(1);
    await clock.advance(0);
    expect(view(id)).toMatchObject({ state: 'assigned', tries: 1, deaths: 0, error: null, nodeErrors: [] });
    a.start(id);
    // Success is told of before it stands in the history, where the entry of the failed run is still found (3.5).
    a.send(id, 'execution_success');
    await clock.advance(1000);
    expect(view(id).state).toBe('running');
    a.succeed(id, { '3': image });
    await clock.advance(1000);
    expect(view(id)).toMatchObject({ state: 'succeeded', outputs: [{ filename: 'x_00001_.png' }] });
    expect(a.submissions.map(({ promptId }) => promptId)).toEqual([id, id]);
    expect(jobs.events(id).map(({ type }) => type)).toContain('retried');
  });

  it('knows the old result after a restart too', async () => {
    const { a, clock, id, jobs, kill, world } = await failedSet();
    a.submitAs = 'drop';
    await jobs.retry({ jobIds: [id] });
    await clock.advance(0);
    kill();
    const next = openWorld(world);
    next.a.submitAs = 'accept';
    await clock.advance(20_000);
    expect(next.view(id)).toMatchObject({ state: 'assigned', error: null });
    next.a.start(id);
    next.a.succeed(id);
    await clock.advance(1000);
    expect(next.view(id).state).toBe('succeeded');
  });

  it('happens once, however often it is asked for at a time', async () => {
    const { id, jobs, a, clock } = await failedSet();
    const answers = await Promise.allSettled([jobs.retry({ jobIds: [id] }), jobs.retry({ jobIds: [id, id] })]);
    expect(answers[0]).toMatchObject({ status: 'fulfilled', value: 1 });
    expect(answers[1]).toMatchObject({ status: 'rejected', reason: { code: 'JOB_NOT_FINISHED' } });
    await clock.advance(0);
    expect(a.submissions).toHaveLength(2);
  });

  it('works for jobs that left the memory', async () => {
    const { id, world, clock, jobs } = await failedSet();
    await jobs.stop();
    world.store.page = () => ({ jobs: [], total: 0 });
    const next = openWorld(world);
    expect(next.jobs.records()).toEqual([]);
    await next.jobs.retry({ jobIds: [id] });
    await clock.advance(0);
    expect(next.view(id)).toMatchObject({ state: 'assigned', title: 'fox' });
    expect(next.a.submissions.at(-1)?.prompt).toEqual(next.a.submissions[0]?.prompt);
  });

  it('is refused while the job is in the queue, for an unknown one, and where nothing can be queued', async () => {
    const { id, jobs, submit, store, clock } = await failedSet();
    await expect(jobs.retry({ jobIds: [await submit()] })).rejects.toMatchObject({ code: 'JOB_NOT_FINISHED' });
    await expect(jobs.retry({ jobIds: ['nobody'] })).rejects.toMatchObject({ code: 'JOB_NOT_FOUND' });
    await expect(jobs.retry({ batchId: 'nobody' })).rejects.toMatchObject({ code: 'BATCH_NOT_FOUND' });
    await jobs.setQueueMode('draining');
    await expect(jobs.retry({ jobIds: [id] })).rejects.toMatchObject({ code: 'JOB_QUEUE_CLOSED' });
    await jobs.setQueueMode('paused');
    await clock.advance(10);
    store.failWith(new StudioError('STORE_WRITE_FAILED'));
    await expect(jobs.retry({ jobIds: [id] })).rejects.toMatchObject({ code: 'STORE_WRITE_FAILED' });
    expect(jobs.get(id).state).toBe('failed');
  });

  it('leaves jobs that succeeded alone', async () => {
    const { a, clock, jobs, submit, view } = setUp([local('a')]);
    const id = await submit();
    a.start(id);
    a.succeed(id);
    await clock.advance(100);
    await expect(jobs.retry({ jobIds: [id] })).resolves.toBe(0);
    expect(view(id).state).toBe('succeeded');
  });
});

describe('cancelling many', () => {
  it('takes what waits, and leaves what runs', async () => {
    const { jobs, submit, view } = setUp([local('a')]);
    const [running, second, third] = [await submit(), await submit(), await submit()];
    await expect(jobs.cancelMany({ waiting: true })).resolves.toBe(2);
    expect([running, second, third].map((id) => view(id).state)).toEqual(['assigned', 'cancelled', 'cancelled']);
    expect(view(second).reason).toMatchObject({ code: 'cancelled-by-user' });
    await expect(jobs.cancelMany({ jobIds: [second, third, 'nobody'] })).resolves.toBe(0);
    await expect(jobs.cancelMany({ batchId: 'nobody' })).rejects.toMatchObject({ code: 'BATCH_NOT_FOUND' });
  });

  it('ends a job that was set aside', async () => {
    const { fleet, jobs, submit, view } = setUp([local('a'), local('b', { status: 'paused' })]);
    const id = await submit({ instanceId: 'b' });
    fleet.set([local('a')]);
    await expect(jobs.cancel(id)).resolves.toMatchObject({ state: 'cancelled', error: null });
    expect(view(id).state).toBe('cancelled');
  });
});

describe('forgetting jobs', () => {
  const ended = async () => {
    const set = setUp([local('a')]);
    const id = await set.submit();
    const file = (filename: string, type: string) => ({ filename, subfolder: '', type });
    const images = [file('x.png', 'output'), file('t.png', 'temp'), file('i.png', 'input'), file('o.png', 'odd')];
    set.a.start(id);
    set.a.succeed(id, { '3': { images }, '2': { text: ['hello'] } });
    await set.clock.advance(100);
    return { ...set, id };
  };

  it('keeps files unless asked, and never touches inputs', async () => {
    const first = await ended();
    await expect(first.jobs.remove([first.id], false)).resolves.toEqual({ removed: 1, filesDeleted: 0 });
    expect([first.world.deleted, first.store.rows()]).toEqual([[], []]);
    const second = await ended();
    await expect(second.jobs.clearFinished(true)).resolves.toEqual({ removed: 1, filesDeleted: 2 });
    expect(second.world.deleted).toEqual(['/a/output/x.png', '/a/temp/t.png']);
  });

  it('is refused for what has not ended, and for what cannot be written', async () => {
    const { id, jobs, store, submit } = await ended();
    const other = await submit();
    await expect(jobs.remove([id, other], true)).rejects.toMatchObject({ code: 'JOB_NOT_FINISHED' });
    store.failWith(new StudioError('STORE_WRITE_FAILED'));
    await expect(jobs.remove([id], true)).rejects.toMatchObject({ code: 'STORE_WRITE_FAILED' });
    expect(jobs.get(id).state).toBe('succeeded');
  });
});

describe('the queue as a whole', () => {
  it('says how many jobs are in which state, and pauses', async () => {
    const { a, clock, jobs, submit, view } = setUp([local('a')]);
    await jobs.setQueueMode('paused');
    const id = await submit();
    expect(view(id)).toMatchObject({ state: 'queued', placement: { waiting: 'queue-paused' } });
    expect(jobs.queue()).toMatchObject({ mode: 'paused', counts: { queued: 1, assigned: 0 }, problem: null });
    await jobs.setQueueMode('running');
    await clock.advance(0);
    expect(a.submissions).toHaveLength(1);
    expect(jobs.queue().counts).toMatchObject({ queued: 0, assigned: 1 });
    await jobs.setQueueMode('paused');
    a.start(id);
    a.succeed(id);
    await clock.advance(0);
    expect(view(id).state).toBe('succeeded');
  });

  it('keeps its mode where that cannot be written', async () => {
    const { jobs, store } = setUp();
    store.failWith(new StudioError('STORE_WRITE_FAILED'));
    await expect(jobs.setQueueMode('paused')).rejects.toMatchObject({ code: 'STORE_WRITE_FAILED' });
    expect(jobs.queue().mode).toBe('running');
  });
});
