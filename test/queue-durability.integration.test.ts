import { describe, expect, it } from 'vitest';
import type { JobView } from '#contract/models/job.ts';
import type { HeadlessStudio } from '../e2e/hosts/headless-studio.ts';
import { isAlive } from './processes.ts';
import { callStudio, getInstance, pidOf, waitFor, waitForInstance } from './studio-client.ts';
import { openDataFolder, openStudio, runSandbox } from './studio-fixture.ts';
import {
  picturesNamed,
  plainPrompt,
  samplingPrompt,
  submit,
  waitForEnd,
  waitForJob,
  waitForSampling,
} from './studio-jobs.ts';

/** Slow enough to be hit in the middle: a step takes 60 ms and more. */
const slow = { clock: 1 };
const fast = { clock: 100 };

const waitingIds = async (studio: HeadlessStudio): Promise<readonly string[]> => {
  const { jobs } = await callStudio(studio, 'jobs.list', { states: ['queued'], limit: 200 });
  return jobs.map(({ id }) => id);
};

const eventTypes = async (studio: HeadlessStudio, jobId: string): Promise<readonly string[]> => {
  const { events } = await callStudio(studio, 'jobs.events', { jobId });
  return events.map(({ type }) => type);
};

const ranOnce = { state: 'succeeded', tries: 1, deaths: 0, error: null };

describe.concurrent('the queue after the studio was killed', () => {
  it('still has all that was accepted, in its order', async ({ onTestFinished }) => {
    const dataFolder = await openDataFolder(onTestFinished);
    const first = await openStudio(onTestFinished, { dataFolder });
    const accepted: string[] = [];
    for (let index = 0; index < 25; index += 1) {
      const { id } = await callStudio(first, 'jobs.submit', {
        prompt: plainPrompt(`kept-${index}`),
        title: `job ${index}`,
        priority: index === 20 ? 5 : 0,
      });
      accepted.push(id);
    }
    await first.end('SIGKILL');
    const second = await openStudio(onTestFinished, { dataFolder });
    const [twenty] = accepted.splice(20, 1);
    expect(await waitingIds(second)).toEqual([twenty, ...accepted]);
    expect(await callStudio(second, 'jobs.get', { jobId: accepted[3] ?? '' })).toMatchObject({
      title: 'job 3',
      tries: 0,
    });
    await runSandbox(second, 'worker', fast);
    for (const jobId of accepted) expect(await waitForEnd(second, jobId, 60_000)).toMatchObject(ranOnce);
    expect(picturesNamed(dataFolder, 'kept-7_')).toHaveLength(1);
  });

  it('follows a job that its instance goes on with', async ({ onTestFinished }) => {
    const dataFolder = await openDataFolder(onTestFinished);
    const first = await openStudio(onTestFinished, { dataFolder });
    const worker = await runSandbox(first, 'worker', slow);
    const { id } = await submit(first, samplingPrompt('followed', 80));
    await waitForSampling(first, id);
    await first.end('SIGKILL');
    const second = await openStudio(onTestFinished, { dataFolder });
    expect(pidOf(await getInstance(second, 'worker'))).toBe(worker.pid);
    expect(await waitForEnd(second, id, 30_000)).toMatchObject({ ...ranOnce, instanceId: 'worker' });
    expect(picturesNamed(dataFolder, 'followed')).toHaveLength(1);
  });

  it('collects what was finished in the meantime', async ({ onTestFinished }) => {
    const dataFolder = await openDataFolder(onTestFinished);
    const first = await openStudio(onTestFinished, { dataFolder });
    await runSandbox(first, 'worker', slow);
    const { id } = await submit(first, samplingPrompt('collected', 30));
    await waitForSampling(first, id);
    await first.end('SIGKILL');
    await waitFor(
      'picture of the job',
      () => picturesNamed(dataFolder, 'collected'),
      (pictures) => pictures.length > 0,
    );
    const second = await openStudio(onTestFinished, { dataFolder });
    expect(await waitForEnd(second, id)).toMatchObject({ ...ranOnce, outputs: [{ kind: 'image' }] });
    expect(picturesNamed(dataFolder, 'collected')).toHaveLength(1);
  });

  it('runs a job again under its id when its instance died too', async ({ onTestFinished }) => {
    const dataFolder = await openDataFolder(onTestFinished);
    const first = await openStudio(onTestFinished, { dataFolder });
    const worker = await runSandbox(first, 'worker', slow);
    const { id } = await submit(first, samplingPrompt('again', 60));
    const { id: behind } = await submit(first, plainPrompt('behind'));
    await waitForSampling(first, id);
    await first.end('SIGKILL');
    process.kill(pidOf(worker), 'SIGKILL');
    await waitFor(
      'end of the instance',
      () => isAlive(pidOf(worker)),
      (alive) => !alive,
    );
    const second = await openStudio(onTestFinished, { dataFolder });
    await waitFor(
      'jobs that wait',
      () => waitingIds(second),
      (ids) => ids.length === 2,
    );
    expect(await waitingIds(second)).toEqual([id, behind]);
    await callStudio(second, 'instances.start', { instanceId: 'worker' });
    expect(await waitForEnd(second, id, 30_000)).toMatchObject({ state: 'succeeded', tries: 2, deaths: 0 });
    expect(await waitForEnd(second, behind)).toMatchObject(ranOnce);
    expect(picturesNamed(dataFolder, 'again')).toHaveLength(1);
  });

  it('is paused again when it was paused', async ({ onTestFinished }) => {
    const dataFolder = await openDataFolder(onTestFinished);
    const first = await openStudio(onTestFinished, { dataFolder });
    await runSandbox(first, 'worker', fast);
    expect(await callStudio(first, 'queue.setMode', { mode: 'paused' })).toMatchObject({ mode: 'paused' });
    const { id } = await submit(first, plainPrompt('held'));
    await first.end('SIGKILL');
    const second = await openStudio(onTestFinished, { dataFolder });
    await waitForInstance(second, 'worker', ({ status }) => status === 'running');
    expect(await callStudio(second, 'queue.get', {})).toMatchObject({ mode: 'paused', counts: { queued: 1 } });
    expect((await callStudio(second, 'jobs.explain', { jobId: id })).placement).toMatchObject({
      waiting: 'queue-paused',
    });
    await callStudio(second, 'queue.setMode', { mode: 'running' });
    expect(await waitForEnd(second, id)).toMatchObject(ranOnce);
  });
});

describe.concurrent('the queue after the studio was stopped', () => {
  it('goes on with what was running, without counting a death', async ({ onTestFinished }) => {
    const dataFolder = await openDataFolder(onTestFinished);
    const first = await openStudio(onTestFinished, { dataFolder });
    await runSandbox(first, 'worker', slow);
    const { id } = await submit(first, samplingPrompt('resumed', 100));
    await waitForSampling(first, id);
    expect(await first.end('SIGTERM')).toBe(0);
    const second = await openStudio(onTestFinished, { dataFolder });
    await waitForJob(second, id, ({ state }) => state === 'queued');
    await callStudio(second, 'instances.start', { instanceId: 'worker' });
    expect(await waitForEnd(second, id, 30_000)).toMatchObject({ state: 'succeeded', deaths: 0, tries: 2 });
  });

  it('collects from instances that were left running', async ({ onTestFinished }) => {
    const dataFolder = await openDataFolder(onTestFinished);
    const first = await openStudio(onTestFinished, { dataFolder, arguments: ['--keep-instances'] });
    await runSandbox(first, 'worker', slow);
    const { id } = await submit(first, samplingPrompt('left', 60));
    await waitForSampling(first, id);
    expect(await first.end('SIGTERM')).toBe(0);
    const second = await openStudio(onTestFinished, { dataFolder });
    expect(await waitForEnd(second, id, 30_000)).toMatchObject(ranOnce);
    expect(picturesNamed(dataFolder, 'left')).toHaveLength(1);
  });
});

describe.concurrent('a job that kills its instances', () => {
  it('is parked after two deaths, and the others go on', async ({ onTestFinished }) => {
    const studio = await openStudio(onTestFinished);
    await runSandbox(studio, 'fragile', slow);
    const { id } = await submit(studio, samplingPrompt('deadly', 100));
    for (const deaths of [1, 2]) {
      await waitForSampling(studio, id);
      process.kill(pidOf(await getInstance(studio, 'fragile')), 'SIGKILL');
      await waitForJob(studio, id, (job: JobView) => job.deaths === deaths, 5000);
      if (deaths === 1) await waitForInstance(studio, 'fragile', ({ status }) => status === 'running', 20_000);
    }
    const parked = await waitForJob(studio, id, ({ state }) => state === 'parked');
    expect(parked).toMatchObject({ deaths: 2, reason: { code: 'too-many-deaths' }, error: { code: 'JOB_LOST' } });
    expect(await eventTypes(studio, id)).toEqual(
      expect.arrayContaining(['submitted', 'sent', 'lost', 'requeued', 'parked']),
    );
    const { id: other } = await submit(studio, plainPrompt('harmless'));
    expect(await waitForEnd(studio, other, 30_000)).toMatchObject(ranOnce);
    expect(await callStudio(studio, 'jobs.retry', { jobIds: [id] })).toEqual({ retried: 1 });
    expect(await waitForEnd(studio, id, 30_000)).toMatchObject({ state: 'succeeded', deaths: 0 });
  });

  it('is back in the queue within a second of the death', async ({ onTestFinished }) => {
    const studio = await openStudio(onTestFinished);
    const worker = await runSandbox(studio, 'worker', slow);
    const { id } = await submit(studio, samplingPrompt('back', 100));
    const { id: behind } = await submit(studio, plainPrompt('after'));
    await waitForSampling(studio, id);
    process.kill(pidOf(worker), 'SIGKILL');
    await waitForJob(studio, id, ({ state, reason }) => state === 'queued' && reason?.code === 'instance-died', 1000);
    expect(await waitingIds(studio)).toEqual([id, behind]);
  });
});

describe.concurrent('a job that needs more memory than a card has', () => {
  it('is done by a card with more, once', async ({ onTestFinished }) => {
    const studio = await openStudio(onTestFinished);
    await runSandbox(studio, 'small', { draft: { sandbox: { clock: 100, vramBytes: 1024 ** 3 } } });
    const { id } = await submit(studio, samplingPrompt('large'));
    const parked = await waitForJob(studio, id, ({ state }) => state === 'parked', 20_000);
    expect(parked).toMatchObject({ reason: { code: 'out-of-memory' }, error: { code: 'GPU_OUT_OF_MEMORY' } });
    await runSandbox(studio, 'large', { draft: { sandbox: { clock: 100, vramBytes: 24 * 1024 ** 3 } } });
    await callStudio(studio, 'jobs.retry', { jobIds: [id] });
    expect(await waitForEnd(studio, id)).toMatchObject({ state: 'succeeded', instanceId: 'large' });
    const { id: next } = await submit(studio, samplingPrompt('learned'));
    expect(await waitForEnd(studio, next)).toMatchObject({ ...ranOnce, instanceId: 'large' });
  });
});
