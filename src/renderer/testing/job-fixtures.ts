import type { JobOutput, JobProgress, JobView } from '#contract/models/job.ts';
import { fixtureNow, seconds } from './instance-fixtures.ts';

/** A stable, canonical job id from a small number. */
export const jobId = (number: number): string => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;

export const batchId = (number: number): string => `00000000-0000-4000-9000-${String(number).padStart(12, '0')}`;

export const progress = (changes: Partial<JobProgress> = {}): JobProgress => ({
  nodeId: '3',
  classType: 'KSampler',
  value: 14,
  max: 20,
  nodesDone: 4,
  nodesTotal: 7,
  fraction: 0.7,
  ...changes,
});

export const pictures = (count: number): JobOutput[] =>
  Array.from({ length: count }, (_, index) => ({
    index,
    nodeId: '9',
    kind: 'image' as const,
    key: 'images',
    filename: `atelier_${String(index + 1).padStart(5, '0')}_.png`,
    subfolder: '',
    type: 'output',
    text: '',
  }));

export const job = (number: number, changes: Partial<JobView> = {}): JobView => ({
  id: jobId(number),
  title: 'portrait of a fox in a red coat',
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
  tries: 1,
  deaths: 0,
  reason: null,
  priority: 0,
  rank: number,
  kind: 'interactive',
  timeoutMs: null,
  batchId: null,
  batchIndex: null,
  estimate: null,
  submittedAt: fixtureNow - seconds(60),
  assignedAt: null,
  startedAt: null,
  finishedAt: null,
  ...changes,
});

export const runningJob = (number: number, instanceId: string, changes: Partial<JobView> = {}): JobView =>
  job(number, {
    state: 'running',
    instanceId,
    progress: progress(),
    hasPreview: true,
    startedAt: fixtureNow - seconds(21),
    ...changes,
  });

export const doneJob = (number: number, instanceId: string, changes: Partial<JobView> = {}): JobView =>
  job(number, {
    state: 'succeeded',
    instanceId,
    outputs: pictures(1),
    startedAt: fixtureNow - seconds(200),
    finishedAt: fixtureNow - seconds(170),
    ...changes,
  });
