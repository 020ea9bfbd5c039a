import { describe, expect, it } from 'vitest';
import type { HeadlessStudio } from '../e2e/hosts/headless-studio.ts';
import { isAlive } from './processes.ts';
import { callStudio, getInstance, pidOf, waitFor, waitForInstance } from './studio-client.ts';
import { openDataFolder, openStudio, runSandbox, shareStudio, strike } from './studio-fixture.ts';
import {
  picturesNamed,
  plainPrompt,
  samplingPrompt,
  submit,
  waitForEnd,
  waitForJob,
  waitForSampling,
} from './studio-jobs.ts';

/** A hang is seen after so long without a sign of life or progress; between two steps of a sampler after twice that time. */
const hangSeenWithinMs = 30_000;
const samplingHangSeenWithinMs = 60_000;
/** For the signs to come through and the look that finds the time to be over. */
const slackMs = 5000;
/** What an instance did right before it hung is seen by the look after that, from which the window counts. */
const lookMs = 5000;

const studio = shareStudio();

/** Places one job on an instance without asking for that instance, so that it may go elsewhere later. */
const submitTo = async (
  to: HeadlessStudio,
  instanceId: string,
  prompt: Parameters<typeof submit>[1],
): Promise<string> => {
  await callStudio(to, 'instances.setActive', { instanceId });
  const { id } = await submit(to, prompt);
  await waitForJob(to, id, (job) => job.instanceId === instanceId && job.state === 'running');
  await callStudio(to, 'instances.setActive', { instanceId: null });
  return id;
};

describe.concurrent('instances that hang with a job', () => {
  it('are killed and started again, and their jobs are done by another one under the same ids', async ({
    onTestFinished,
  }) => {
    const own = await openStudio(onTestFinished);
    const cases = [
      { id: 'loop', faults: ['--fault-hang-in-job', '1'], prompt: plainPrompt('loop'), limitMs: hangSeenWithinMs },
      { id: 'job', faults: ['--fault-hang-job', '1'], prompt: plainPrompt('job'), limitMs: hangSeenWithinMs },
      {
        id: 'sampling',
        faults: ['--fault-hang-job', '2'],
        prompt: samplingPrompt('sampling'),
        limitMs: samplingHangSeenWithinMs,
      },
      { id: 'frozen', faults: [], prompt: samplingPrompt('frozen', 200), limitMs: samplingHangSeenWithinMs },
    ];
    const pids = new Map<string, number>();
    for (const { id, faults } of cases) {
      const instance = await runSandbox(own, id, { faults: [...faults, '--fault-grandchild', 'stubborn'], clock: 1 });
      pids.set(id, pidOf(instance));
    }
    // What it has done before is in its cache, so that its second job begins with the sampler.
    await waitForEnd(own, await submitTo(own, 'sampling', samplingPrompt('warm-up', 4)));
    const journeys = [];
    for (const { id, prompt, limitMs } of cases) {
      const jobId = await submitTo(own, id, prompt);
      if (id === 'sampling') await waitForSampling(own, jobId);
      if (id === 'frozen') {
        await waitForSampling(own, jobId);
        process.kill(pids.get(id) ?? 0, 'SIGSTOP');
      }
      journeys.push({ id, jobId, limitMs, since: performance.now() });
    }
    await runSandbox(own, 'healthy', { clock: 50 });
    // The others have their faults again after the restart.
    await callStudio(own, 'instances.setActive', { instanceId: 'healthy' });
    await Promise.all(
      journeys.map(async ({ id, jobId, limitMs, since }) => {
        const seen = await waitForInstance(
          own,
          id,
          ({ state }) => state.kind === 'waiting' || (state.kind === 'stopping' && state.step === 'kill'),
          limitMs + lookMs + slackMs,
        );
        // Not a moment too soon either: a busy instance must not be killed.
        expect(performance.now() - since).toBeGreaterThan(limitMs - 2 * slackMs);
        expect(seen.health).toBeNull();
        const job = await waitForEnd(own, jobId);
        expect(job).toMatchObject({ id: jobId, state: 'succeeded', instanceId: 'healthy', tries: 2, error: null });
        expect(picturesNamed(own.dataFolder, id)).toHaveLength(1);
        const after = await waitForInstance(own, id, ({ status }) => status === 'running');
        expect(after).toMatchObject({ health: 'healthy', warnings: [], statistics: { restarts: 1 } });
        expect(isAlive(pids.get(id) ?? 0)).toBe(false);
      }),
    );
  }, 120_000);
});

/** One that is found mute at the start of a studio is given up sooner: 15 s without any work after the first missed answer. */
const survivorGivenUpWithinMs = 25_000;
/** The other instances, the screens and the clients wait no longer for a mute survivor. */
const openWithinMs = 3000;

describe.concurrent('an instance that is mute when the studio comes back', () => {
  it('holds up nobody, is killed and started again, and its job is done under the same id', async ({
    onTestFinished,
  }) => {
    const dataFolder = await openDataFolder(onTestFinished);
    const first = await openStudio(onTestFinished, { dataFolder });
    const { pid } = await runSandbox(first, 'only', { clock: 2 });
    const { id } = await submit(first, samplingPrompt('resurrected', 60));
    await waitForSampling(first, id);
    process.kill(pid ?? 0, 'SIGSTOP');
    await first.end('SIGKILL');

    const since = performance.now();
    const second = await openStudio(onTestFinished, { dataFolder });
    expect(await getInstance(second, 'only')).toMatchObject({ pid, status: 'running', health: 'unhealthy' });
    expect(performance.now() - since).toBeLessThan(openWithinMs + slackMs);
    // Nobody else gets it while the process could still be continued.
    await runSandbox(second, 'other', { clock: 2 });
    expect(await callStudio(second, 'jobs.get', { jobId: id })).toMatchObject({
      state: 'assigned',
      instanceId: 'only',
    });
    await waitFor(
      'end of the mute process',
      () => callStudio(second, 'jobs.get', { jobId: id }),
      ({ state, instanceId }) => state === 'queued' || instanceId === 'other',
      survivorGivenUpWithinMs + slackMs,
    );
    await waitFor(
      'process',
      () => isAlive(pid ?? 0),
      (alive) => !alive,
      slackMs,
    );
    expect(await waitForEnd(second, id)).toMatchObject({ id, state: 'succeeded', tries: 2, error: null });
    expect(picturesNamed(dataFolder, 'resurrected')).toHaveLength(1);
    const after = await waitForInstance(second, 'only', ({ health }) => health === 'healthy');
    expect(after).toMatchObject({ status: 'running', state: { adopted: false }, statistics: { restarts: 1 } });
  }, 120_000);

  it('does its job itself where there is no other', async ({ onTestFinished }) => {
    const dataFolder = await openDataFolder(onTestFinished);
    const first = await openStudio(onTestFinished, { dataFolder });
    const { pid } = await runSandbox(first, 'alone', { clock: 2, draft: { autoStart: true } });
    const { id } = await submit(first, samplingPrompt('alone', 60));
    await waitForSampling(first, id);
    process.kill(pid ?? 0, 'SIGSTOP');
    await first.end('SIGKILL');
    const second = await openStudio(onTestFinished, { dataFolder });
    const job = await waitForEnd(second, id, 60_000);
    expect(job).toMatchObject({ state: 'succeeded', instanceId: 'alone', tries: 2, deaths: 1 });
    expect(isAlive(pid ?? 0)).toBe(false);
    expect(picturesNamed(dataFolder, 'alone')).toHaveLength(1);
  }, 120_000);

  it('goes on with its job when it answers after all', async ({ onTestFinished }) => {
    const dataFolder = await openDataFolder(onTestFinished);
    const first = await openStudio(onTestFinished, { dataFolder });
    const { pid } = await runSandbox(first, 'late', { clock: 2 });
    const { id } = await submit(first, samplingPrompt('late', 60));
    await waitForSampling(first, id);
    process.kill(pid ?? 0, 'SIGSTOP');
    await first.end('SIGKILL');
    const second = await openStudio(onTestFinished, { dataFolder });
    await waitForInstance(second, 'late', ({ health }) => health === 'unhealthy');
    process.kill(pid ?? 0, 'SIGCONT');
    const after = await waitForInstance(second, 'late', ({ health }) => health === 'healthy');
    expect(after).toMatchObject({
      pid,
      state: { kind: 'ready', adopted: true },
      device: { vramTotalBytes: expect.any(Number) },
    });
    expect(await waitForEnd(second, id)).toMatchObject({ state: 'succeeded', instanceId: 'late', tries: 1, deaths: 0 });
    expect(picturesNamed(dataFolder, 'late')).toHaveLength(1);
  }, 120_000);
});

describe.concurrent('an instance that stops answering without work', () => {
  it.each(['http-mute', 'http-500', 'hang-event-loop'])(
    '(%s) is shown unhealthy, killed and started again',
    async (fault) => {
      const id = `idle-${fault}`;
      const instance = await runSandbox(studio(), id, { faults: ['--sandbox-control'] });
      await strike(instance, fault);
      const degraded = await waitForInstance(studio(), id, ({ health }) => health === 'degraded', 12_000);
      expect(degraded.status).toBe('running');
      const unhealthy = await waitForInstance(studio(), id, ({ health }) => health === 'unhealthy', hangSeenWithinMs);
      expect(unhealthy).toMatchObject({ status: 'running', state: { kind: 'unresponsive', failures: 3 } });
      const after = await waitForInstance(
        studio(),
        id,
        ({ pid, health }) => health === 'healthy' && pid !== instance.pid,
        hangSeenWithinMs,
      );
      expect(after.statistics.restarts).toBe(1);
    },
    90_000,
  );

  it('for a moment only is healthy again, in the same process', async () => {
    const instance = await runSandbox(studio(), 'moment', { faults: ['--sandbox-control'] });
    await strike(instance, 'http-500');
    await waitForInstance(studio(), 'moment', ({ health }) => health === 'degraded', 12_000);
    await strike(instance, 'http-answer');
    await waitForInstance(studio(), 'moment', ({ health }) => health === 'healthy', 12_000);
    const after = await getInstance(studio(), 'moment');
    expect(after).toMatchObject({ pid: instance.pid, status: 'running', statistics: { restarts: 0 } });
  });
});
