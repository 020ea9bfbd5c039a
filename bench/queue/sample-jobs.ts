import { randomUUID } from 'node:crypto';
import { jobViewSchema } from '#contract/models/job.ts';
import type { Prompt } from '#contract/models/workflow.ts';
import type { StoreChange, StoredJob } from '#core/ports/job-store.ts';

/** A graph of the usual size: loaders, two texts, a sampler, an upscaler and what lies between. */
export const sampleGraph: Prompt = Object.fromEntries(
  Array.from({ length: 20 }, (_, index) => [
    String(index + 1),
    {
      class_type: index === 0 ? 'CheckpointLoaderSimple' : 'KSampler',
      inputs: {
        seed: index,
        steps: 20,
        cfg: 7.5,
        sampler_name: 'euler',
        text: 'a castle in the clouds, golden hour',
        model: ['1', 0],
      },
      _meta: { title: `Node ${index}` },
    },
  ]),
);

/** What the editor sends beside a graph: its own file of the workflow. */
const extraData = {
  extra_pnginfo: {
    workflow: {
      nodes: Array.from({ length: 20 }, (_, id) => ({ id, pos: [id * 200, 100], widgets_values: ['text', 1, 2] })),
    },
  },
};

/** A job as it is stored when it was just accepted. Those of a batch share one graph and differ in the seed. */
export const sampleJob = (index: number, batchId: string | null): StoredJob => {
  const id = randomUUID();
  return {
    order: {
      jobId: id,
      inputs: [],
      extraData,
      passThrough: {},
      number: index,
      upstreamClientId: randomUUID(),
      lane: null,
      caller: null,
      repeatable: true,
      unfitInstanceIds: [],
      sealed: {},
    },
    view: jobViewSchema.parse({
      id,
      title: 'A castle in the clouds',
      state: 'queued',
      instanceId: null,
      requestedInstanceId: null,
      clientId: 'bench',
      placement: null,
      progress: null,
      hasPreview: false,
      outputs: [],
      error: null,
      nodeErrors: [],
      tries: 0,
      rank: index,
      kind: batchId === null ? 'interactive' : 'batch',
      batchId,
      batchIndex: batchId === null ? null : index,
      submittedAt: Date.now(),
      startedAt: null,
      finishedAt: null,
    }),
    intent: null,
    evidence: { entry: null, refusal: null, acceptedWith: null, outputFolders: null },
    firm: false,
    excludedInstanceIds: [],
    hidden: false,
    historyAt: null,
    patches: batchId === null ? [] : [{ nodeId: '2', inputName: 'seed', value: index }],
    graphKey: batchId ?? id,
  };
};

/** What a submission writes: the job, and that it was submitted. */
export const submission = (job: StoredJob): readonly StoreChange[] => [
  { kind: 'add', job, graph: sampleGraph },
  {
    kind: 'event',
    jobId: job.view.id,
    event: { at: job.view.submittedAt, type: 'submitted', instanceId: null, details: {} },
  },
];
