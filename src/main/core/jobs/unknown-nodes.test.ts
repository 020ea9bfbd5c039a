import { describe, expect, it } from 'vitest';
import type { NodeCatalog } from '#core/ports/comfy-reader.ts';
import { createWorld, local, type OpenedWorld, openWorld, prompt } from './jobs-world.fixture.ts';

/** What an instance tells whose ImageInvert calls a paid service, or does not. */
const catalogWith = (fields: Readonly<Record<string, unknown>>): NodeCatalog => ({
  nodes: new Map([['ImageInvert', fields]]),
  classes: new Set(Object.values(prompt).map((node) => node.class_type)),
  outputClasses: new Set(['SaveImage']),
  combos: new Map(),
});

const paid = catalogWith({ api_node: true });
const harmless = catalogWith({});

/** Two instances whose nodes cannot be read. */
const openUnread = (): OpenedWorld => {
  const world = createWorld([local('a'), local('b', { status: 'paused' })]);
  for (const name of ['a', 'b']) world.comfy.instance(`http://${name}`).catalog = null;
  return openWorld(world);
};

/** A job begins on instance a, and a dies with it. */
const loseOne = async (set: OpenedWorld, meanwhile: () => Promise<void> = async () => undefined): Promise<string> => {
  const id = await set.submit();
  set.a.start(id);
  await meanwhile();
  set.a.die();
  set.fleet.lose('a');
  set.fleet.change('b', { status: 'running' });
  await set.clock.advance(0);
  return id;
};

/** The instance can be asked for its nodes again, as in a new run of its program. */
const tell = async (set: OpenedWorld, name: 'a' | 'b', catalog: NodeCatalog): Promise<void> => {
  set[name].catalog = catalog;
  set.fleet.change(name, { readyAt: set.clock.now() + 1 });
  await set.clock.advance(0);
};

describe('a job of whose nodes nobody knew at its submission', () => {
  it('is not run again where its own instance has told by the time that it dies', async () => {
    const set = openUnread();
    const id = await loseOne(set, () => tell(set, 'a', paid));
    expect(set.jobs.record(id)?.order.repeatable).toBe(true);
    expect(set.view(id)).toMatchObject({ state: 'failed', error: { code: 'JOB_NOT_REPEATED' } });
    expect(set.b.submissions).toEqual([]);
    expect(set.inputs.held.get('up-1')).toBe(0);
  });

  it('waits where nobody has told by then, and is not run again where that turns out to cost something', async () => {
    const set = openUnread();
    const id = await loseOne(set);
    await set.clock.advance(20_000);
    expect(set.view(id)).toMatchObject({ state: 'queued', reason: { code: 'instance-died' }, deaths: 1 });
    await tell(set, 'b', paid);
    expect(set.view(id)).toMatchObject({
      state: 'failed',
      error: { code: 'JOB_NOT_REPEATED', details: { instanceId: 'a', cause: 'PROCESS_EXITED' } },
    });
    expect(set.b.submissions).toEqual([]);
    expect(set.jobs.remaining()).toBe(0);
  });

  it('runs again as soon as an instance tells that it harms nobody, before what came after it', async () => {
    const set = openUnread();
    const id = await loseOne(set);
    const later = await set.submit();
    expect(set.view(later).state).toBe('queued');
    await tell(set, 'b', harmless);
    expect(set.view(id)).toMatchObject({ state: 'assigned', instanceId: 'b', tries: 2 });
    expect(set.view(later).state).toBe('queued');
  });

  it('keeps an instance that never tells from the others for a moment only', async () => {
    const set = openUnread();
    const id = await loseOne(set);
    const later = await set.submit();
    await set.clock.advance(6000);
    expect(set.view(later)).toMatchObject({ state: 'assigned', instanceId: 'b' });
    expect(set.view(id).state).toBe('queued');
    await set.jobs.cancel(id);
    expect(set.view(id).state).toBe('cancelled');
  });

  it('is still in doubt for the next studio', async () => {
    const set = openUnread();
    const id = await loseOne(set);
    await set.clock.advance(1000);
    set.kill();
    const next = openWorld(set.world);
    await set.clock.advance(0);
    expect(next.view(id).state).toBe('queued');
    await tell(next, 'b', paid);
    expect(next.view(id)).toMatchObject({ state: 'failed', error: { code: 'JOB_NOT_REPEATED' } });
    expect(set.b.submissions).toEqual([]);
  });

  it('is in doubt for a studio that finds its instance gone, until that has asked', async () => {
    const set = openUnread();
    const id = await set.submit();
    set.a.start(id);
    await set.clock.advance(1000);
    set.kill();
    set.a.die();
    set.fleet.lose('a');
    const next = openWorld(set.world);
    set.fleet.change('b', { status: 'running' });
    await set.clock.advance(0);
    expect(next.view(id)).toMatchObject({ state: 'queued', reason: { code: 'studio-restarted' } });
    await tell(next, 'b', paid);
    expect(next.view(id)).toMatchObject({ state: 'failed', error: { code: 'JOB_NOT_REPEATED' } });
  });

  it('runs at once where it cannot have begun', async () => {
    const set = openUnread();
    set.a.uploadsHang = true;
    const id = await set.submit({ inputs: [{ name: 'fox.png', uploadId: 'up-1' }] });
    set.a.die();
    set.fleet.lose('a');
    set.fleet.change('b', { status: 'running' });
    await set.clock.advance(0);
    expect(set.view(id)).toMatchObject({ state: 'assigned', instanceId: 'b' });
  });
});

it('a class that the user named since its submission keeps a job from being run again', async () => {
  const world = createWorld([local('a'), local('b')]);
  const named: string[] = [];
  const set = openWorld(world, { settings: { gatewayUnrepeatableClasses: named } });
  const id = await loseOne(set, async () => {
    named.push('SaveImage');
  });
  expect(set.view(id)).toMatchObject({ state: 'failed', error: { code: 'JOB_NOT_REPEATED' } });
});

it('a job that is known to cost something runs once, as any other', async () => {
  const world = createWorld([local('a'), local('b', { status: 'paused' })]);
  for (const name of ['a', 'b']) world.comfy.instance(`http://${name}`).catalog = paid;
  const set = openWorld(world);
  await set.clock.advance(0);
  const id = await set.submit();
  set.a.start(id);
  set.a.succeed(id);
  await set.clock.advance(1000);
  expect(set.view(id)).toMatchObject({ state: 'succeeded', tries: 1 });
  const lost = await loseOne(set);
  expect(set.view(lost)).toMatchObject({ state: 'failed', tries: 1, error: { code: 'JOB_NOT_REPEATED' } });
  expect(set.b.submissions).toEqual([]);
});
