import { describe, expect, test } from 'vitest';
import { StudioError } from '#contract/errors.ts';
import type { InstanceConfiguration } from '#contract/models/instance.ts';
import { applyTopicEvent } from '#contract/topic-state.ts';
import { settle } from './testing/fake-clock.fixture.ts';
import { createFleetWorld, type FleetWorld, makeConfiguration } from './testing/fleet-world.fixture.ts';

const local = (id: string, changes: Partial<InstanceConfiguration> = {}): InstanceConfiguration =>
  makeConfiguration({ id, port: 8188, ...changes });

const elsewhere = (changes: Partial<InstanceConfiguration> = {}): InstanceConfiguration =>
  makeConfiguration({ id: 'far', kind: 'remote', url: 'https://far.example:8443/', ...changes });

/** The code of the error that a call fails with. */
const codeOf = async (call: () => unknown): Promise<string> => {
  try {
    await call();
  } catch (error) {
    if (error instanceof StudioError) return error.code;
    throw error;
  }
  return 'no error';
};

const lossesOf = (world: FleetWorld) => world.events.filter((event) => event.type === 'lost');

describe('a start', () => {
  test('comes up, runs and stops, and leaves nothing behind', async () => {
    const world = await createFleetWorld([local('one')]);
    expect(world.fleet.start('one')).toMatchObject({ status: 'starting', health: null, pid: null });
    await settle();
    expect(world.state('one')).toMatchObject({ kind: 'starting', phase: 'imports', attempt: 1 });
    expect(world.stores.records.get('one')).toMatchObject({
      instanceId: 'one',
      pid: 4000,
      startTime: 'start-4000',
      bootId: 'boot',
      host: '127.0.0.1',
      port: 8188,
      launchedAt: world.clock.now(),
      planHash: expect.stringMatching(/^[0-9a-f]{16}$/),
    });
    const process = await world.comesUp('one');
    expect(world.fleet.get('one')).toMatchObject({
      status: 'running',
      health: 'healthy',
      pid: 4000,
      endpoint: 'http://127.0.0.1:8188',
      state: { kind: 'ready', version: '0.33.0', adopted: false },
      device: { name: 'cpu', verified: false },
    });
    expect(world.events).toEqual([{ type: 'available', instanceId: 'one' }]);
    world.fleet.stop('one', { drain: false });
    await settle();
    expect(world.fleet.get('one')).toMatchObject({ status: 'stopped', pid: null, device: null, warnings: [] });
    expect(world.state('one')).toMatchObject({ kind: 'stopped', lastExit: { code: 0, requested: true } });
    expect(process.signals).toEqual(['SIGINT']);
    expect(process.isReleased()).toBe(true);
    expect(world.stores.records.size).toBe(0);
    expect(world.clock.pending()).toBe(0);
  });

  test('twice is one process', async () => {
    const world = await createFleetWorld([local('one')]);
    world.fleet.start('one');
    world.fleet.start('one');
    await settle();
    world.fleet.start('one');
    await world.comesUp('one');
    world.fleet.start('one');
    await settle();
    expect(world.host.processes()).toHaveLength(1);
  });

  test('follows the phases in the log', async () => {
    const world = await createFleetWorld([local('one')]);
    world.fleet.start('one');
    await settle();
    const phase = () => world.state('one');
    world.logs.write('one', '[INFO] [Prompt Server] web root: /srv/frontend\n');
    expect(phase()).toMatchObject({ phase: 'custom-nodes' });
    world.logs.write('one', '[INFO] Starting server\n\n[INFO] To see the GUI go to: http://127.0.0.1:8188\n');
    expect(phase()).toMatchObject({ phase: 'verifying' });
  });

  test('takes any time while its log moves, and ten minutes of silence end it', async () => {
    const world = await createFleetWorld([local('one')]);
    world.fleet.start('one');
    await settle();
    for (let minute = 0; minute < 30; minute += 5) {
      await world.clock.advance(5 * 60_000);
      world.logs.write('one', 'compiling\n');
    }
    expect(world.state('one')).toMatchObject({ kind: 'starting' });
    await world.clock.advance(10 * 60_000);
    expect(world.state('one')).toMatchObject({
      kind: 'waiting',
      reason: { code: 'LAUNCH_TIMEOUT', evidence: expect.arrayContaining(['compiling']) },
    });
    expect(world.host.processOf('one').signals).toEqual(['SIGKILL']);
  });

  test('finds a stranger on the port and spawns nothing', async () => {
    const world = await createFleetWorld([local('one')]);
    world.machine.ports.set(8188, { pid: 12, name: 'nginx' });
    world.fleet.start('one');
    await settle();
    expect(world.state('one')).toMatchObject({
      kind: 'failed',
      reason: { code: 'LAUNCH_PORT_TAKEN', details: { port: 8188, ownerPid: 12, ownerName: 'nginx' } },
    });
    expect(world.host.processes()).toEqual([]);
    expect(world.clock.pending()).toBe(0);
  });

  test('is not fooled by a stranger that answers on the port', async () => {
    const world = await createFleetWorld([local('one')]);
    world.fleet.start('one');
    await settle();
    world.comfy.at('http://127.0.0.1:8188').mode = 'answers';
    world.machine.ports.set(8188, { pid: 12, name: 'python' });
    await world.clock.advance(2_000);
    expect(world.state('one')).toMatchObject({ kind: 'starting' });
    world.host.processOf('one').leaveBehind({ pid: 12, name: 'python' });
    await world.clock.advance(1_000);
    expect(world.state('one')).toMatchObject({ kind: 'ready' });
  });

  test('that cannot be planned says why', async () => {
    const planLaunch = () =>
      Promise.reject(new StudioError('LAUNCH_PYTHON_MISSING', undefined, { details: { path: '/x' } }));
    const world = await createFleetWorld([local('one')], { planLaunch });
    world.fleet.start('one');
    await settle();
    expect(world.state('one')).toMatchObject({
      kind: 'failed',
      reason: { code: 'LAUNCH_PYTHON_MISSING', details: { path: '/x' } },
    });
  });

  test('whose plan never comes is given up, and what it starts too late is killed', async () => {
    const world = await createFleetWorld([local('one', { restartPolicy: 'never' })]);
    const open = world.host.hold();
    world.fleet.start('one');
    await world.clock.advance(world.policy.launchLimitMs);
    expect(world.state('one')).toMatchObject({ kind: 'failed', reason: { code: 'LAUNCH_TIMEOUT' } });
    open();
    await settle();
    expect(world.host.processes()).toHaveLength(1);
    expect(world.host.living()).toEqual([]);
  });

  test('is refused for a remote, a disabled and an unknown instance', async () => {
    const world = await createFleetWorld([local('off', { enabled: false }), elsewhere()]);
    expect(await codeOf(() => world.fleet.start('off'))).toBe('INSTANCE_DISABLED');
    expect(await codeOf(() => world.fleet.restart('off'))).toBe('INSTANCE_DISABLED');
    expect(await codeOf(() => world.fleet.start('far'))).toBe('INSTANCE_REMOTE');
    expect(await codeOf(() => world.fleet.stop('far', { drain: false }))).toBe('INSTANCE_REMOTE');
    expect(await codeOf(() => world.fleet.start('nobody'))).toBe('INSTANCE_NOT_FOUND');
  });
});

describe('several starts', () => {
  const three = [
    local('a', { port: 1 }),
    local('b', { port: 2 }),
    local('c', { port: 3, enabled: false }),
    elsewhere(),
  ];

  test('go through their imports one at a time', async () => {
    const world = await createFleetWorld(three);
    expect(world.fleet.startAll()).toEqual(['a', 'b']);
    await settle();
    expect(world.host.living().map(({ plan }) => plan.instanceId)).toEqual(['a']);
    expect(world.state('b')).toMatchObject({ kind: 'starting', phase: 'queued' });
    await world.comesUp('a');
    expect(world.host.living().map(({ plan }) => plan.instanceId)).toEqual(['a', 'b']);
    expect(world.fleet.startAll()).toEqual([]);
    expect(world.fleet.stopAll()).toEqual(['a', 'b']);
    await settle();
    expect(world.host.living()).toEqual([]);
    expect(world.fleet.stopAll()).toEqual([]);
  });

  test('go together, apart by the delay, where the settings say so', async () => {
    const world = await createFleetWorld(three, { settings: { maxConcurrentStarts: 2, startupDelayMs: 3_000 } });
    world.fleet.startAll();
    await world.clock.advance(2_999);
    expect(world.host.living()).toHaveLength(1);
    await world.clock.advance(1);
    expect(world.host.living()).toHaveLength(2);
  });

  test('a crash gives the turn to the next', async () => {
    const world = await createFleetWorld(three);
    world.fleet.startAll();
    await settle();
    world.host.processOf('a').exit({ code: 1, signal: null });
    await settle();
    expect(world.host.living().map(({ plan }) => plan.instanceId)).toEqual(['b']);
  });
});

describe('a crash', () => {
  test('loses the running jobs, is shown with its reason, and is repaired by a restart', async () => {
    const world = await createFleetWorld([local('one')]);
    const process = await world.startReady('one');
    world.fleet.jobStarted('one', 'job-1');
    world.logs.writeUnread('one', 'torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB.\n');
    process.exit({ code: 1, signal: null });
    await settle();
    expect(world.fleet.get('one')).toMatchObject({
      status: 'error',
      health: null,
      pid: null,
      runningJobIds: [],
      state: { kind: 'waiting', attempt: 1, reason: { code: 'GPU_OUT_OF_MEMORY' } },
    });
    expect(lossesOf(world)).toEqual([
      {
        type: 'lost',
        instanceId: 'one',
        jobIds: ['job-1'],
        cause: 'crashed',
        reason: expect.objectContaining({ code: 'GPU_OUT_OF_MEMORY' }),
      },
    ]);
    await world.clock.advance(999);
    expect(world.state('one')).toMatchObject({ kind: 'waiting' });
    await world.clock.advance(1);
    await world.comesUp('one');
    expect(world.fleet.get('one')).toMatchObject({ state: { kind: 'ready' }, statistics: { restarts: 1 } });
  });

  test('three times before ready ends in failed with the end of the log', async () => {
    const world = await createFleetWorld([local('one')]);
    world.fleet.start('one');
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      await settle();
      expect(world.state('one')).toMatchObject({ kind: 'starting', attempt });
      world.logs.write('one', `attempt ${attempt}\n`);
      world.host.processOf('one').exit({ code: 7, signal: null });
      await settle();
      await world.clock.advance(2_000);
    }
    expect(world.host.processes()).toHaveLength(3);
    expect(world.state('one')).toMatchObject({
      kind: 'failed',
      reason: {
        code: 'PROCESS_CRASH_LOOP',
        details: { exitsBeforeReady: 3, cause: 'PROCESS_EXITED', causeDetails: { exitCode: 7 } },
        evidence: ['attempt 3'],
      },
    });
    expect(world.clock.pending()).toBe(0);
  });

  test('over a bad argument is not repeated', async () => {
    const world = await createFleetWorld([local('one')]);
    world.fleet.start('one');
    await settle();
    world.logs.writeUnread('one', 'main.py: error: unrecognized arguments: --nope\n');
    world.host.processOf('one').exit({ code: 2, signal: null });
    await settle();
    expect(world.state('one')).toMatchObject({
      kind: 'failed',
      reason: { code: 'LAUNCH_BAD_ARGUMENT', details: { arguments: ['--nope'] } },
    });
  });

  test('is not followed by a second process while a grandchild holds the port', async () => {
    const world = await createFleetWorld([local('one')]);
    const process = await world.startReady('one');
    process.leaveBehind({ pid: 99, name: 'ffmpeg' }, { isImmortal: true });
    process.exit({ code: 1, signal: null });
    await world.clock.advance(2_000);
    expect(world.state('one')).toMatchObject({ kind: 'starting', phase: 'queued' });
    expect(world.host.processes()).toHaveLength(1);
    await world.clock.advance(world.policy.stop.verifyMs);
    expect(world.host.processes()).toHaveLength(2);
  });

  test('by ComfyUI-Manager is none: the same process starts again, and its jobs are lost', async () => {
    const world = await createFleetWorld([local('one')]);
    const process = await world.startReady('one');
    world.fleet.jobStarted('one', 'job-1');
    world.logs.write('one', '\nRestarting... [Legacy Mode]\n\n');
    world.comfy.at('http://127.0.0.1:8188').mode = 'refuses';
    expect(world.state('one')).toMatchObject({ kind: 'starting', pid: process.identity.pid });
    expect(lossesOf(world)).toMatchObject([{ cause: 'rebooted', jobIds: ['job-1'] }]);
    await world.clock.advance(60_000);
    world.comfy.at('http://127.0.0.1:8188').mode = 'answers';
    await world.clock.advance(1_000);
    expect(world.state('one')).toMatchObject({ kind: 'ready', pid: process.identity.pid });
    expect(world.host.processes()).toHaveLength(1);
  });

  test('by ComfyUI-Manager that ends the process is launched again at once, on the same port', async () => {
    const world = await createFleetWorld([local('one')]);
    const process = await world.startReady('one');
    world.logs.writeUnread('one', 'Restarting...\n');
    world.logs.write('one', '');
    world.logs.write('one', 'Restarting...\n');
    process.exit({ code: 0, signal: null });
    await settle();
    await world.comesUp('one');
    expect(world.fleet.get('one')).toMatchObject({
      endpoint: 'http://127.0.0.1:8188',
      state: { kind: 'ready' },
      statistics: { restarts: 0 },
    });
    expect(world.host.processes()).toHaveLength(2);
  });
});

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
    expect(world.state('one')).toMatchObject({ kind: 'stopping', step: 'drain' });
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

describe('a remote instance', () => {
  test('is watched with its credentials, and never started or stopped', async () => {
    const world = await createFleetWorld([]);
    world.comfy.at('https://far.example:8443').mode = 'answers';
    await world.fleet.create(elsewhere({ authentication: { type: 'bearer' } }), 'secret-token');
    await world.clock.advance(0);
    expect(world.fleet.get('far')).toMatchObject({
      status: 'running',
      pid: null,
      endpoint: 'https://far.example:8443',
      device: { name: 'cpu', verified: false },
    });
    expect(world.comfy.requests).toEqual([
      { path: '/system_stats', baseUrl: 'https://far.example:8443', authorization: 'Bearer secret-token' },
    ]);
    expect(world.fleet.endpoint('far')).toEqual({
      baseUrl: 'https://far.example:8443',
      authorization: 'Bearer secret-token',
    });
    expect(world.host.processes()).toEqual([]);
    expect(JSON.stringify(world.stores.document)).not.toContain('secret-token');
  });

  test('says why it cannot be reached, and comes up when it can', async () => {
    const world = await createFleetWorld([elsewhere()]);
    const server = world.comfy.at('https://far.example:8443');
    server.mode = 'unauthorized';
    await world.clock.advance(5_000);
    expect(world.fleet.get('far')).toMatchObject({
      status: 'running',
      health: 'unhealthy',
      state: { reason: { code: 'INSTANCE_AUTH' } },
    });
    server.mode = 'answers';
    server.version = '0.38.0';
    await world.clock.advance(5_000);
    expect(world.fleet.get('far')).toMatchObject({ health: 'healthy', state: { version: '0.38.0' } });
    server.queueRemaining = 1;
    await world.clock.advance(600_000);
    expect(world.fleet.get('far')).toMatchObject({ health: 'healthy' });
  });

  test('is connected to anew when its address changes, and left alone when it is disabled', async () => {
    const world = await createFleetWorld([elsewhere()]);
    world.comfy.at('http://other.example:1').mode = 'answers';
    await world.clock.advance(0);
    await world.fleet.update(elsewhere({ url: 'http://other.example:1' }));
    await world.clock.advance(0);
    expect(world.fleet.get('far')).toMatchObject({ health: 'healthy', endpoint: 'http://other.example:1' });
    await world.fleet.update(elsewhere({ enabled: false }));
    expect(world.fleet.get('far')).toMatchObject({ status: 'stopped' });
    const asked = world.comfy.requests.length;
    await world.clock.advance(60_000);
    expect(world.comfy.requests).toHaveLength(asked);
  });
});

describe('jobs', () => {
  test('fill slots and are counted once', async () => {
    const world = await createFleetWorld([local('one')]);
    await world.startReady('one');
    world.events.length = 0;
    world.fleet.jobStarted('one', 'a');
    world.fleet.jobStarted('one', 'a');
    expect(world.fleet.get('one')).toMatchObject({
      runningJobIds: ['a'],
      statistics: { totalWorkflows: 1, lastUsedAt: world.clock.now() },
    });
    world.fleet.jobEnded('one', 'a', 'cancelled');
    world.fleet.jobEnded('one', 'unknown', 'lost');
    world.fleet.jobEnded('nobody', 'a', 'lost');
    expect(world.fleet.get('one')).toMatchObject({
      runningJobIds: [],
      statistics: { totalWorkflows: 1, successfulWorkflows: 0, failedWorkflows: 0 },
    });
    expect(world.events).toEqual([{ type: 'available', instanceId: 'one' }]);
    expect(await codeOf(() => world.fleet.jobStarted('nobody', 'a'))).toBe('INSTANCE_NOT_FOUND');
  });
});

describe('the topic', () => {
  test('tells every step, so that a watcher ends with what a newcomer sees', async () => {
    const world = await createFleetWorld([local('one')]);
    let seen = world.fleet.feed.snapshot();
    let revision = world.fleet.feed.revision();
    world.fleet.feed.listen((next, event) => {
      expect(next).toBe(revision + 1);
      revision = next;
      seen = applyTopicEvent('instances', seen, event);
    });
    await world.fleet.create(local('two', { port: 8189 }));
    await world.fleet.setActive('two');
    const process = await world.startReady('one');
    world.fleet.jobStarted('one', 'a');
    process.exit({ code: 1, signal: null });
    await world.clock.advance(10_000);
    await world.fleet.remove('two');
    await settle();
    expect(seen).toEqual(world.fleet.feed.snapshot());
    expect(seen.activeInstanceId).toBeNull();
    expect(seen.instances.map(({ configuration }) => configuration.id)).toEqual(['one']);
  });
});

describe('what is stored', () => {
  test('a new instance is there, and a taken id is refused', async () => {
    const world = await createFleetWorld([local('one')]);
    expect(await world.fleet.create(local('two'))).toMatchObject({ status: 'stopped', configuration: { id: 'two' } });
    expect(world.stores.document.instances.map(({ id }) => id)).toEqual(['one', 'two']);
    expect(await codeOf(() => world.fleet.create(local('two')))).toBe('INSTANCE_INVALID');
  });

  test('a save that fails changes nothing, secrets included', async () => {
    const world = await createFleetWorld([local('one', { name: 'before' }), elsewhere()]);
    world.stores.secretValues.set('instance:far', 'old');
    world.stores.isFull = true;
    const failing = [
      () => world.fleet.create(elsewhere({ id: 'two' }), 'new'),
      () => world.fleet.update(elsewhere({ name: 'after' }), 'new'),
      () => world.fleet.remove('one'),
      () => world.fleet.setActive('one'),
    ];
    for (const call of failing) expect(await codeOf(call)).toBe('STORE_WRITE_FAILED');
    expect([...world.stores.secretValues]).toEqual([['instance:far', 'old']]);
    expect(world.fleet.list().map(({ configuration }) => configuration.id)).toEqual(['one', 'far']);
    expect(world.fleet.get('far').configuration.name).toBe('far');
    expect(world.fleet.activeInstanceId()).toBeNull();
    world.stores.isFull = false;
    expect(world.fleet.start('one')).toMatchObject({ status: 'starting' });
  });

  test('changes at the same time do not undo each other', async () => {
    const world = await createFleetWorld([]);
    await Promise.all(['a', 'b', 'c'].map((id) => world.fleet.create(local(id))));
    await Promise.all([world.fleet.remove('b'), world.fleet.setActive('c'), world.fleet.create(local('d'))]);
    expect(world.stores.document).toMatchObject({
      instances: [{ id: 'a' }, { id: 'c' }, { id: 'd' }],
      activeInstanceId: 'c',
    });
  });

  test('a change names what a running process takes up only at its next start', async () => {
    const world = await createFleetWorld([local('one')]);
    const changed = local('one', { name: 'new name', port: 9000, gpuDevice: 'cpu', maxConcurrentWorkflows: 4 });
    await world.startReady('one');
    expect(await world.fleet.update(changed)).toMatchObject({
      restartNeededFor: ['port', 'gpuDevice'],
      instance: { configuration: { name: 'new name' }, endpoint: 'http://127.0.0.1:8188' },
    });
    world.fleet.stop('one', { drain: false });
    await settle();
    expect(world.fleet.get('one').endpoint).toBe('http://127.0.0.1:9000');
    expect(await world.fleet.update(local('one'))).toMatchObject({ restartNeededFor: [] });
    await world.startReady('one');
    expect(await world.fleet.update(changed)).toMatchObject({ restartNeededFor: ['port', 'gpuDevice'] });
  });

  test('a restart policy holds at once, and a disabled instance is not started again', async () => {
    const world = await createFleetWorld([local('one')]);
    const process = await world.startReady('one');
    process.exit({ code: 1, signal: null });
    await settle();
    expect(world.state('one')).toMatchObject({ kind: 'waiting' });
    await world.fleet.update(local('one', { enabled: false }));
    expect(world.state('one')).toMatchObject({ kind: 'stopped' });
    await world.fleet.update(local('one', { restartPolicy: 'never' }));
    const next = await world.startReady('one');
    next.exit({ code: 1, signal: null });
    await settle();
    expect(world.state('one')).toMatchObject({ kind: 'failed' });
  });

  test('a kind changes only while nothing runs', async () => {
    const world = await createFleetWorld([local('one')]);
    const away = elsewhere({ id: 'one' });
    await world.startReady('one');
    expect(await codeOf(() => world.fleet.update(away))).toBe('INSTANCE_BUSY');
    world.fleet.stop('one', { drain: false });
    await settle();
    world.comfy.at('https://far.example:8443').mode = 'answers';
    await world.fleet.update(away);
    await world.clock.advance(0);
    expect(world.fleet.get('one')).toMatchObject({ health: 'healthy', pid: null });
    await world.fleet.update(local('one'));
    expect(world.fleet.get('one')).toMatchObject({ status: 'stopped' });
    await world.startReady('one');
    expect(world.state('one')).toMatchObject({ kind: 'ready', pid: 4001 });
  });

  test('a removed instance is stopped first and forgotten whole', async () => {
    const world = await createFleetWorld([local('one'), elsewhere()]);
    world.stores.secretValues.set('instance:far', 'secret');
    await world.fleet.setActive('one');
    await world.startReady('one');
    const removal = world.fleet.remove('one');
    expect(await codeOf(() => world.fleet.start('one'))).toBe('INSTANCE_BUSY');
    await removal;
    await world.fleet.remove('far');
    expect(world.host.living()).toEqual([]);
    expect(world.fleet.list()).toEqual([]);
    expect(world.stores.document).toEqual({ instances: [], activeInstanceId: null });
    expect(world.stores.secretValues.size).toBe(0);
    expect(world.logs.isOpen('one')).toBe(false);
    expect(world.events.filter(({ type }) => type === 'removed')).toHaveLength(2);
    expect(await codeOf(() => world.fleet.get('one'))).toBe('INSTANCE_NOT_FOUND');
    expect(world.clock.pending()).toBe(0);
  });

  test('the active instance is remembered, unless it is gone', async () => {
    const world = await createFleetWorld([local('one')]);
    await world.fleet.setActive('one');
    expect(await codeOf(() => world.fleet.setActive('nobody'))).toBe('INSTANCE_NOT_FOUND');
    await world.fleet.close({ keepInstances: false });
    await world.reopen();
    expect(world.fleet.activeInstanceId()).toBe('one');
    await world.fleet.close({ keepInstances: false });
    world.stores.document = { instances: [], activeInstanceId: 'one' };
    await world.reopen();
    expect(world.fleet.activeInstanceId()).toBeNull();
  });
});

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
