import { describe, expect, test } from 'vitest';
import { settle } from '../testing/fake-clock.fixture.ts';
import { createFleetWorld, type FleetWorld, local, lossesOf } from '../testing/fleet-world.fixture.ts';

describe('health', () => {
  const probed = async (): Promise<{ world: FleetWorld; server: ReturnType<FleetWorld['comfy']['at']> }> => {
    const world = await createFleetWorld([local('one')]);
    const process = await world.startReady('one');
    world.machine.cpuTimes.set(process.identity.pid, 1_000);
    await world.clock.advance(2_500);
    return { world, server: world.comfy.at('http://127.0.0.1:8188') };
  };

  test('degrades with one missed answer, is unhealthy with three, and comes back', async () => {
    const { world, server } = await probed();
    const health = () => world.fleet.get('one').health;
    server.mode = 'mute';
    await world.clock.advance(9_000);
    expect(health()).toBe('degraded');
    await world.clock.advance(5_000);
    expect(health()).toBe('degraded');
    await world.clock.advance(5_000);
    expect(health()).toBe('unhealthy');
    expect(world.state('one')).toMatchObject({ kind: 'unresponsive', reason: { code: 'INSTANCE_UNREACHABLE' } });
    server.mode = 'answers';
    await world.clock.advance(5_000);
    expect(world.fleet.get('one')).toMatchObject({ health: 'healthy', state: { kind: 'ready' } });
    expect(world.events.filter(({ type }) => type === 'available')).toHaveLength(2);
  });

  test('is not in doubt while the websocket shows life', async () => {
    const { world, server } = await probed();
    server.mode = 'mute';
    for (let second = 0; second < 60; second += 1) {
      world.fleet.noteActivity('one');
      await world.clock.advance(1_000);
    }
    expect(world.fleet.get('one').health).toBe('healthy');
    world.fleet.noteActivity('nobody');
  });

  test('of a process that is stopped dead is unhealthy within 20 s, and it is killed and started again', async () => {
    const { world, server } = await probed();
    world.fleet.jobStarted('one', 'job-1');
    server.queueRemaining = 1;
    server.mode = 'mute';
    await world.clock.advance(20_000);
    expect(world.fleet.get('one').health).toBe('unhealthy');
    await world.clock.advance(15_000);
    expect(world.host.processOf('one').isAlive()).toBe(true);
    expect(world.host.processes()).toHaveLength(2);
    expect(world.host.processes()[0]?.signals).toEqual(['SIGKILL']);
    expect(lossesOf(world)).toMatchObject([
      { cause: 'hung', jobIds: ['job-1'], reason: { code: 'INSTANCE_HUNG', details: { why: 'mute' } } },
    ]);
  });

  test('of one that answers but does not move its job is judged after 30 s', async () => {
    const { world, server } = await probed();
    server.queueRemaining = 1;
    const begun = world.clock.now();
    while (world.state('one').kind === 'ready') await world.clock.advance(250);
    expect(world.clock.now() - begun).toBeGreaterThanOrEqual(25_000);
    expect(world.clock.now() - begun).toBeLessThanOrEqual(36_000);
    expect(lossesOf(world)).toMatchObject([
      { cause: 'hung', reason: { details: { why: 'no-progress', queueRemaining: 1 } } },
    ]);
  });

  test.each([
    ['its processor works', (world: FleetWorld, at: number) => world.machine.cpuTimes.set(4000, at)],
    ['its log moves', (world: FleetWorld) => world.logs.write('one', ' 35%|███ | 7/20 [00:03<00:05,  2.31it/s]\r')],
    [
      'its queue moves',
      (world: FleetWorld, at: number) => {
        world.comfy.at('http://127.0.0.1:8188').queueRemaining = 1 + (at % 2);
      },
    ],
  ])('of a slow job is not in doubt while %s', async (_name, move) => {
    const { world, server } = await probed();
    server.queueRemaining = 1;
    for (let second = 0; second < 120; second += 1) {
      move(world, second * 1_000 + second);
      await world.clock.advance(1_000);
    }
    expect(world.state('one')).toMatchObject({ kind: 'ready' });
  });

  test('leaves the queue alone where it is not monitored', async () => {
    const world = await createFleetWorld([local('one', { enableQueueMonitoring: false })]);
    await world.startReady('one');
    world.machine.cpuTimes.set(4000, 1_000);
    world.comfy.at('http://127.0.0.1:8188').queueRemaining = 1;
    await world.clock.advance(300_000);
    expect(world.state('one')).toMatchObject({ kind: 'ready' });
  });

  test('brings its numbers along', async () => {
    const { world, server } = await probed();
    server.queueRemaining = 3;
    world.machine.cpuTimes.delete(4000);
    await world.clock.advance(5_000);
    expect(world.fleet.probeReading('one')).toEqual({ queueRemaining: 3, responseTimeMs: 0 });
    world.fleet.stop('one', { drain: false });
    await settle();
    expect(world.fleet.probeReading('one')).toEqual({ queueRemaining: null, responseTimeMs: null });
  });
});

describe('the GPU', () => {
  const card = (index: number, name: string) => ({
    index,
    uuid: `GPU-${index}${index}${index}${index}${index}${index}${index}${index}-0000-0000-0000-000000000000`,
    name,
    vendor: 'nvidia' as const,
    busId: null,
    memoryTotalBytes: 24 * 1024 ** 3,
    driverVersion: null,
  });
  const reported = (name: string) => [
    {
      name: `cuda:0 ${name} : cudaMallocAsync`,
      type: 'cuda',
      index: 0,
      vramTotalBytes: 23.6 * 1024 ** 3,
      vramFreeBytes: 0,
    },
  ];

  test('is checked against the one that was asked for', async () => {
    const world = await createFleetWorld([local('one', { gpuDevice: 'cuda:1' })]);
    world.machine.gpus.push(card(0, 'NVIDIA GeForce RTX 3080'), card(1, 'NVIDIA GeForce RTX 4090'));
    world.comfy.at('http://127.0.0.1:8188').devices = reported('NVIDIA GeForce RTX 4090');
    await world.startReady('one');
    expect(world.fleet.get('one')).toMatchObject({
      device: { verified: true, gpuUuid: world.machine.gpus[1]?.uuid },
      warnings: [],
    });
  });

  test('that is another one is a warning', async () => {
    const world = await createFleetWorld([local('one', { gpuDevice: 'cuda:1' })]);
    world.machine.gpus.push(card(0, 'NVIDIA GeForce RTX 3080'), card(1, 'NVIDIA GeForce RTX 4090'));
    world.comfy.at('http://127.0.0.1:8188').devices = reported('NVIDIA GeForce RTX 3080');
    await world.startReady('one');
    expect(world.fleet.get('one')).toMatchObject({
      device: { verified: false, gpuUuid: world.machine.gpus[0]?.uuid },
      warnings: [{ code: 'GPU_MISMATCH', details: { expected: 'cuda:1' } }],
    });
  });

  test('that works keeps a silent job alive', async () => {
    const world = await createFleetWorld([local('one', { gpuDevice: 'cuda:0' })]);
    world.machine.gpus.push(card(0, 'NVIDIA GeForce RTX 4090'));
    world.comfy.at('http://127.0.0.1:8188').devices = reported('NVIDIA GeForce RTX 4090');
    await world.startReady('one');
    world.machine.cpuTimes.set(4000, 1_000);
    world.machine.gpuLoads.set(0, 97);
    world.comfy.at('http://127.0.0.1:8188').queueRemaining = 1;
    await world.clock.advance(300_000);
    expect(world.state('one')).toMatchObject({ kind: 'ready' });
    world.machine.gpuLoads.set(0, 0);
    await world.clock.advance(40_000);
    expect(lossesOf(world)).toMatchObject([{ cause: 'hung' }]);
  });
});
