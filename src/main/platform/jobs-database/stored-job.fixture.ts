import { randomUUID } from 'node:crypto';
import type { JobView } from '#contract/models/job.ts';
import type { Prompt } from '#contract/models/workflow.ts';
import type { StoredBatch, StoredJob } from '#core/ports/job-store.ts';

type Parts = Partial<Omit<StoredJob, 'view' | 'order'>> & {
  readonly view?: Partial<JobView>;
  readonly order?: Partial<StoredJob['order']>;
};

export const samplePrompt: Prompt = {
  '3': { class_type: 'KSampler', inputs: { seed: 1, steps: 20, model: ['4', 0] }, _meta: { title: 'sampler' } },
  '4': { class_type: 'CheckpointLoaderSimple', inputs: { ckpt_name: 'base.safetensors' } },
  '9': { class_type: 'SaveImage', inputs: { images: ['3', 0], filename_prefix: 'picture' } },
};

/** A queued job with the parts given. */
export const storedJob = (parts: Parts = {}): StoredJob => {
  const id = parts.view?.id ?? randomUUID();
  const { view, order, ...rest } = parts;
  return {
    order: {
      jobId: id,
      inputs: [],
      extraData: {},
      passThrough: {},
      number: 1,
      upstreamClientId: 'upstream',
      lane: null,
      caller: null,
      repeatable: true,
      unfitInstanceIds: [],
      sealed: {},
      ...order,
    },
    view: {
      id,
      title: 'A job',
      state: 'queued',
      instanceId: null,
      requestedInstanceId: null,
      clientId: null,
      placement: null,
      progress: null,
      hasPreview: false,
      outputs: [],
      error: null,
      nodeErrors: [],
      cachedNodes: 0,
      tries: 0,
      deaths: 0,
      reason: null,
      priority: 0,
      rank: 0,
      kind: 'interactive',
      timeoutMs: null,
      batchId: null,
      batchIndex: null,
      estimate: null,
      submittedAt: 1_700_000_000_000,
      assignedAt: null,
      startedAt: null,
      finishedAt: null,
      ...view,
    },
    intent: null,
    evidence: { entry: null, refusal: null, acceptedWith: null, outputFolders: null },
    firm: false,
    excludedInstanceIds: [],
    patches: [],
    graphKey: 'graph-1',
    hidden: false,
    historyAt: null,
    ...rest,
  };
};

export const ended = (parts: Parts, finishedAt: number): StoredJob =>
  storedJob({ ...parts, view: { state: 'succeeded', ...parts.view, finishedAt } });

export const storedBatch = (parts: Partial<StoredBatch['batch']> = {}): StoredBatch['batch'] => ({
  id: randomUUID(),
  title: 'A batch',
  total: 3,
  parameters: [{ nodeId: '3', inputName: 'seed', count: 3 }],
  priority: 0,
  submittedAt: 1_700_000_000_000,
  ...parts,
});

export const add = (job: StoredJob) => ({ kind: 'add', job, graph: samplePrompt }) as const;
export const update = (job: StoredJob) => ({ kind: 'update', job }) as const;
