import { describe, expect, it } from 'vitest';
import type { HeadlessStudio } from '../e2e/hosts/headless-studio.ts';
import { isAlive } from './processes.ts';
import { callStudio, getInstance, pidOf, waitForInstance } from './studio-client.ts';
import { openStudio, runSandbox, shareStudio, strike } from './studio-fixture.ts';
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
          limitMs + slackMs,
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
