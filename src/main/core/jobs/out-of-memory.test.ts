import { describe, expect, it } from 'vitest';
import type { FleetCandidate } from './fleet-view.ts';
import { local, setUp } from './jobs-world.fixture.ts';

const gib = 1024 ** 3;
const oom = { node_id: '2', node_type: 'KSampler', exception_type: 'torch.OutOfMemoryError', exception_message: 'x' };
type Set = ReturnType<typeof setUp>;

const runOut = async ({ comfy, clock, fleet, view }: Set, id: string, at = Math.random()): Promise<void> => {
  const instance = comfy.instance(`http://${view(id).instanceId ?? ''}`);
  instance.start(id);
  // ComfyUI's messages carry times, so that two failures differ.
  instance.fail(id, { ...oom, timestamp: at });
  await clock.advance(0);
  fleet.empty(view(id).instanceId ?? '');
  await clock.advance(3000);
};

describe('a job that ran out of memory', () => {
  it('runs on a card with more, and the next of its kind goes there at once', async () => {
    const set = setUp([local('a', { vramTotalBytes: 8 * gib }), local('b', { vramTotalBytes: 24 * gib })]);
    const id = await set.submit();
    expect(set.view(id).instanceId).toBe('a');
    await runOut(set, id);
    expect(set.view(id)).toMatchObject({
      state: 'assigned',
      instanceId: 'b',
      tries: 2,
      reason: { code: 'out-of-memory', details: { instanceId: 'a', step: 'larger' } },
      error: null,
    });
    set.b.start(id);
    set.b.succeed(id);
    await set.clock.advance(0);
    expect(set.view(id)).toMatchObject({ state: 'succeeded', error: null, reason: null });
    expect(set.view(await set.submit())).toMatchObject({
      instanceId: 'b',
      placement: { rejected: [{ instanceId: 'a', reason: 'memory-too-small' }] },
    });
  });

  it('runs once more on an emptied card, and is set aside then', async () => {
    const set = setUp([local('a', { vramTotalBytes: 8 * gib })]);
    const [id, other] = [await set.submit(), await set.submit()];
    set.a.start(id);
    set.a.fail(id, { ...oom, timestamp: 1 });
    await set.clock.advance(0);
    expect([set.a.frees, set.a.submissions.length]).toEqual([1, 1]);
    set.fleet.empty('a');
    await set.clock.advance(0);
    expect(set.view(id)).toMatchObject({ state: 'assigned', tries: 2, reason: { details: { step: 'free' } } });
    expect(set.a.submissions).toHaveLength(2);
    await runOut(set, id, 2);
    expect(set.view(id)).toMatchObject({
      state: 'parked',
      reason: { code: 'out-of-memory' },
      error: { code: 'GPU_OUT_OF_MEMORY' },
      nodeErrors: [{ nodeId: '2', classType: 'KSampler' }],
    });
    expect([set.a.frees, set.view(other).state]).toEqual([1, 'assigned']);
  });

  it.each<[string, Partial<FleetCandidate>]>([
    ['is paused', { status: 'paused' }],
    ['starts', { status: 'starting', readyAt: null }],
    ['is in trouble', { status: 'error', health: null, readyAt: null }],
    ['does not answer', { health: 'unhealthy' }],
    ['is started on demand', { status: 'stopped', readyAt: null, startOnDemand: true }],
  ])('waits for a larger card that %s', async (_name, fields) => {
    const larger = local('b', { vramTotalBytes: 24 * gib });
    const set = setUp([local('a', { vramTotalBytes: 8 * gib }), { ...larger, ...fields }]);
    const id = await set.submit();
    await runOut(set, id);
    expect(set.view(id)).toMatchObject({ state: 'queued', tries: 1, reason: { details: { step: 'larger' } } });
    set.fleet.change('b', { ...larger });
    await set.clock.advance(0);
    expect(set.view(id)).toMatchObject({ state: 'assigned', instanceId: 'b', tries: 2 });
    expect(set.a.frees).toBe(0);
  });

  it.each<[string, (set: Set) => void]>([
    ['is deleted', ({ fleet }) => fleet.set(fleet.candidates().filter(({ instanceId }) => instanceId !== 'a'))],
    ['is switched off', ({ fleet }) => fleet.change('a', { status: 'stopped', readyAt: null })],
    ['is disabled', ({ fleet }) => fleet.change('a', { enabled: false })],
  ])('is not kept for the card that it was to be tried on again where that %s', async (_name, leave) => {
    const set = setUp([local('a', { vramTotalBytes: 8 * gib }), local('b', { vramTotalBytes: 8 * gib })]);
    const id = await set.submit();
    set.a.start(id);
    set.a.fail(id, oom);
    await set.clock.advance(0);
    set.fleet.change('a', { status: 'paused' });
    set.fleet.empty('a');
    await set.clock.advance(3000);
    expect(set.view(id)).toMatchObject({ state: 'queued', tries: 1 });
    leave(set);
    await set.clock.advance(0);
    expect(set.view(id)).toMatchObject({ state: 'assigned', instanceId: 'b', tries: 2 });
    expect(set.store.read(id)?.excludedInstanceIds).toEqual([]);
  });

  it('does not wait for a larger card that somebody switched off', async () => {
    const off = local('b', { vramTotalBytes: 24 * gib, status: 'stopped', readyAt: null });
    const set = setUp([local('a', { vramTotalBytes: 8 * gib }), off]);
    const id = await set.submit();
    await runOut(set, id);
    expect(set.view(id)).toMatchObject({ state: 'assigned', instanceId: 'a', tries: 2 });
  });

  it('spares those like it the second try on the card that is too small even when empty', async () => {
    const set = setUp([local('a', { vramTotalBytes: 8 * gib })]);
    const [first, second] = [await set.submit(), await set.submit()];
    await runOut(set, first);
    await runOut(set, first);
    expect(set.view(first).state).toBe('parked');
    await runOut(set, second);
    expect(set.view(second)).toMatchObject({ state: 'parked', tries: 1, reason: { code: 'out-of-memory' } });
    await set.jobs.retry({ jobIds: [first] });
    await set.clock.advance(0);
    expect(set.view(first)).toMatchObject({ state: 'assigned', tries: 1 });
    set.a.start(first);
    set.a.succeed(first);
    await set.clock.advance(0);
    expect(set.view(first).state).toBe('succeeded');
    const third = await set.submit();
    await runOut(set, third);
    expect(set.view(third)).toMatchObject({ state: 'assigned', tries: 2 });
  });

  it('teaches those like it where it was kept on a card that is too small', async () => {
    const cards = [local('a', { vramTotalBytes: 8 * gib }), local('b', { vramTotalBytes: 24 * gib })];
    const set = setUp(cards);
    const id = await set.submit({ instanceId: 'a' });
    await runOut(set, id);
    await runOut(set, id);
    expect(set.view(id).state).toBe('parked');
    expect(set.view(await set.submit())).toMatchObject({ state: 'assigned', instanceId: 'b' });
    expect(set.view(await set.submit()).state).toBe('queued');
  });

  it('is not kept by an instance that does not say that it is empty', async () => {
    const set = setUp([local('a', { vramTotalBytes: 8 * gib })]);
    const id = await set.submit();
    set.a.start(id);
    set.a.fail(id, oom);
    await set.clock.advance(2000);
    expect(set.view(id)).toMatchObject({ state: 'assigned', tries: 2 });
  });

  it('is cancelled while its card is emptied', async () => {
    const set = setUp([local('a', { vramTotalBytes: 8 * gib })]);
    const id = await set.submit();
    set.a.start(id);
    set.a.fail(id, oom);
    await set.clock.advance(0);
    const cancelled = set.jobs.cancel(id);
    await set.clock.advance(2000);
    await expect(cancelled).resolves.toMatchObject({ state: 'cancelled' });
    expect(set.a.submissions).toHaveLength(1);
  });

  it('that is not tried again: any other error of a node', async () => {
    const set = setUp([local('a'), local('b')]);
    const id = await set.submit();
    set.a.start(id);
    set.a.fail(id, { ...oom, exception_type: 'ValueError', exception_message: 'no' });
    await set.clock.advance(3000);
    expect(set.view(id)).toMatchObject({ state: 'failed', tries: 1, error: { code: 'JOB_NODE_FAILED' } });
  });
});
