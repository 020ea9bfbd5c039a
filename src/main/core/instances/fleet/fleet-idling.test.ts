import { describe, expect, test } from 'vitest';
import type { InstanceConfiguration } from '#contract/models/instance.ts';
import { settle } from '../testing/fake-clock.fixture.ts';
import { createFleetWorld, elsewhere, type FleetWorld, local } from '../testing/fleet-world.fixture.ts';

const minute = 60_000;
const idle = { freeAfterMs: 10 * minute, stopAfterMs: 30 * minute, startOnDemand: true };
const address = 'http://127.0.0.1:8188';

const idleWorld = async (changes: Partial<InstanceConfiguration> = {}): Promise<FleetWorld> => {
  const world = await createFleetWorld([local('one', { idle, ...changes })]);
  await world.startReady('one');
  world.events.length = 0;
  return world;
};

const freed = ({ comfy }: FleetWorld): number => comfy.requests.filter(({ path }) => path === '/free').length;
/** Lets time pass in small steps, so that whatever is due in between happens in its order. */
const pass = async ({ clock }: FleetWorld, ms: number): Promise<void> => {
  for (let left = ms; left > 0; left -= minute) await clock.advance(Math.min(left, minute));
};

describe('an instance that has nothing to do', () => {
  test('is freed, once, and then stopped, and says why', async () => {
    const world = await idleWorld();
    await pass(world, 9.5 * minute);
    expect(freed(world)).toBe(0);
    await pass(world, 1 * minute);
    expect(freed(world)).toBe(1);
    expect(world.events).toEqual([{ type: 'emptied', instanceId: 'one' }]);
    await pass(world, 19 * minute);
    expect(world.fleet.get('one')).toMatchObject({ status: 'running' });
    await pass(world, 1 * minute);
    expect(freed(world)).toBe(1);
    expect(world.state('one')).toMatchObject({ kind: 'stopped', reason: null, idle: true });
    expect(world.host.living()).toEqual([]);
    world.fleet.start('one');
    await settle();
    world.fleet.stop('one', { drain: false });
    await settle();
    expect(world.state('one')).not.toHaveProperty('idle');
  });

  test('is left alone without a policy', async () => {
    const world = await idleWorld({ idle: { freeAfterMs: 0, stopAfterMs: 0, startOnDemand: true } });
    await pass(world, 600 * minute);
    expect(freed(world)).toBe(0);
    expect(world.fleet.get('one')).toMatchObject({ status: 'running' });
  });

  test('begins to wait when its last job has ended, and not before', async () => {
    const world = await idleWorld();
    world.fleet.jobStarted('one', 'a');
    world.fleet.jobStarted('one', 'b');
    await pass(world, 60 * minute);
    world.fleet.jobEnded('one', 'a', 'succeeded');
    await pass(world, 60 * minute);
    expect(freed(world)).toBe(0);
    world.fleet.jobEnded('one', 'b', 'succeeded');
    await pass(world, 9.5 * minute);
    expect(freed(world)).toBe(0);
    await pass(world, 1 * minute);
    expect(freed(world)).toBe(1);
  });

  test('is freed again after each time of work', async () => {
    const world = await idleWorld({ idle: { ...idle, stopAfterMs: 0 } });
    await pass(world, 40 * minute);
    expect(freed(world)).toBe(1);
    world.fleet.jobStarted('one', 'a');
    world.fleet.jobEnded('one', 'a', 'succeeded');
    await pass(world, 11 * minute);
    expect(freed(world)).toBe(2);
  });

  test('is not idle while others work on it, by its queue or by its log', async () => {
    // A queue that never moves would count as a hang.
    const world = await idleWorld({ enableQueueMonitoring: false });
    world.comfy.at(address).queueRemaining = 1;
    await pass(world, 300 * minute);
    expect(freed(world)).toBe(0);
    expect(world.fleet.get('one')).toMatchObject({ status: 'running' });
    world.comfy.at(address).queueRemaining = 0;
    for (let turn = 0; turn < 10; turn += 1) {
      await pass(world, 9 * minute);
      world.logs.write('one', 'got prompt\nPrompt executed in 0.52 seconds\n');
    }
    expect(freed(world)).toBe(0);
    await pass(world, 11 * minute);
    expect(freed(world)).toBe(1);
  });

  test('is neither freed nor stopped where it is paused', async () => {
    const world = await idleWorld();
    world.fleet.pause('one');
    await pass(world, 300 * minute);
    expect(freed(world)).toBe(0);
    expect(world.fleet.get('one')).toMatchObject({ status: 'paused' });
  });

  test('takes a changed policy at once', async () => {
    const world = await idleWorld();
    await pass(world, 8 * minute);
    await world.fleet.update(local('one', { idle: { ...idle, freeAfterMs: 5 * minute } }));
    await world.clock.advance(1_000);
    expect(freed(world)).toBe(1);
    await world.fleet.update(local('one'));
    await pass(world, 300 * minute);
    expect(world.fleet.get('one')).toMatchObject({ status: 'running' });
  });

  test('is not stopped when a job comes while it is asked', async () => {
    const world = await idleWorld({ idle: { freeAfterMs: 0, stopAfterMs: 10 * minute, startOnDemand: true } });
    world.comfy.at(address).mode = 'mute';
    await pass(world, 10 * minute);
    world.fleet.jobStarted('one', 'a');
    world.comfy.at(address).mode = 'answers';
    await pass(world, 1 * minute);
    expect(world.fleet.get('one')).toMatchObject({ status: 'running', runningJobIds: ['a'] });
  });

  test('is asked again a whole time later where it does not answer', async () => {
    const world = await idleWorld({ idle: { ...idle, stopAfterMs: 0 } });
    await pass(world, 9 * minute);
    world.comfy.at(address).mode = 'unauthorized';
    await world.clock.advance(minute);
    expect(freed(world)).toBe(0);
    world.comfy.at(address).mode = 'answers';
    await pass(world, 9 * minute);
    expect(freed(world)).toBe(0);
    await pass(world, 2 * minute);
    expect(freed(world)).toBe(1);
  });

  test('is left as it is by a studio that has left', async () => {
    const world = await idleWorld();
    await world.fleet.close({ keepInstances: true });
    await pass(world, 300 * minute);
    expect(freed(world)).toBe(0);
    expect(world.host.living()).toHaveLength(1);
  });

  test('is freed but never stopped where somebody else runs it', async () => {
    const world = await createFleetWorld([elsewhere({ idle })]);
    world.comfy.at('https://far.example:8443').mode = 'answers';
    await pass(world, 60 * minute);
    expect(freed(world)).toBe(1);
    expect(world.fleet.get('far')).toMatchObject({ status: 'running' });
  });
});

describe('a start on demand', () => {
  test('brings back what was stopped, and nothing else', async () => {
    const world = await createFleetWorld([
      local('one', { idle }),
      local('two', { port: 8189 }),
      local('off', { port: 8190, idle, enabled: false }),
      elsewhere({ idle }),
    ]);
    const offers = () =>
      world.fleet
        .list()
        .filter(({ configuration }) => world.fleet.workFacts(configuration.id).startOnDemand)
        .map(({ configuration }) => configuration.id);
    expect(offers()).toEqual(['one']);
    for (const instanceId of ['one', 'two', 'off', 'far', 'none']) world.fleet.startOnDemand(instanceId);
    await settle();
    expect(world.host.living()).toHaveLength(1);
    expect(offers()).toEqual([]);
    await world.comesUp('one');
    world.fleet.startOnDemand('one');
    expect(world.fleet.get('one')).toMatchObject({ status: 'running' });
  });

  test('waits for its turn as every start does', async () => {
    const world = await createFleetWorld([local('one', { idle }), local('two', { port: 8189, idle })]);
    world.fleet.startOnDemand('one');
    world.fleet.startOnDemand('two');
    await settle();
    expect(world.host.living()).toHaveLength(1);
    expect(world.state('two')).toMatchObject({ kind: 'starting', phase: 'queued' });
    await world.comesUp('one');
    await settle();
    expect(world.host.living()).toHaveLength(2);
  });

  test('does nothing for a studio that is leaving', async () => {
    const world = await createFleetWorld([local('one', { idle })]);
    await world.fleet.close({ keepInstances: false });
    world.fleet.startOnDemand('one');
    await settle();
    expect(world.host.processes()).toEqual([]);
  });
});

describe('what is known of an instance that does not run', () => {
  test('is its device, until another one is chosen, and how long it takes to start', async () => {
    const world = await createFleetWorld([local('one', { idle })]);
    expect(world.fleet.workFacts('one')).toEqual({
      device: null,
      startOnDemand: true,
      coldStartMs: 30_000,
      cachedPrompts: 1,
    });
    world.fleet.start('one');
    await settle();
    await world.clock.advance(8_000);
    await world.comesUp('one');
    world.fleet.stop('one', { drain: false });
    await settle();
    expect(world.fleet.get('one')).toMatchObject({ status: 'stopped', device: null });
    const { device, coldStartMs } = world.fleet.workFacts('one');
    expect(device).toMatchObject({ name: 'cpu', vramTotalBytes: 25_276_510_208 });
    expect(coldStartMs).toBeGreaterThanOrEqual(8_000);
    expect(coldStartMs).toBeLessThan(9_000);
    await world.fleet.update(local('one', { idle, gpuDevice: 'cpu' }));
    expect(world.fleet.workFacts('one').device).toBeNull();
  });
});
