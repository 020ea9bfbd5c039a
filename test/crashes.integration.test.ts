import { describe, expect, it } from 'vitest';
import { isAlive, isListening } from './processes.ts';
import { callStudio, getInstance, pidOf, waitFor, waitForInstance } from './studio-client.ts';
import {
  createSandbox,
  processesOfInstance,
  runSandbox,
  shareStudio,
  startInstance,
  strike,
} from './studio-fixture.ts';

/** How soon a card must tell the truth after a crash. */
const crashSeenWithinMs = 2000;

const studio = shareStudio();

describe.concurrent('an instance that crashes', () => {
  it('is seen within two seconds when it is killed in its imports, and started again', async () => {
    await createSandbox(studio(), 'killed-early', { faults: ['--fault-slow-start', '3'] });
    await callStudio(studio(), 'instances.start', { instanceId: 'killed-early' });
    const starting = await waitForInstance(
      studio(),
      'killed-early',
      ({ state }) => state.kind === 'starting' && state.phase === 'imports' && state.pid !== null,
    );
    process.kill(pidOf(starting), 'SIGKILL');
    const seen = await waitForInstance(
      studio(),
      'killed-early',
      ({ state }) => state.kind === 'waiting',
      crashSeenWithinMs,
    );
    expect(seen).toMatchObject({
      status: 'error',
      health: null,
      pid: null,
      state: {
        attempt: 1,
        reason: { code: 'PROCESS_KILLED', evidence: expect.arrayContaining([expect.stringContaining('starts')]) },
        lastExit: { code: null, signal: 'SIGKILL', requested: false },
      },
    });
    const again = await waitForInstance(studio(), 'killed-early', ({ status }) => status === 'running');
    expect(again.statistics.restarts).toBe(1);
  });

  it('is given up after three ends in its start', async () => {
    await createSandbox(studio(), 'never-ready', { faults: ['--fault-exit-during-start', '3'] });
    await callStudio(studio(), 'instances.start', { instanceId: 'never-ready' });
    const failed = await waitForInstance(studio(), 'never-ready', ({ state }) => state.kind === 'failed', 30_000);
    expect(failed).toMatchObject({
      status: 'error',
      pid: null,
      statistics: { restarts: 2 },
      state: {
        reason: {
          code: 'PROCESS_CRASH_LOOP',
          details: { exitsBeforeReady: 3, cause: 'PROCESS_EXITED', causeDetails: { exitCode: 3 } },
          evidence: [expect.stringContaining('starts never-ready')],
        },
        lastExit: { code: 3, signal: null, requested: false },
      },
    });
    expect(await isListening(failed.configuration.port)).toBe(false);
  });

  it('is given up after five ends in a row although it was ready each time, with the end of its log as evidence', async () => {
    await createSandbox(studio(), 'short-lived', { faults: ['--fault-exit-after', '0.4', '--fault-exit-code', '7'] });
    await startInstance(studio(), 'short-lived');
    const failed = await waitForInstance(studio(), 'short-lived', ({ state }) => state.kind === 'failed', 50_000);
    expect(failed).toMatchObject({
      statistics: { restarts: 4 },
      state: {
        reason: {
          code: 'PROCESS_CRASH_LOOP',
          details: { exits: 5, cause: 'PROCESS_EXITED', causeDetails: { exitCode: 7 } },
          evidence: expect.arrayContaining([expect.stringContaining('To see the GUI go to')]),
        },
      },
    });
    const started = await startInstance(studio(), 'short-lived');
    expect(started.status).toBe('running');
  });

  it('is not started again when it refuses an argument, and names the argument', async () => {
    await createSandbox(studio(), 'bad-argument', { faults: ['--no-such-switch'] });
    await callStudio(studio(), 'instances.start', { instanceId: 'bad-argument' });
    const failed = await waitForInstance(studio(), 'bad-argument', ({ state }) => state.kind === 'failed');
    expect(failed).toMatchObject({
      statistics: { restarts: 0 },
      state: {
        reason: { code: 'LAUNCH_BAD_ARGUMENT', details: { arguments: ['--no-such-switch'] } },
        lastExit: { code: 2 },
      },
    });
  });

  it('is not started again when it finds its port taken', async () => {
    await createSandbox(studio(), 'port-refused', { faults: ['--fault-refuse-port'] });
    await callStudio(studio(), 'instances.start', { instanceId: 'port-refused' });
    const failed = await waitForInstance(studio(), 'port-refused', ({ state }) => state.kind === 'failed');
    expect(failed).toMatchObject({
      statistics: { restarts: 0 },
      state: {
        reason: {
          code: 'LAUNCH_PORT_TAKEN',
          details: { port: failed.configuration.port },
          evidence: expect.arrayContaining([expect.stringContaining('is already in use')]),
        },
      },
    });
  });

  it('stays stopped after a clean exit, and is started again where its policy says so', async () => {
    const faults = ['--sandbox-control'];
    const once = await runSandbox(studio(), 'ends-once', { faults });
    const always = await runSandbox(studio(), 'ends-always', { faults, draft: { restartPolicy: 'always' } });
    await strike(once, 'exit', 0);
    await strike(always, 'exit', 0);
    const stopped = await waitForInstance(studio(), 'ends-once', ({ status }) => status === 'stopped');
    expect(stopped.state).toMatchObject({ lastExit: { code: 0, requested: false } });
    await waitForInstance(studio(), 'ends-always', ({ pid, status }) => status === 'running' && pid !== always.pid);
  });

  it.each(['plain', 'stubborn', 'detached'])('takes its %s grandchild with it', async (kind) => {
    const id = `parent-${kind}`;
    const instance = await runSandbox(studio(), id, { faults: ['--fault-grandchild', kind] });
    const family = await waitFor(
      'the grandchild',
      () => processesOfInstance(studio(), id),
      (pids) => pids.length >= 2,
    );
    process.kill(pidOf(instance), 'SIGKILL');
    const again = await waitForInstance(
      studio(),
      id,
      ({ pid, status }) => status === 'running' && pid !== instance.pid,
    );
    expect(again.warnings).toEqual([]);
    for (const pid of family) expect(isAlive(pid)).toBe(false);
  });
});

describe.concurrent('a reboot by ComfyUI-Manager', () => {
  it('that replaces the program in its process is no crash', async () => {
    const instance = await runSandbox(studio(), 'reboots-inside', { faults: ['--sandbox-control'] });
    await strike(instance, 'reboot');
    const rebooting = await waitForInstance(studio(), 'reboots-inside', ({ state }) => state.kind === 'starting');
    expect(rebooting.pid).toBe(instance.pid);
    const after = await waitForInstance(studio(), 'reboots-inside', ({ state }) => state.kind === 'ready');
    expect(after).toMatchObject({ pid: instance.pid, health: 'healthy', warnings: [] });
    expect(after.configuration.port).toBe(instance.configuration.port);
  });

  it('that ends the process has it started anew at once, without a back-off', async () => {
    const session = `${studio().dataFolder}/manager-session`;
    const instance = await runSandbox(studio(), 'reboots-outside', {
      faults: ['--sandbox-control'],
      draft: { environmentVariables: { __COMFY_CLI_SESSION__: session } },
    });
    await strike(instance, 'reboot');
    const seen: string[] = [];
    const after = await waitFor(
      'the new process',
      async () => {
        const view = await getInstance(studio(), 'reboots-outside');
        seen.push(view.state.kind);
        return view;
      },
      ({ pid, status }) => status === 'running' && pid !== instance.pid,
    );
    expect(seen).not.toContain('waiting');
    expect(seen).not.toContain('failed');
    expect(after).toMatchObject({ endpoint: instance.endpoint, warnings: [] });
    expect(isAlive(pidOf(instance))).toBe(false);
  });
});
