import { describe, expect, test } from 'vitest';
import { settle } from '../testing/fake-clock.fixture.ts';
import {
  codeOf,
  createFleetWorld,
  elsewhere,
  type FleetWorld,
  local,
  lossesOf,
} from '../testing/fleet-world.fixture.ts';

const busyWorld = async (): Promise<FleetWorld> => {
  const world = await createFleetWorld([local('one')]);
  await world.startReady('one');
  world.fleet.jobStarted('one', 'a');
  world.events.length = 0;
  return world;
};

describe('drain', () => {
  test('shows what follows, waits for the jobs without a limit, and then pauses', async () => {
    const world = await busyWorld();
    world.fleet.jobStarted('one', 'b');
    expect(world.fleet.drain('one', 'pause')).toMatchObject({ status: 'running', draining: 'pause' });
    await world.clock.advance(3_600_000);
    world.fleet.jobEnded('one', 'a', 'succeeded');
    expect(world.fleet.get('one')).toMatchObject({ status: 'running', draining: 'pause' });
    world.fleet.jobEnded('one', 'b', 'succeeded');
    expect(world.fleet.get('one')).toMatchObject({ status: 'paused', draining: null });
    expect(world.events).toEqual([]);
  });

  test('without a job pauses at once', async () => {
    const world = await createFleetWorld([local('one')]);
    await world.startReady('one');
    expect(world.fleet.drain('one', 'pause')).toMatchObject({ status: 'paused', draining: null });
  });

  test('restarts when the jobs have ended, and none is lost', async () => {
    const world = await busyWorld();
    world.fleet.drain('one', 'restart');
    world.fleet.jobEnded('one', 'a', 'failed');
    await settle();
    await world.comesUp('one');
    expect(world.fleet.get('one')).toMatchObject({ status: 'running', draining: null, pid: 4001 });
    expect(lossesOf(world)).toMatchObject([{ cause: 'stopped', jobIds: [] }]);
  });

  test('is over when somebody resumes it, which is news to whoever hands out work', async () => {
    const world = await busyWorld();
    world.fleet.drain('one', 'stop');
    expect(world.fleet.resume('one')).toMatchObject({ status: 'running', draining: null });
    expect(world.events).toEqual([{ type: 'available', instanceId: 'one' }]);
    world.fleet.jobEnded('one', 'a', 'succeeded');
    await settle();
    expect(world.fleet.get('one')).toMatchObject({ status: 'running' });
  });

  test('survives a hiccup of its health, and ends with a crash in what was wished for', async () => {
    const world = await busyWorld();
    world.fleet.drain('one', 'stop');
    world.comfy.at('http://127.0.0.1:8188').mode = 'refuses';
    await world.clock.advance(6_000);
    expect(world.fleet.get('one')).toMatchObject({ health: 'degraded', draining: 'stop' });
    world.host.processOf('one').exit({ code: 1, signal: null });
    await settle();
    expect(world.fleet.get('one')).toMatchObject({ status: 'stopped', draining: null });
    expect(lossesOf(world)).toMatchObject([{ cause: 'crashed', jobIds: ['a'] }]);
  });

  test('is told no where it makes no sense', async () => {
    const world = await createFleetWorld([local('one'), elsewhere()]);
    world.comfy.at('https://far.example:8443').mode = 'answers';
    await world.clock.advance(5_000);
    expect(await codeOf(() => world.fleet.drain('one', 'pause'))).toBe('INSTANCE_NOT_RUNNING');
    expect(await codeOf(() => world.fleet.drain('none', 'pause'))).toBe('INSTANCE_NOT_FOUND');
    expect(await codeOf(() => world.fleet.drain('far', 'stop'))).toBe('INSTANCE_REMOTE');
    expect(await codeOf(() => world.fleet.drain('far', 'restart'))).toBe('INSTANCE_REMOTE');
    expect(world.fleet.drain('far', 'pause')).toMatchObject({ status: 'paused' });
    await world.startReady('one');
    await world.fleet.update({ ...local('one'), enabled: false });
    expect(await codeOf(() => world.fleet.drain('one', 'restart'))).toBe('INSTANCE_DISABLED');
    expect(world.fleet.get('one')).toMatchObject({ draining: null });
  });
});

describe('free', () => {
  const emptied = { type: 'emptied', instanceId: 'one' };

  test('asks the instance and tells that it holds nothing any more', async () => {
    const world = await busyWorld();
    await world.fleet.free('one');
    expect(world.comfy.requests.at(-1)).toMatchObject({ path: '/free', baseUrl: 'http://127.0.0.1:8188' });
    expect(world.events).toEqual([emptied]);
  });

  test('of a busy one is told again when its job has ended, since it waits for that', async () => {
    const world = await busyWorld();
    await world.fleet.free('one');
    world.fleet.jobEnded('one', 'a', 'succeeded');
    expect(world.events).toEqual([emptied, emptied, { type: 'available', instanceId: 'one' }]);
    world.events.length = 0;
    world.fleet.jobStarted('one', 'b');
    world.fleet.jobEnded('one', 'b', 'succeeded');
    expect(world.events).toEqual([{ type: 'available', instanceId: 'one' }]);
  });

  test('is for what runs, and says who could not be asked', async () => {
    const world = await createFleetWorld([local('one')]);
    expect(await codeOf(() => world.fleet.free('one'))).toBe('INSTANCE_NOT_RUNNING');
    await world.startReady('one');
    world.events.length = 0;
    world.comfy.at('http://127.0.0.1:8188').mode = 'refuses';
    expect(await codeOf(() => world.fleet.free('one'))).toBe('INSTANCE_UNREACHABLE');
    expect(world.events).toEqual([]);
  });

  test('by somebody else, or by running out of memory, shows in the log', async () => {
    const world = await createFleetWorld([local('one')]);
    world.fleet.start('one');
    await settle();
    world.logs.write('one', 'Using RAM pressure cache.\n');
    await world.comesUp('one');
    expect(world.events).toEqual([{ type: 'available', instanceId: 'one' }]);
    world.events.length = 0;
    world.logs.write('one', 'got prompt\nGot an OOM, unloading all loaded models.\n');
    world.logs.write('one', 'Using RAM pressure cache.\n');
    expect(world.events).toEqual([emptied, emptied]);
  });
});
