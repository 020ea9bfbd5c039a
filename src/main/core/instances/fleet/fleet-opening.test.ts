import { describe, expect, test } from 'vitest';
import { settle } from '../testing/fake-clock.fixture.ts';
import type { FakeProcess } from '../testing/fake-process-host.fixture.ts';
import { createFleetWorld, type FleetWorld, local, lossesOf } from '../testing/fleet-world.fixture.ts';

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

  describe('with a mute survivor', () => {
    const address = 'http://127.0.0.1:8188';

    const reopenWithMute = async (restartPolicy: 'on-failure' | 'never' = 'on-failure') => {
      const world = await createFleetWorld([local('one', { restartPolicy }), local('two', { port: 2 })]);
      const process = await world.startReady('one');
      await world.startReady('two');
      world.machine.cpuTimes.set(process.identity.pid, 1_000);
      world.comfy.at(address).mode = 'mute';
      world.events.length = 0;
      const before = world.clock.now();
      await world.killStudioAndReopen();
      return { world, process, tookMs: world.clock.now() - before };
    };

    const spin = async (world: FleetWorld, { identity }: FakeProcess, seconds: number): Promise<void> => {
      for (let second = 1; second <= seconds; second += 1) {
        world.machine.cpuTimes.set(identity.pid, 1_000 + second * 900);
        await world.clock.advance(1_000);
      }
    };

    test('is open within three seconds, the others at work and the mute one in doubt', async () => {
      const { world, process, tookMs } = await reopenWithMute();
      expect(tookMs).toBeLessThanOrEqual(3_000);
      expect(world.fleet.get('two')).toMatchObject({ health: 'healthy', state: { kind: 'ready', adopted: true } });
      expect(world.fleet.get('one')).toMatchObject({
        status: 'running',
        health: 'unhealthy',
        pid: process.identity.pid,
        state: { kind: 'unresponsive' },
      });
      expect(world.events).toEqual([{ type: 'available', instanceId: 'two' }]);
    });

    test('kills one that stays mute without working, and starts it again', async () => {
      const { world, process } = await reopenWithMute();
      world.fleet.jobStarted('one', 'job-1');
      await world.clock.advance(12_000);
      expect(process.signals).toEqual([]);
      await world.clock.advance(10_000);
      expect(process.signals).toEqual(['SIGKILL']);
      expect(lossesOf(world)).toMatchObject([{ cause: 'hung', jobIds: ['job-1'] }]);
      await world.comesUp('one');
      expect(world.fleet.get('one')).toMatchObject({ status: 'running', statistics: { restarts: 1 } });
      expect(world.state('one')).toMatchObject({ kind: 'ready', adopted: false });
    });

    test('does not start one again that is never to be', async () => {
      const { world } = await reopenWithMute('never');
      await world.clock.advance(30_000);
      expect(world.state('one')).toMatchObject({ kind: 'failed', reason: { code: 'INSTANCE_HUNG' } });
    });

    test('waits for one that works, and takes it over with its device when it answers', async () => {
      const { world, process } = await reopenWithMute();
      await spin(world, process, 25);
      expect(process.signals).toEqual([]);
      world.comfy.at(address).mode = 'answers';
      await world.clock.advance(10_000);
      expect(world.fleet.get('one')).toMatchObject({
        health: 'healthy',
        device: { type: 'cpu' },
        state: { kind: 'ready', adopted: true, version: '0.33.0', pid: process.identity.pid },
      });
      expect(world.events).toContainEqual({ type: 'available', instanceId: 'one' });
      expect(world.host.processes()).toHaveLength(2);
    });

    test('kills one that works and answers nothing before its jobs are given to others', async () => {
      const { world, process } = await reopenWithMute();
      await spin(world, process, 44);
      expect(process.signals).toEqual(['SIGKILL']);
    });

    test('has patience with it as with any other once it has answered', async () => {
      const { world, process } = await reopenWithMute();
      const server = world.comfy.at(address);
      server.mode = 'answers';
      await world.clock.advance(10_000);
      server.mode = 'mute';
      await world.clock.advance(25_000);
      expect(process.signals).toEqual([]);
      await world.clock.advance(20_000);
      expect(process.signals).toEqual(['SIGKILL']);
    });

    test('does not believe a stranger that answers in its place', async () => {
      const { world, process } = await reopenWithMute();
      world.machine.ports.set(8188, { pid: 1, name: 'stranger' });
      world.comfy.at(address).mode = 'answers';
      await world.clock.advance(15_000);
      expect(process.signals).toEqual(['SIGKILL']);
      expect(world.fleet.get('one').health).toBeNull();
    });
  });

  test('starts a survivor again whose port a stranger has', async () => {
    const world = await createFleetWorld([local('one')]);
    const process = await world.startReady('one');
    world.comfy.at('http://127.0.0.1:8188').arguments = ['main.py', '--port', '1234'];
    await world.killStudioAndReopen();
    expect(process.signals).toEqual(['SIGINT']);
    await world.comesUp('one');
    expect(world.state('one')).toMatchObject({ kind: 'ready', adopted: false });
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
