import { describe, expect, it } from 'vitest';
import { callStudio, waitFor, waitForInstance } from './studio-client.ts';
import { openStudio, runSandbox, stopInstance } from './studio-fixture.ts';
import {
  picturesNamed,
  plainPrompt,
  samplingPrompt,
  submit,
  waitForEnd,
  waitForJob,
  waitForSampling,
} from './studio-jobs.ts';

type Studio = Awaited<ReturnType<typeof openStudio>>;

const fast = { clock: 100 };

const waitingTitles = async (studio: Studio): Promise<readonly string[]> => {
  const { jobs } = await callStudio(studio, 'jobs.list', { states: ['queued'], limit: 200 });
  return jobs.map(({ title }) => title);
};

/** Jobs that wait because nothing runs. */
const queue = async (studio: Studio, titles: readonly string[]): Promise<readonly string[]> => {
  const ids: string[] = [];
  for (const title of titles) {
    ids.push((await callStudio(studio, 'jobs.submit', { prompt: plainPrompt(title), title })).id);
  }
  return ids;
};

/** What a call is refused with. */
const refusal = async (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'not refused',
    (error: unknown) => String(error),
  );

describe.concurrent('the order of the queue', () => {
  it('follows priorities and moves, and runs that way', async ({ onTestFinished }) => {
    const studio = await openStudio(onTestFinished);
    const [a = '', , c = '', d = '', e = ''] = await queue(studio, ['a', 'b', 'c', 'd', 'e']);
    await callStudio(studio, 'jobs.change', { jobIds: [d], priority: 10 });
    expect(await waitingTitles(studio)).toEqual(['d', 'a', 'b', 'c', 'e']);
    await callStudio(studio, 'jobs.change', { jobIds: [a], priority: -100 });
    expect(await waitingTitles(studio)).toEqual(['d', 'b', 'c', 'e', 'a']);
    await callStudio(studio, 'jobs.move', { jobIds: [e], to: { before: c } });
    expect(await waitingTitles(studio)).toEqual(['d', 'b', 'e', 'c', 'a']);
    await callStudio(studio, 'jobs.move', { jobIds: [c, a], to: 'front' });
    expect(await waitingTitles(studio)).toEqual(['c', 'a', 'd', 'b', 'e']);
    await callStudio(studio, 'jobs.move', { jobIds: [d], to: 'end' });
    expect(await waitingTitles(studio)).toEqual(['c', 'a', 'b', 'e', 'd']);
    await runSandbox(studio, 'worker', fast);
    await waitForEnd(studio, d);
    const { jobs } = await callStudio(studio, 'jobs.list', { states: ['succeeded'] });
    expect(jobs.toSorted((x, y) => (x.startedAt ?? 0) - (y.startedAt ?? 0)).map(({ title }) => title)).toEqual([
      'c',
      'a',
      'b',
      'e',
      'd',
    ]);
  });

  it('refuses a priority beyond its range and a move of what does not wait', async ({ onTestFinished }) => {
    const studio = await openStudio(onTestFinished);
    const [id = ''] = await queue(studio, ['only']);
    expect(await refusal(callStudio(studio, 'jobs.submit', { prompt: plainPrompt('x'), priority: -101 }))).toContain(
      'INPUT_INVALID',
    );
    expect(await refusal(callStudio(studio, 'jobs.change', { jobIds: [id], priority: 101 }))).toContain(
      'INPUT_INVALID',
    );
    await callStudio(studio, 'jobs.cancel', { jobId: id });
    expect(await refusal(callStudio(studio, 'jobs.move', { jobIds: [id], to: 'front' }))).toContain('JOB_NOT_WAITING');
    expect(
      await refusal(callStudio(studio, 'jobs.retry', { jobIds: ['3f2c1d7e-8a4b-4c5d-9e6f-0a1b2c3d4e5f'] })),
    ).toContain('JOB_NOT_FOUND');
  });
});

describe.concurrent('the modes of the queue', () => {
  it('paused: what runs goes on, nothing is handed out', async ({ onTestFinished }) => {
    const studio = await openStudio(onTestFinished);
    await runSandbox(studio, 'worker', { clock: 2 });
    const { id: running } = await submit(studio, samplingPrompt('running', 40));
    await waitForSampling(studio, running);
    await callStudio(studio, 'queue.setMode', { mode: 'paused' });
    const { id: held } = await submit(studio, plainPrompt('held'));
    expect(await waitForEnd(studio, running)).toMatchObject({ state: 'succeeded' });
    expect(await callStudio(studio, 'jobs.get', { jobId: held })).toMatchObject({ state: 'queued', tries: 0 });
    await callStudio(studio, 'queue.setMode', { mode: 'running' });
    expect(await waitForEnd(studio, held)).toMatchObject({ state: 'succeeded' });
  });

  it('draining: what waits is finished, nothing new is taken', async ({ onTestFinished }) => {
    const studio = await openStudio(onTestFinished);
    const [id = ''] = await queue(studio, ['last']);
    await callStudio(studio, 'queue.setMode', { mode: 'draining' });
    expect(await refusal(callStudio(studio, 'jobs.submit', { prompt: plainPrompt('late') }))).toContain(
      'JOB_QUEUE_CLOSED',
    );
    await runSandbox(studio, 'worker', fast);
    expect(await waitForEnd(studio, id)).toMatchObject({ state: 'succeeded' });
    await callStudio(studio, 'queue.setMode', { mode: 'running' });
    expect(await submit(studio, plainPrompt('again'))).toMatchObject({ state: expect.any(String) });
  });

  it('an instance that is drained ends its job, takes no other and stops', async ({ onTestFinished }) => {
    const studio = await openStudio(onTestFinished);
    await runSandbox(studio, 'worker', { clock: 2 });
    const { id: running } = await submit(studio, samplingPrompt('drained', 30));
    await waitForSampling(studio, running);
    await callStudio(studio, 'instances.drain', { instanceId: 'worker', afterwards: 'stop' });
    const { id: held } = await submit(studio, plainPrompt('waits'));
    expect((await callStudio(studio, 'jobs.explain', { jobId: held })).placement).toMatchObject({
      instanceId: null,
      rejected: [{ instanceId: 'worker', reason: 'draining' }],
    });
    expect(await waitForEnd(studio, running)).toMatchObject({ state: 'succeeded' });
    await waitForInstance(studio, 'worker', ({ status }) => status === 'stopped');
    expect(await callStudio(studio, 'jobs.get', { jobId: held })).toMatchObject({ state: 'queued', tries: 0 });
  });
});

describe.concurrent('batches', () => {
  it('make a job of each pair of values, under one progress', async ({ onTestFinished }) => {
    const studio = await openStudio(onTestFinished);
    await runSandbox(studio, 'one', fast);
    await runSandbox(studio, 'two', fast);
    const batch = await callStudio(studio, 'jobs.submitBatch', {
      prompt: samplingPrompt('grid', 2),
      title: 'Grid',
      parameters: [
        { nodeId: '3', inputName: 'seed', values: [1, 2, 3] },
        { nodeId: '3', inputName: 'cfg', values: [4, 5] },
      ],
    });
    expect(batch).toMatchObject({ total: 6, title: 'Grid', parameters: [{ count: 3 }, { count: 2 }] });
    const done = await waitFor(
      'end of the batch',
      () => callStudio(studio, 'batches.get', { batchId: batch.id }),
      ({ finishedAt }) => finishedAt !== null,
    );
    expect(done).toMatchObject({ fraction: 1, counts: { succeeded: 6, failed: 0 } });
    const { jobs } = await callStudio(studio, 'jobs.list', { batchId: batch.id });
    const graphs = await Promise.all(jobs.map(({ id }) => callStudio(studio, 'jobs.prompt', { jobId: id })));
    const pairs = graphs.map(({ prompt }) => [prompt['3']?.inputs['seed'], prompt['3']?.inputs['cfg']].join(' '));
    expect(pairs.toSorted()).toEqual(['1 4', '1 5', '2 4', '2 5', '3 4', '3 5']);
    expect(new Set(jobs.map(({ instanceId }) => instanceId)).size).toBe(2);
    expect(picturesNamed(studio.dataFolder, 'grid')).toHaveLength(6);
  });

  it('that cannot be are refused whole', async ({ onTestFinished }) => {
    const studio = await openStudio(onTestFinished);
    const prompt = plainPrompt('never');
    const values = Array.from({ length: 100_001 }, (_, index) => index);
    const large = callStudio(studio, 'jobs.submitBatch', {
      prompt,
      parameters: [{ nodeId: '1', inputName: 'width', values }],
    });
    expect(await refusal(large)).toContain('BATCH_TOO_LARGE');
    for (const [nodeId, inputName] of [
      ['99', 'width'],
      ['1', 'seed'],
    ] as const) {
      const wrong = callStudio(studio, 'jobs.submitBatch', {
        prompt,
        parameters: [{ nodeId, inputName, values: [1] }],
      });
      expect(await refusal(wrong)).toContain('BATCH_PARAMETER_INVALID');
    }
    expect(await callStudio(studio, 'queue.get', {})).toMatchObject({ counts: { queued: 0 } });
  });

  it('are cancelled and tried again as one', async ({ onTestFinished }) => {
    const studio = await openStudio(onTestFinished);
    const { id: batchId } = await callStudio(studio, 'jobs.submitBatch', {
      prompt: plainPrompt('many'),
      parameters: [{ nodeId: '3', inputName: 'filename_prefix', values: ['many-a', 'many-b', 'many-c'] }],
    });
    expect(await callStudio(studio, 'jobs.cancelMany', { batchId })).toEqual({ cancelled: 3 });
    expect(await callStudio(studio, 'batches.get', { batchId })).toMatchObject({ counts: { cancelled: 3, queued: 0 } });
    await callStudio(studio, 'jobs.retry', { batchId });
    await runSandbox(studio, 'worker', fast);
    await waitFor(
      'end of the batch',
      () => callStudio(studio, 'batches.get', { batchId }),
      ({ counts }) => counts.succeeded === 3,
    );
  });
});

describe.concurrent('jobs that are forgotten', () => {
  it('leave their files unless asked otherwise', async ({ onTestFinished }) => {
    const studio = await openStudio(onTestFinished);
    await runSandbox(studio, 'worker', fast);
    const { id: kept } = await submit(studio, plainPrompt('stays'));
    const { id: gone } = await submit(studio, plainPrompt('goes'));
    for (const jobId of [kept, gone]) await waitForEnd(studio, jobId);
    expect(await callStudio(studio, 'jobs.remove', { jobIds: [kept] })).toEqual({ removed: 1, filesDeleted: 0 });
    expect(await callStudio(studio, 'jobs.remove', { jobIds: [gone], deleteFiles: true })).toEqual({
      removed: 1,
      filesDeleted: 1,
    });
    expect(picturesNamed(studio.dataFolder, 'stays')).toHaveLength(1);
    expect(picturesNamed(studio.dataFolder, 'goes')).toHaveLength(0);
    expect(await refusal(callStudio(studio, 'jobs.get', { jobId: gone }))).toContain('JOB_NOT_FOUND');
  });
});

describe.concurrent('a job for one instance', () => {
  it('is parked when that is deleted, and runs where it is sent then', async ({ onTestFinished }) => {
    const studio = await openStudio(onTestFinished);
    await runSandbox(studio, 'gone', fast);
    await stopInstance(studio, 'gone');
    const { id } = await submit(studio, plainPrompt('orphan'), 'gone');
    await callStudio(studio, 'instances.delete', { instanceId: 'gone' });
    const parked = await waitForJob(studio, id, ({ state }) => state === 'parked');
    expect(parked).toMatchObject({ reason: { code: 'instance-deleted' }, error: { code: 'INSTANCE_NOT_FOUND' } });
    await runSandbox(studio, 'other', fast);
    await callStudio(studio, 'jobs.change', { jobIds: [id], instanceId: null });
    await callStudio(studio, 'jobs.retry', { jobIds: [id] });
    expect(await waitForEnd(studio, id)).toMatchObject({ state: 'succeeded', instanceId: 'other' });
  });
});

describe.concurrent('a stopped instance that starts on demand', () => {
  it('is started for a job, and stopped again when it has been idle', async ({ onTestFinished }) => {
    const studio = await openStudio(onTestFinished);
    await runSandbox(studio, 'worker', { clock: 100, draft: { idle: { stopAfterMs: 1000, startOnDemand: true } } });
    await waitForInstance(studio, 'worker', ({ status }) => status === 'stopped', 15_000);
    const { id } = await submit(studio, plainPrompt('woken'));
    expect(await waitForEnd(studio, id)).toMatchObject({ state: 'succeeded', instanceId: 'worker' });
    await waitForInstance(studio, 'worker', ({ status }) => status === 'stopped', 15_000);
  });
});
