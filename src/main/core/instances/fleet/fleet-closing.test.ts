import { describe, expect, test } from 'vitest';
import { settle } from '../testing/fake-clock.fixture.ts';
import { codeOf, createFleetWorld, elsewhere, local } from '../testing/fleet-world.fixture.ts';

describe('leaving', () => {
  test('stops everything and reports it, once', async () => {
    const world = await createFleetWorld([local('a', { port: 1 }), local('b', { port: 2 }), elsewhere()]);
    await world.startReady('a');
    const closing = world.fleet.close({ keepInstances: false });
    expect(world.fleet.close({ keepInstances: true })).toBe(closing);
    expect(await codeOf(() => world.fleet.start('b'))).toBe('INSTANCE_BUSY');
    expect(world.fleet.startAll()).toEqual([]);
    expect(await closing).toEqual({ stopped: ['a'], kept: [], survivors: [] });
    expect(world.host.living()).toEqual([]);
    expect(world.clock.pending()).toBe(0);
  });

  test('keeps what runs for the next studio, and ends what is on its way', async () => {
    const world = await createFleetWorld([local('a', { port: 1 }), local('b', { port: 2 }), local('c', { port: 3 })]);
    const kept = await world.startReady('a');
    const crashed = await world.startReady('b');
    crashed.exit({ code: 1, signal: null });
    await settle();
    expect(await world.fleet.close({ keepInstances: true })).toEqual({ stopped: ['b'], kept: ['a'], survivors: [] });
    expect(kept.isAlive()).toBe(true);
    expect(kept.isReleased()).toBe(true);
    expect([...world.stores.records.keys()]).toEqual(['a']);
    expect(world.clock.pending()).toBe(0);
    await world.reopen();
    expect(world.state('a')).toMatchObject({ kind: 'ready', adopted: true });
    expect(world.state('b')).toMatchObject({ kind: 'stopped' });
  });

  test('has one deadline for all: who ignores the signals is killed shortly before it', async () => {
    const world = await createFleetWorld([local('a', { port: 1 }), local('b', { port: 2 })]);
    const processes = [await world.startReady('a'), await world.startReady('b')];
    for (const process of processes) process.ignore('SIGINT', 'SIGTERM');
    const begun = world.clock.now();
    const closing = world.fleet.close({ keepInstances: false, timeoutMs: 6_000 });
    await world.clock.advance(3_999);
    expect(world.host.living()).toHaveLength(2);
    await world.clock.advance(1);
    expect(world.host.living()).toHaveLength(0);
    expect(await closing).toEqual({ stopped: ['a', 'b'], kept: [], survivors: [] });
    expect(world.clock.now() - begun).toBeLessThanOrEqual(6_000);
  });

  test('leaves in time even where nothing helps, and says so', async () => {
    const world = await createFleetWorld([local('one')]);
    const process = await world.startReady('one');
    process.ignore('SIGINT', 'SIGTERM', 'SIGKILL');
    const closing = world.fleet.close({ keepInstances: false, timeoutMs: 6_000 });
    await world.clock.advance(6_000);
    expect(await closing).toMatchObject({
      stopped: ['one'],
      survivors: [{ instanceId: 'one', reason: { code: 'PROCESS_SURVIVED_STOP' } }],
    });
    expect(world.clock.pending()).toBe(0);
  });

  test('does not let a spawn under way come up ownerless', async () => {
    const world = await createFleetWorld([local('one')]);
    const open = world.host.hold();
    world.fleet.start('one');
    await settle();
    const closing = world.fleet.close({ keepInstances: true, timeoutMs: 3_000 });
    await world.clock.advance(3_000);
    await closing;
    open();
    await settle();
    expect(world.host.living()).toEqual([]);
  });
});
