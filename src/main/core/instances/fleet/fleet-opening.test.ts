import { describe, expect, test } from 'vitest';
import { settle } from '../testing/fake-clock.fixture.ts';
import { createFleetWorld, local } from '../testing/fleet-world.fixture.ts';

describe('a new studio', () => {
  const auto = { autoStart: true };

  test('starts what starts by itself, in order', async () => {
    const world = await createFleetWorld([
      local('a', { ...auto, port: 1 }),
      local('b', { port: 2 }),
      local('c', { ...auto, port: 3 }),
      local('d', { ...auto, port: 4, enabled: false }),
    ]);
    await settle();
    await world.comesUp('a');
    expect(world.host.living().map(({ plan }) => plan.instanceId)).toEqual(['a', 'c']);
  });

  test('adopts what survived the last one, without a restart', async () => {
    const world = await createFleetWorld([local('one', auto)]);
    await settle();
    const process = await world.comesUp('one');
    const { launchedAt } = world.stores.records.get('one') ?? {};
    world.events.length = 0;
    await world.killStudioAndReopen();
    expect(world.events).toEqual([{ type: 'available', instanceId: 'one' }]);
    expect(world.fleet.get('one')).toMatchObject({
      status: 'running',
      pid: process.identity.pid,
      state: { kind: 'ready', adopted: true, readyAt: launchedAt, version: '0.33.0' },
    });
    expect(world.host.processes()).toHaveLength(1);
    expect(process.signals).toEqual([]);
    process.exit({ code: null, signal: null });
    await settle();
    expect(world.state('one')).toMatchObject({ kind: 'waiting', lastExit: { code: null, requested: false } });
  });

  test('stops a mute survivor and starts it again where it starts by itself', async () => {
    const world = await createFleetWorld([local('one', auto)]);
    await settle();
    const process = await world.comesUp('one');
    process.ignore('SIGINT', 'SIGTERM');
    world.comfy.at('http://127.0.0.1:8188').mode = 'mute';
    await world.killStudioAndReopen();
    expect(world.state('one')).toMatchObject({ kind: 'stopping', thenRestart: true });
    await world.clock.advance(20_000);
    expect(process.isAlive()).toBe(false);
    await world.comesUp('one');
    expect(world.state('one')).toMatchObject({ kind: 'ready', adopted: false });
  });

  test('does not take a stranger on the port for the survivor', async () => {
    const world = await createFleetWorld([local('one')]);
    await world.startReady('one');
    world.comfy.at('http://127.0.0.1:8188').arguments = ['main.py', '--port', '1234'];
    await world.killStudioAndReopen();
    await world.clock.advance(20_000);
    expect(world.state('one')).toMatchObject({ kind: 'stopped' });
    expect(world.host.living()).toEqual([]);
  });

  test('forgets records of processes that are gone, and of pids that belong to others', async () => {
    const world = await createFleetWorld([local('one'), local('two', { port: 2 })]);
    const process = await world.startReady('one');
    const record = world.stores.records.get('one');
    if (record === undefined) throw new Error('no record was written');
    world.stores.records.set('two', { ...record, instanceId: 'two' });
    world.stores.records.set('one', { ...record, startTime: 'another' });
    await world.killStudioAndReopen();
    await settle();
    expect(world.stores.records.size).toBe(0);
    expect(process.signals).toEqual([]);
    expect(world.state('one')).toMatchObject({ kind: 'stopped' });
  });

  test('ends processes whose instance is gone', async () => {
    const world = await createFleetWorld([local('one')]);
    const process = await world.startReady('one');
    world.stores.document = { instances: [], activeInstanceId: null };
    await world.killStudioAndReopen();
    await settle();
    expect(process.isAlive()).toBe(false);
    expect(world.stores.records.size).toBe(0);
  });
});
