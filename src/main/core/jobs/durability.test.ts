import { describe, expect, it } from 'vitest';
import { StudioError } from '#contract/errors.ts';
import type { Prompt } from '#contract/models/workflow.ts';
import { fakeCandidate } from './fake-fleet.fixture.ts';
import { image, local, setUp } from './jobs-world.fixture.ts';

const full = new StudioError('STORE_WRITE_FAILED');

describe('a submission', () => {
  it('is on disk before it is accepted, and waits for that', async () => {
    const { jobs, store, submit, clock } = setUp([local('a')]);
    store.hold();
    const answer = submit();
    await clock.advance(100);
    expect([jobs.records().length, jobs.live.waitingIds().length]).toEqual([0, 0]);
    store.release();
    const id = await answer;
    const [first] = store.writes;
    expect(first?.durability).toBe('disk');
    expect(first?.changes.map(({ kind }) => kind)).toEqual(['add', 'event', 'fact']);
    expect(store.read(id)?.view.state).toBe('assigned');
  });

  it('that cannot be written is refused, and nothing of it is left', async () => {
    const { jobs, store, submit, inputs, clock } = setUp([local('a')]);
    store.failWith(full);
    await expect(submit({ inputs: [{ name: 'x', uploadId: 'up-1' }] })).rejects.toMatchObject({
      code: 'STORE_WRITE_FAILED',
    });
    expect([jobs.records().length, inputs.held.get('up-1')]).toEqual([0, 0]);
    expect(jobs.queue().problem).toMatchObject({ code: 'STORE_WRITE_FAILED' });
    store.failWith(null);
    await clock.advance(1000);
    expect(jobs.queue().problem).toBeNull();
    await expect(submit()).resolves.toBeTypeOf('string');
  });

  it('is refused while the queue drains, and what waits goes on', async () => {
    const { jobs, submit, view, a, clock } = setUp([local('a')]);
    const [first, second] = [await submit(), await submit()];
    await jobs.setQueueMode('draining');
    await expect(submit()).rejects.toMatchObject({ code: 'JOB_QUEUE_CLOSED' });
    a.start(first);
    a.succeed(first);
    await clock.advance(0);
    expect(view(second).state).toBe('assigned');
  });

  it('twice at once under one id is taken once', async () => {
    const { submit, jobs } = setUp([local('a')]);
    const id = '00000000-0000-4000-8000-00000000aaaa';
    const answers = await Promise.allSettled([submit({ id }), submit({ id })]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(jobs.records()).toHaveLength(1);
  });
});

describe('where a job goes', () => {
  it.each([
    ['a local instance', local('a'), 'process'],
    ['one elsewhere', fakeCandidate('a'), 'disk'],
  ] as const)('is written before it is sent to %s', async (_name, candidate, durability) => {
    const { a, clock, fleet, store, submit, view } = setUp([{ ...candidate, status: 'paused' }]);
    const id = await submit();
    store.hold();
    fleet.change('a', { status: 'running' });
    await clock.advance(1000);
    expect([view(id).state, a.submissions.length]).toEqual(['assigned', 0]);
    store.release();
    await clock.advance(0);
    expect(a.submissions).toHaveLength(1);
    const intents = store.writes.filter(({ changes }) =>
      changes.some((change) => change.kind === 'update' && change.job.intent !== null),
    );
    expect(intents[0]).toMatchObject({ durability });
    expect(store.read(id)?.intent).toEqual({ instanceId: 'a', readyAt: 1, at: 1_000_000, clientId: null });
  });

  it('cannot be written: nothing is sent, and the job waits in its place until that works', async () => {
    const { a, clock, fleet, jobs, store, submit, view } = setUp([local('a', { status: 'paused' })]);
    const [id, second] = [await submit(), await submit()];
    store.failWith(full);
    fleet.change('a', { status: 'running' });
    await clock.advance(500);
    expect(a.submissions).toHaveLength(0);
    expect(view(id)).toMatchObject({ state: 'queued', tries: 0, placement: { waiting: 'store-unwritable' } });
    expect(jobs.live.waitingIds()).toEqual([id, second]);
    store.failWith(null);
    await clock.advance(60_000);
    expect(view(id)).toMatchObject({ state: 'assigned', tries: 1 });
    expect(a.submissions).toHaveLength(1);
  });

  it('is forgotten when the job is cancelled while it is written', async () => {
    const { a, clock, fleet, jobs, store, submit, view } = setUp([local('a', { status: 'paused' })]);
    const id = await submit();
    store.hold();
    fleet.change('a', { status: 'running' });
    const cancelled = jobs.cancel(id);
    store.release();
    await clock.advance(0);
    await expect(cancelled).resolves.toMatchObject({ state: 'cancelled' });
    expect([a.submissions.length, view(id).state]).toEqual([0, 'cancelled']);
  });

  it('is gone before it is written: the job waits again', async () => {
    const { a, clock, fleet, store, submit, view } = setUp([local('a', { status: 'paused' })]);
    const id = await submit();
    store.hold();
    fleet.change('a', { status: 'running' });
    fleet.lose('a', { requested: true });
    store.release();
    await clock.advance(0);
    expect(a.submissions).toHaveLength(0);
    expect(view(id)).toMatchObject({ state: 'queued', deaths: 0, reason: { code: 'instance-stopped' } });
  });
});

describe('a disk that is full for a while', () => {
  it('costs no result, and running jobs go on', async () => {
    const { a, clock, store, submit, view } = setUp([local('a')]);
    const [first, second] = [await submit(), await submit()];
    store.failWith(full);
    a.start(first);
    a.succeed(first, { '3': image });
    await clock.advance(5000);
    expect(view(first)).toMatchObject({ state: 'succeeded', outputs: [{ filename: 'x_00001_.png' }] });
    expect(view(second)).toMatchObject({ state: 'queued', placement: { waiting: 'store-unwritable' } });
    expect(store.read(first)?.view.state).not.toBe('succeeded');
    store.failWith(null);
    await clock.advance(60_000);
    expect(store.read(first)?.view).toMatchObject({ state: 'succeeded', outputs: [{ filename: 'x_00001_.png' }] });
    expect(view(second).state).toBe('assigned');
  });

  it('keeps every unsaved result in memory', async () => {
    const { a, clock, jobs, store, submit } = setUp([local('a', { slots: 300 })], {
      settings: { maxQueuedJobs: 1000 },
    });
    const ids: string[] = [];
    for (let count = 0; count < 230; count += 1) ids.push(await submit());
    store.failWith(full);
    for (const id of ids) {
      a.start(id);
      a.succeed(id);
    }
    await clock.advance(3000);
    expect(jobs.records()).toHaveLength(230);
    store.failWith(null);
    await clock.advance(60_000);
    expect(new Set(store.rows().map(({ view }) => view.state))).toEqual(new Set(['succeeded']));
  });
});

describe('what happened to a job', () => {
  it('is written in its order', async () => {
    const { a, clock, jobs, submit } = setUp([local('a')]);
    const sampling: Prompt = {
      '1': { class_type: 'CheckpointLoaderSimple', inputs: { ckpt_name: 'm.safetensors' } },
      '2': { class_type: 'KSampler', inputs: { model: ['1', 0] } },
      '3': { class_type: 'SaveImage', inputs: { images: ['2', 0] } },
    };
    const id = await submit({ prompt: sampling });
    a.start(id);
    a.send(id, 'execution_cached', { nodes: [] });
    a.send(id, 'progress', { node: '2', value: 1, max: 4 });
    a.succeed(id, { '3': image });
    await clock.advance(100);
    const types = jobs.events(id).map(({ type }) => type);
    expect(types).toEqual(['submitted', 'assigned', 'sent', 'accepted', 'started', 'loaded', 'succeeded']);
    expect(() => jobs.events('nobody')).toThrow(expect.objectContaining({ code: 'JOB_NOT_FOUND' }));
  });
});
