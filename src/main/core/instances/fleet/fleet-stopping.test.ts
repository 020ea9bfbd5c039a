import { describe, expect, test } from 'vitest';
import { settle } from '../testing/fake-clock.fixture.ts';
import { codeOf, createFleetWorld, local, lossesOf } from '../testing/fleet-world.fixture.ts';

describe('a stop', () => {
  test('takes its three steps, and reports what survives them', async () => {
    const world = await createFleetWorld([local('one')]);
    const process = await world.startReady('one');
    process.ignore('SIGINT', 'SIGTERM');
    process.leaveBehind({ pid: 99, name: 'ffmpeg' }, { isImmortal: true });
    world.fleet.stop('one', { drain: false });
    await world.clock.advance(10_000);
    expect(process.signals).toEqual(['SIGINT', 'SIGTERM']);
    await world.clock.advance(5_000);
    expect(process.signals).toEqual(['SIGINT', 'SIGTERM', 'SIGKILL']);
    expect(world.state('one')).toMatchObject({ kind: 'stopping', step: 'verify' });
    await world.clock.advance(5_000);
    expect(world.fleet.get('one')).toMatchObject({
      status: 'stopped',
      warnings: [
        {
          code: 'PROCESS_SURVIVED_STOP',
          details: { port: 8188, processes: [{ pid: 99, name: 'ffmpeg' }], listener: null },
        },
      ],
    });
    world.fleet.start('one');
    await settle();
    expect(world.fleet.get('one').warnings).toEqual([]);
  });

  test('kills the grandchildren that ignored it', async () => {
    const world = await createFleetWorld([local('one')]);
    const process = await world.startReady('one');
    process.leaveBehind({ pid: 99, name: 'ffmpeg' });
    world.fleet.stop('one', { drain: false });
    await world.clock.advance(1_000);
    expect(world.fleet.get('one')).toMatchObject({ status: 'stopped', warnings: [] });
    expect(await process.survivors()).toEqual([]);
  });

  test('with drain waits for the running jobs', async () => {
    const world = await createFleetWorld([local('one')]);
    const process = await world.startReady('one');
    world.fleet.jobStarted('one', 'a');
    world.fleet.jobStarted('one', 'b');
    world.fleet.stop('one', { drain: true });
    world.fleet.jobEnded('one', 'a', 'succeeded');
    await world.clock.advance(60_000);
    expect(world.fleet.get('one')).toMatchObject({ status: 'running', draining: 'stop' });
    expect(process.signals).toEqual([]);
    world.fleet.jobEnded('one', 'b', 'failed');
    await settle();
    expect(world.fleet.get('one')).toMatchObject({
      status: 'stopped',
      statistics: { totalWorkflows: 2, successfulWorkflows: 1, failedWorkflows: 1 },
    });
    expect(lossesOf(world)).toMatchObject([{ cause: 'stopped', jobIds: [] }]);
  });

  test('with drain but without a job does not wait', async () => {
    const world = await createFleetWorld([local('one')]);
    await world.startReady('one');
    world.fleet.stop('one', { drain: true });
    await settle();
    expect(world.state('one')).toMatchObject({ kind: 'stopped' });
  });

  test('during the spawn ends the process that comes of it', async () => {
    const world = await createFleetWorld([local('one')]);
    const open = world.host.hold();
    world.fleet.start('one');
    await settle();
    world.fleet.stop('one', { drain: false });
    expect(world.state('one')).toMatchObject({ kind: 'stopping' });
    open();
    await settle();
    expect(world.state('one')).toMatchObject({ kind: 'stopped' });
    expect(world.host.living()).toEqual([]);
    expect(world.stores.records.size).toBe(0);
  });

  test('before the spawn spawns nothing', async () => {
    let plan: () => void = () => {};
    const planned = new Promise<void>((resolve) => {
      plan = resolve;
    });
    const world = await createFleetWorld([local('one')], {
      planLaunch: async (configuration) => {
        await planned;
        return {
          instanceId: configuration.id,
          command: 'python',
          arguments: [],
          environment: {},
          workingFolder: '/',
          foldersToCreate: [],
          port: 8188,
        };
      },
    });
    world.fleet.start('one');
    await settle();
    world.fleet.stop('one', { drain: false });
    plan();
    await settle();
    expect(world.state('one')).toMatchObject({ kind: 'stopped' });
    expect(world.host.processes()).toEqual([]);
  });

  test('and a start in one is a restart', async () => {
    const world = await createFleetWorld([local('one')]);
    await world.startReady('one');
    world.fleet.restart('one');
    await settle();
    await world.comesUp('one');
    expect(world.state('one')).toMatchObject({ kind: 'ready', pid: 4001 });
  });
});

describe('pause', () => {
  test('takes an instance out of the choice and brings it back', async () => {
    const world = await createFleetWorld([local('one')]);
    expect(await codeOf(() => world.fleet.pause('one'))).toBe('INSTANCE_NOT_RUNNING');
    await world.startReady('one');
    expect(await codeOf(() => world.fleet.resume('one'))).toBe('INSTANCE_BUSY');
    expect(world.fleet.pause('one')).toMatchObject({ status: 'paused', health: 'healthy' });
    expect(world.fleet.pause('one')).toMatchObject({ status: 'paused' });
    world.events.length = 0;
    expect(world.fleet.resume('one')).toMatchObject({ status: 'running' });
    expect(world.events).toEqual([{ type: 'available', instanceId: 'one' }]);
  });

  test('outlives a crash', async () => {
    const world = await createFleetWorld([local('one')]);
    const process = await world.startReady('one');
    world.fleet.pause('one');
    process.exit({ code: 1, signal: null });
    await world.clock.advance(1_000);
    await world.comesUp('one');
    expect(world.fleet.get('one')).toMatchObject({ status: 'paused' });
  });
});
