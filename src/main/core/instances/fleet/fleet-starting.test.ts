import { describe, expect, test } from 'vitest';
import { StudioError } from '#contract/errors.ts';
import { settle } from '../testing/fake-clock.fixture.ts';
import { codeOf, createFleetWorld, elsewhere, local } from '../testing/fleet-world.fixture.ts';

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
