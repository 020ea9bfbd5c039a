import { describe, expect, it } from 'vitest';
import type { JobView } from '#contract/models/job.ts';
import { isAlive } from './processes.ts';
import { callStudio, getInstance, pidOf, waitForInstance } from './studio-client.ts';
import { openDataFolder, openStudio, runSandbox } from './studio-fixture.ts';
import {
  picturesNamed,
  plainPrompt,
  readOutput,
  samplingPrompt,
  submit,
  waitForEnd,
  waitForJob,
  waitForSampling,
} from './studio-jobs.ts';

/** Slow enough to be hit in the middle: a step takes 60 ms and more. */
const slow = { clock: 1 };
const fast = { clock: 100 };

const pngStart = [0x89, 0x50, 0x4e, 0x47];

const succeededOnce = (job: JobView, tries: number) => ({
  id: job.id,
  state: 'succeeded',
  tries,
  error: null,
  nodeErrors: [],
  outputs: [{ kind: 'image' }],
  progress: { fraction: 1 },
});

describe.concurrent('a job whose instance is killed', () => {
  it('is done by another instance under the same id, once', async ({ onTestFinished }) => {
    const studio = await openStudio(onTestFinished);
    const victim = await runSandbox(studio, 'victim', slow);
    const { id } = await submit(studio, samplingPrompt('moved', 60));
    await waitForSampling(studio, id);
    await runSandbox(studio, 'other', fast);
    process.kill(pidOf(victim), 'SIGKILL');
    const job = await waitForEnd(studio, id);
    expect(job).toMatchObject({ ...succeededOnce(job, 2), instanceId: 'other' });
    expect([...(await readOutput(studio, id))].slice(0, 4)).toEqual(pngStart);
    await waitForInstance(studio, 'victim', ({ status }) => status === 'running');
    expect(picturesNamed(studio.dataFolder, 'moved')).toHaveLength(1);
    expect(await getInstance(studio, 'victim')).toMatchObject({
      runningJobIds: [],
      statistics: { totalWorkflows: 1, successfulWorkflows: 0, failedWorkflows: 0, restarts: 1 },
    });
    expect((await getInstance(studio, 'other')).statistics).toMatchObject({
      totalWorkflows: 1,
      successfulWorkflows: 1,
    });
  });

  it('waits for it where there is no other, and is done by it after its restart', async ({ onTestFinished }) => {
    const studio = await openStudio(onTestFinished);
    const victim = await runSandbox(studio, 'only', slow);
    const { id } = await submit(studio, samplingPrompt('again'));
    await waitForSampling(studio, id);
    process.kill(pidOf(victim), 'SIGKILL');
    const waiting = await waitForJob(studio, id, ({ state }) => state === 'queued', 2000);
    expect(waiting).toMatchObject({ instanceId: null, startedAt: expect.any(Number), finishedAt: null });
    const job = await waitForEnd(studio, id);
    expect(job).toMatchObject({ ...succeededOnce(job, 2), instanceId: 'only' });
    expect(picturesNamed(studio.dataFolder, 'again')).toHaveLength(1);
  });

  it('is set aside when it ends one instance after the other', async ({ onTestFinished }) => {
    const studio = await openStudio(onTestFinished);
    await runSandbox(studio, 'fragile', { faults: ['--fault-exit-in-job', '1', '--fault-exit-code', '139'] });
    const { id } = await submit(studio, samplingPrompt('deadly'));
    const job = await waitForJob(studio, id, ({ state }) => state === 'parked', 30_000);
    expect(job).toMatchObject({
      tries: 2,
      deaths: 2,
      outputs: [],
      reason: { code: 'too-many-deaths' },
      error: { code: 'JOB_LOST', details: { exitCode: 139, instanceId: 'fragile', deaths: 2 } },
    });
    const after = await waitForInstance(studio, 'fragile', ({ status }) => status === 'running', 20_000);
    expect(after.runningJobIds).toEqual([]);
  });

  it('stays cancelled when it was cancelled before', async ({ onTestFinished }) => {
    const studio = await openStudio(onTestFinished);
    const victim = await runSandbox(studio, 'stuck', { faults: ['--fault-hang-in-job', '1'], clock: 1 });
    const { id } = await submit(studio, samplingPrompt('unwanted'));
    await waitForJob(studio, id, ({ progress }) => (progress?.nodesDone ?? 0) > 0);
    await callStudio(studio, 'jobs.cancel', { jobId: id });
    process.kill(pidOf(victim), 'SIGKILL');
    const job = await waitForEnd(studio, id);
    expect(job).toMatchObject({ state: 'cancelled', tries: 1, outputs: [], error: null });
    await waitForInstance(studio, 'stuck', ({ status }) => status === 'running');
    expect(picturesNamed(studio.dataFolder, 'unwanted')).toEqual([]);
  });
});

describe.concurrent('a job whose instance is stopped', () => {
  it('goes to another one and counts as no failure; with drain it ends first', async ({ onTestFinished }) => {
    const studio = await openStudio(onTestFinished);
    await runSandbox(studio, 'leaving', slow);
    const given = await submit(studio, samplingPrompt('given', 60));
    await waitForSampling(studio, given.id);
    await runSandbox(studio, 'staying', slow);
    await callStudio(studio, 'instances.stop', { instanceId: 'leaving' });
    const job = await waitForEnd(studio, given.id, 20_000);
    expect(job).toMatchObject({ ...succeededOnce(job, 2), instanceId: 'staying' });
    const drained = await submit(studio, samplingPrompt('drained'));
    await waitForSampling(studio, drained.id);
    await callStudio(studio, 'instances.stop', { instanceId: 'staying', drain: true });
    expect(await getInstance(studio, 'staying')).toMatchObject({ status: 'running', draining: 'stop' });
    const last = await waitForEnd(studio, drained.id);
    expect(last).toMatchObject({ ...succeededOnce(last, 1), instanceId: 'staying' });
    await waitForInstance(studio, 'staying', ({ status }) => status === 'stopped');
    expect(picturesNamed(studio.dataFolder, 'given')).toHaveLength(1);
  });
});

describe.concurrent('a job whose websocket fails', () => {
  it.for(['drop', 'silent'])('(%s) is settled by the history', async (fault, { onTestFinished }) => {
    const studio = await openStudio(onTestFinished);
    const faults = [`--fault-websocket-${fault}-in-job`, '1'];
    const { pid } = await runSandbox(studio, 'deaf', { faults, clock: 5 });
    const first = await submit(studio, samplingPrompt(`${fault}-first`));
    const second = await submit(studio, samplingPrompt(`${fault}-second`));
    const job = await waitForEnd(studio, first.id);
    expect(job).toMatchObject(succeededOnce(job, 1));
    const next = await waitForEnd(studio, second.id);
    expect(next).toMatchObject(succeededOnce(next, 1));
    expect(await getInstance(studio, 'deaf')).toMatchObject({
      pid,
      statistics: { successfulWorkflows: 2, restarts: 0 },
    });
    expect(picturesNamed(studio.dataFolder, `${fault}-`)).toHaveLength(2);
  });
});

describe.concurrent('a studio that is killed in the middle of a job', () => {
  it('finds the instance at work again: it is adopted, its job is followed, and new jobs wait for it', async ({
    onTestFinished,
  }) => {
    const dataFolder = await openDataFolder(onTestFinished);
    const first = await openStudio(onTestFinished, { dataFolder });
    const before = await runSandbox(first, 'survivor', slow);
    const { id } = await submit(first, samplingPrompt('orphan', 60));
    await waitForSampling(first, id);
    await first.end('SIGKILL');
    const second = await openStudio(onTestFinished, { dataFolder });
    expect(await getInstance(second, 'survivor')).toMatchObject({
      pid: before.pid,
      status: 'running',
      state: { kind: 'ready', adopted: true },
      statistics: { restarts: 0 },
    });
    const next = await submit(second, plainPrompt('next'));
    for (const jobId of [id, next.id]) {
      const job = await waitForEnd(second, jobId, 30_000);
      expect(job).toMatchObject(succeededOnce(job, 1));
    }
    expect(picturesNamed(dataFolder, 'orphan')).toHaveLength(1);
    expect(isAlive(pidOf(before))).toBe(true);
  });
});
