import { describe, expect, it } from 'vitest';
import { type JobView, jobViewSchema } from '#contract/models/job.ts';
import { isTerminal, jobDocument, progressOf, statusOf } from './job-document.ts';

const id = '00000000-0000-4000-8000-000000000001';
const view = (fields: Partial<JobView>): JobView => ({
  ...jobViewSchema.parse({
    id,
    title: 't',
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
    tries: 0,
    submittedAt: 1_000_000,
    startedAt: null,
    finishedAt: null,
  }),
  ...fields,
});
const facts = { isCanceling: false, queuePosition: null, outputs: [], expiresAt: 173_807_000 };
const documentOf = (fields: Partial<JobView>, more: Partial<typeof facts> = {}) => {
  const shown = view(fields);
  // The document reads nothing else of a record.
  const record = { order: { jobId: id }, view: shown } as Parameters<typeof jobDocument>[0];
  return jobDocument(record, { ...facts, ...more });
};

describe('the status of a job', () => {
  it.each([
    ['queued', false, 'queued'],
    ['assigned', false, 'queued'],
    ['running', false, 'running'],
    ['running', true, 'canceling'],
    ['queued', true, 'canceling'],
    ['succeeded', true, 'succeeded'],
    ['failed', false, 'failed'],
    ['parked', false, 'failed'],
    ['cancelled', true, 'canceled'],
  ] as const)('%s, asked to stop %s: %s', (state, isCanceling, status) => {
    expect(statusOf({ state }, isCanceling)).toBe(status);
    expect(isTerminal(status)).toBe(['succeeded', 'failed', 'canceled'].includes(status));
  });
});

describe('a job document', () => {
  it('of a job that ran tells its times and how long it is kept', () => {
    expect(documentOf({ state: 'succeeded', startedAt: 1_002_000, finishedAt: 1_007_000 })).toMatchObject({
      status: 'succeeded',
      created_at: '1970-01-01T00:16:40.000Z',
      expires_at: '1970-01-03T00:16:47.000Z',
      metrics: { queue_ms: 2000, execution_ms: 5000 },
      error: null,
      urls: { self: `/api/v2/jobs/${id}` },
    });
  });

  it('of a failed one names the node', () => {
    const nodeErrors = [
      {
        nodeId: '2',
        classType: 'KSampler',
        type: 'ValueError',
        message: 'boom',
        details: '',
        inputName: '',
        traceback: ['a', 'b'],
      },
    ];
    expect(documentOf({ state: 'failed', nodeErrors })).toMatchObject({
      error: { code: 'ValueError', message: 'boom', node_id: '2', class_type: 'KSampler', traceback: 'a\nb' },
    });
  });

  it('of a parked one says why', () => {
    expect(documentOf({ state: 'parked', reason: { code: 'too-many-deaths', details: {} } }).error).toMatchObject({
      code: 'too-many-deaths',
    });
  });
});

describe('progress', () => {
  it('has steps only where a node counts', () => {
    const progress = {
      nodeId: '3',
      classType: 'KSampler',
      value: 4,
      max: 20,
      nodesDone: 2,
      nodesTotal: 5,
      fraction: 0.44,
    };
    expect(progressOf({ progress })).toEqual({
      value: 0.44,
      nodes_done: 2,
      nodes_total: 5,
      current_node: '3',
      current_node_class: 'KSampler',
      step: 4,
      steps: 20,
      message: null,
    });
    expect(progressOf({ progress: { ...progress, max: 1, classType: '' } })).toMatchObject({
      step: null,
      steps: null,
      current_node_class: null,
    });
    expect(progressOf({ progress: null })).toBeNull();
  });
});
