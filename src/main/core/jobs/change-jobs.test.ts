import { describe, expect, it } from 'vitest';
import { StudioError } from '#contract/errors.ts';
import { local, openWorld, setUp } from './jobs-world.fixture.ts';

/** Jobs that all wait, by their titles. */
const waitingSet = async (titles: readonly string[], fields: Readonly<Record<string, unknown>> = {}) => {
  const set = setUp([local('a', { status: 'paused' }), local('b', { status: 'paused' })]);
  const ids = new Map<string, string>();
  for (const title of titles) ids.set(title, await set.submit({ title, ...fields }));
  const idOf = (title: string): string => ids.get(title) ?? '';
  return { ...set, idOf, idsOf: (...wanted: readonly string[]) => wanted.map(idOf) };
};

describe('moving jobs', () => {
  it.each<[string, readonly string[], string, readonly string[]]>([
    ['to the front', ['c'], 'front', ['c', 'a', 'b', 'd']],
    ['to the end', ['a'], 'end', ['b', 'c', 'd', 'a']],
    ['before another', ['d'], 'b', ['a', 'd', 'b', 'c']],
    ['in the order given', ['d', 'a'], 'c', ['b', 'd', 'a', 'c']],
    ['before one of themselves', ['a', 'b'], 'b', ['a', 'b', 'c', 'd']],
    ['all of them', ['d', 'c', 'b', 'a'], 'front', ['d', 'c', 'b', 'a']],
    ['once each', ['c', 'c'], 'front', ['c', 'a', 'b', 'd']],
  ])('%s', async (_name, moved, to, order) => {
    const { idOf, idsOf, jobs, store, waiting, world } = await waitingSet(['a', 'b', 'c', 'd']);
    const target = to === 'front' || to === 'end' ? to : { before: idOf(to) };
    await expect(jobs.move({ jobIds: idsOf(...moved), to: target })).resolves.toBe(new Set(moved).size);
    expect(waiting()).toEqual(order);
    expect(store.read(idOf(moved[0] ?? ''))?.firm).toBe(true);
    expect(openWorld(world).waiting()).toEqual(order);
  });

  it('to the end stays before what comes later', async () => {
    const { idsOf, jobs, submit, waiting } = await waitingSet(['a', 'b']);
    await jobs.move({ jobIds: idsOf('a'), to: 'end' });
    await submit({ title: 'later' });
    expect(waiting()).toEqual(['b', 'a', 'later']);
  });

  it('takes the priority of the neighbour, and its kind', async () => {
    const { idOf, idsOf, jobs, submit, view, waiting } = await waitingSet(['a', 'b'], { kind: 'batch' });
    const urgent = await submit({ title: 'urgent', priority: 9 });
    await jobs.move({ jobIds: idsOf('b'), to: { before: urgent } });
    expect(waiting()).toEqual(['b', 'urgent', 'a']);
    expect(view(idOf('b'))).toMatchObject({ priority: 9, kind: 'interactive' });
  });

  it('goes on when no number fits between two any more', async () => {
    const { idOf, idsOf, jobs, submit, waiting } = await waitingSet(['a', 'b', 'c']);
    for (let turn = 0; turn < 120; turn += 1) {
      await jobs.move({ jobIds: idsOf(turn % 2 === 0 ? 'c' : 'b'), to: { before: idOf(turn % 2 === 0 ? 'b' : 'c') } });
    }
    expect(waiting()).toEqual(['a', 'b', 'c']);
    await submit({ title: 'later' });
    expect(waiting()).toEqual(['a', 'b', 'c', 'later']);
  });

  it('is refused for what does not wait, and nothing moves', async () => {
    const { clock, fleet, idOf, idsOf, jobs, waiting } = await waitingSet(['a', 'b', 'c']);
    await expect(jobs.move({ jobIds: ['nobody'], to: 'front' })).rejects.toMatchObject({ code: 'JOB_NOT_FOUND' });
    fleet.change('a', { status: 'running' });
    await clock.advance(0);
    const wrong = { jobIds: [idOf('c'), idOf('a')], to: 'front' } as const;
    await expect(jobs.move(wrong)).rejects.toMatchObject({ code: 'JOB_NOT_WAITING', details: { state: 'assigned' } });
    await expect(jobs.move({ jobIds: idsOf('c'), to: { before: idOf('a') } })).rejects.toMatchObject({
      code: 'JOB_NOT_WAITING',
    });
    expect(waiting()).toEqual(['b', 'c']);
  });

  it('that cannot be written is undone', async () => {
    const { clock, idsOf, jobs, store, waiting } = await waitingSet(['a', 'b', 'c']);
    await clock.advance(10);
    store.failWith(new StudioError('STORE_WRITE_FAILED'));
    await expect(jobs.move({ jobIds: idsOf('c'), to: 'front' })).rejects.toMatchObject({ code: 'STORE_WRITE_FAILED' });
    expect(waiting()).toEqual(['a', 'b', 'c']);
  });
});

describe('changing jobs', () => {
  it('gives another priority', async () => {
    const { idOf, idsOf, jobs, store, waiting } = await waitingSet(['a', 'b', 'c']);
    await expect(jobs.change({ jobIds: idsOf('b', 'c'), priority: 7 })).resolves.toBe(2);
    expect(waiting()).toEqual(['b', 'c', 'a']);
    expect(store.read(idOf('c'))?.view.priority).toBe(7);
  });

  it('gives another instance, or none in particular', async () => {
    const { clock, fleet, idOf, idsOf, jobs, view } = await waitingSet(['a'], { instanceId: 'a' });
    await jobs.change({ jobIds: idsOf('a'), instanceId: 'b' });
    fleet.change('a', { status: 'running' });
    await clock.advance(0);
    expect(view(idOf('a'))).toMatchObject({ state: 'queued', requestedInstanceId: 'b' });
    await jobs.change({ jobIds: idsOf('a'), instanceId: null });
    await clock.advance(0);
    expect(view(idOf('a'))).toMatchObject({ state: 'assigned', instanceId: 'a', requestedInstanceId: null });
  });

  it('is refused for an unknown instance and for what runs', async () => {
    const { clock, fleet, idsOf, jobs } = await waitingSet(['a']);
    const jobIds = idsOf('a');
    await expect(jobs.change({ jobIds, instanceId: 'gone' })).rejects.toMatchObject({ code: 'INSTANCE_NOT_FOUND' });
    fleet.change('a', { status: 'running' });
    await clock.advance(0);
    await expect(jobs.change({ jobIds, priority: 1 })).rejects.toMatchObject({ code: 'JOB_NOT_WAITING' });
  });

  it('that cannot be written is undone', async () => {
    const { clock, idsOf, jobs, store, waiting } = await waitingSet(['a', 'b']);
    await clock.advance(10);
    store.failWith(new StudioError('STORE_WRITE_FAILED'));
    const change = jobs.change({ jobIds: idsOf('b'), priority: 7 });
    await expect(change).rejects.toMatchObject({ code: 'STORE_WRITE_FAILED' });
    expect(waiting()).toEqual(['a', 'b']);
  });

  it('saves a job whose instance was deleted', async () => {
    const { clock, fleet, idOf, idsOf, jobs, view } = await waitingSet(['a'], { instanceId: 'b' });
    fleet.set([local('a')]);
    expect(view(idOf('a'))).toMatchObject({ state: 'parked', reason: { code: 'instance-deleted' } });
    await jobs.change({ jobIds: idsOf('a'), instanceId: null });
    expect(view(idOf('a')).state).toBe('parked');
    await jobs.retry({ jobIds: idsOf('a') });
    await clock.advance(0);
    expect(view(idOf('a'))).toMatchObject({ state: 'assigned', instanceId: 'a', error: null });
  });
});
