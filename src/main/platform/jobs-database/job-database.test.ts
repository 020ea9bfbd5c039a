import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createJobFolder, type JobFolder } from './job-database.fixture.ts';
import { add, samplePrompt, storedJob, update } from './stored-job.fixture.ts';

let jobs: JobFolder;
beforeEach(() => {
  jobs = createJobFolder();
});
afterEach(() => jobs.remove());

describe('a job database', () => {
  it('gives back every part of a job, as it was added and as it was changed', async () => {
    const store = jobs.open();
    const job = storedJob({
      order: {
        inputs: [{ name: 'photo.png', uploadId: 'u1' }],
        extraData: { extra_pnginfo: { workflow: { nodes: [1, 2] } } },
        passThrough: { partial_execution_targets: ['9'] },
        number: -3.5,
        upstreamClientId: 'client-9',
        lane: 'painter',
      },
      patches: [
        { nodeId: '3', inputName: 'seed', value: 7 },
        { nodeId: '3', inputName: 'text', value: 'ä "quoted"' },
        { nodeId: '3', inputName: 'on', value: false },
      ],
    });
    await store.write([add(job)], 'disk');
    expect(store.read(job.view.id)).toEqual(job);

    const changed = storedJob({
      ...job,
      view: {
        ...job.view,
        state: 'failed',
        instanceId: 'gpu-1',
        requestedInstanceId: 'gpu-2',
        placement: {
          instanceId: 'gpu-1',
          strategy: 'fastest-finish',
          decidedAt: 5,
          waiting: null,
          waitsFor: null,
          scores: [
            { instanceId: 'gpu-1', waitMs: 0, startMs: 0, loadMs: 1, runMs: 2, finishMs: 3, missingModels: ['a'] },
          ],
          rejected: [{ instanceId: 'gpu-2', reason: 'paused', details: { by: 'user' } }],
        },
        progress: { nodeId: '3', classType: 'KSampler', value: 1, max: 2, nodesDone: 1, nodesTotal: 3, fraction: 0.5 },
        hasPreview: true,
        outputs: [
          {
            index: 0,
            nodeId: '9',
            kind: 'image',
            key: 'images',
            filename: 'a.png',
            subfolder: '',
            type: 'output',
            text: '',
          },
        ],
        error: { code: 'JOB_NODE_FAILED', message: 'no', details: { node: '3' }, retryable: false },
        nodeErrors: [
          {
            nodeId: '3',
            classType: 'KSampler',
            type: 'E',
            message: 'm',
            details: '',
            inputName: '',
            traceback: ['line'],
          },
        ],
        cachedNodes: 2,
        tries: 3,
        deaths: 1,
        reason: { code: 'out-of-memory', details: { vram: 1 } },
        priority: -7,
        rank: 2.25,
        timeoutMs: 90_000,
        estimate: { startAt: 1, finishAt: 2, earliestAt: 1, latestAt: 4 },
        assignedAt: 11,
        startedAt: 12,
        finishedAt: 13,
      },
      intent: { instanceId: 'gpu-1', readyAt: 4, at: 10 },
      evidence: { entry: { status: 'error' }, refusal: null, acceptedWith: 5, outputFolders: ['/out'] },
      firm: true,
      excludedInstanceIds: ['gpu-3'],
    });
    await store.write([update(changed)], 'process');
    expect(store.read(job.view.id)).toEqual(changed);
    expect(store.graph('graph-1')).toEqual(samplePrompt);

    await store.close();
    expect(jobs.open().read(job.view.id)).toEqual(changed);
    expect(jobs.errors).toEqual([]);
  });
});
