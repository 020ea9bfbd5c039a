import { describe, expect, it } from 'vitest';
import { isAlive, isListening, processesOf } from './processes.ts';
import { callStudio, getInstance, pidOf, waitFor, waitForInstance } from './studio-client.ts';
import {
  createSandbox,
  openStudio,
  processesOfInstance,
  runSandbox,
  shareStudio,
  startInstance,
  stopInstance,
} from './studio-fixture.ts';

/** Twice SIGINT's and SIGTERM's time, with the check for what is left. */
const stubbornStopLimitMs = 25_000;

const studio = shareStudio();

const expectGone = async (id: string, port: number): Promise<void> => {
  expect(processesOfInstance(studio(), id)).toEqual([]);
  expect(await isListening(port)).toBe(false);
};

describe.concurrent('stopping an instance', () => {
  it.each([
    { what: 'that obeys', faults: [], exit: { code: 0, signal: null } },
    { what: 'that ignores SIGTERM', faults: ['--fault-ignore-sigterm'], exit: { code: 0, signal: null } },
    { what: 'that ignores SIGINT', faults: ['--fault-ignore-sigint'], exit: { code: null, signal: 'SIGTERM' } },
    {
      what: 'that ignores both',
      faults: ['--fault-ignore-sigint', '--fault-ignore-sigterm'],
      exit: { code: null, signal: 'SIGKILL' },
    },
  ])('$what leaves nothing behind and is no crash', async ({ what, faults, exit }) => {
    const id = what.replaceAll(' ', '-');
    const { configuration } = await runSandbox(studio(), id, { faults });
    const stopped = await stopInstance(studio(), id, stubbornStopLimitMs);
    expect(stopped).toMatchObject({
      pid: null,
      health: null,
      warnings: [],
      statistics: { restarts: 0 },
      state: { kind: 'stopped', lastExit: { ...exit, requested: true }, reason: null },
    });
    await expectGone(id, configuration.port);
  });

  it.each(['plain', 'stubborn', 'detached'])('with a %s grandchild leaves nothing behind', async (kind) => {
    const id = `family-${kind}`;
    const { configuration } = await runSandbox(studio(), id, { faults: ['--fault-grandchild', kind] });
    await waitFor(
      'the grandchild',
      () => processesOfInstance(studio(), id),
      (pids) => pids.length >= 2,
    );
    const stopped = await stopInstance(studio(), id, stubbornStopLimitMs);
    expect(stopped.warnings).toEqual([]);
    await expectGone(id, configuration.port);
  });

  it('that is frozen by SIGSTOP works all the same', async () => {
    const instance = await runSandbox(studio(), 'frozen');
    process.kill(pidOf(instance), 'SIGSTOP');
    const stopped = await stopInstance(studio(), 'frozen', stubbornStopLimitMs);
    expect(stopped.state).toMatchObject({ lastExit: { signal: 'SIGKILL', requested: true } });
    await expectGone('frozen', instance.configuration.port);
  });

  it('in the middle of its imports works, and it starts again', async () => {
    const { configuration } = await createSandbox(studio(), 'half-way', { faults: ['--fault-slow-start', '2'] });
    await callStudio(studio(), 'instances.start', { instanceId: 'half-way' });
    await waitForInstance(
      studio(),
      'half-way',
      ({ state }) => state.kind === 'starting' && state.phase === 'imports' && state.pid !== null,
    );
    const stopped = await stopInstance(studio(), 'half-way', stubbornStopLimitMs);
    expect(stopped.state).toMatchObject({ kind: 'stopped', lastExit: { requested: true }, reason: null });
    await expectGone('half-way', configuration.port);
    await startInstance(studio(), 'half-way');
  });

  it('that is killed meanwhile is neither a crash nor a reason to start it again', async () => {
    const instance = await runSandbox(studio(), 'killed-in-stop', { faults: ['--fault-ignore-sigint'] });
    await callStudio(studio(), 'instances.stop', { instanceId: 'killed-in-stop' });
    expect(await getInstance(studio(), 'killed-in-stop')).toMatchObject({
      status: 'stopping',
      state: { step: 'interrupt' },
    });
    process.kill(pidOf(instance), 'SIGKILL');
    const stopped = await waitForInstance(studio(), 'killed-in-stop', ({ status }) => status === 'stopped', 2000);
    expect(stopped.state).toMatchObject({ lastExit: { signal: 'SIGKILL', requested: true }, reason: null });
    await expectGone('killed-in-stop', instance.configuration.port);
  });

  it('in the pause before a restart ends the attempts', async () => {
    await createSandbox(studio(), 'tired', { faults: ['--fault-exit-during-start', '4'] });
    await callStudio(studio(), 'instances.start', { instanceId: 'tired' });
    await waitForInstance(studio(), 'tired', ({ state }) => state.kind === 'waiting');
    await stopInstance(studio(), 'tired', 5000);
    await expectGone('tired', (await getInstance(studio(), 'tired')).configuration.port);
  });

  it('and deleting it forgets it, without a process left', async () => {
    const instance = await runSandbox(studio(), 'deleted', { faults: ['--fault-grandchild', 'detached'] });
    await callStudio(studio(), 'instances.delete', { instanceId: 'deleted' });
    await waitFor(
      'the instance to be forgotten',
      () => callStudio(studio(), 'instances.list', {}),
      ({ instances }) => instances.every(({ configuration }) => configuration.id !== 'deleted'),
    );
    await waitFor(
      'the end of its processes',
      () => processesOfInstance(studio(), 'deleted'),
      (pids) => pids.length === 0,
    );
    expect(await isListening(instance.configuration.port)).toBe(false);
  });
});

describe.concurrent('ending the studio', () => {
  it.for(['SIGINT', 'SIGTERM'] as const)(
    'by %s stops even instances that ignore signals and their grandchildren, within half a minute',
    async (signal, { onTestFinished }) => {
      const own = await openStudio(onTestFinished);
      await callStudio(own, 'settings.update', { changes: { maxConcurrentStarts: 4 } });
      const instances = await Promise.all([
        runSandbox(own, 'deaf', { faults: ['--fault-ignore-sigint', '--fault-ignore-sigterm'] }),
        runSandbox(own, 'family', { faults: ['--fault-grandchild', 'stubborn'] }),
        runSandbox(own, 'scattered', { faults: ['--fault-grandchild', 'detached'] }),
      ]);
      expect(await own.end(signal)).toBe(0);
      expect(processesOf(own.dataFolder)).toEqual([]);
      for (const instance of instances) {
        expect(isAlive(pidOf(instance))).toBe(false);
        expect(await isListening(instance.configuration.port)).toBe(false);
      }
    },
  );
});
