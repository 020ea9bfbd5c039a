import { describe, expect, test } from 'vitest';
import { settle } from '../testing/fake-clock.fixture.ts';
import { createFleetWorld, local, lossesOf } from '../testing/fleet-world.fixture.ts';

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
        runsOn: false,
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
