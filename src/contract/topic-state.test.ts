import { describe, expect, it } from 'vitest';
import type { JobView } from './models/job.ts';
import { applyTopicEvent } from './topic-state.ts';

const job = (digit: number, title: string): JobView => ({
  id: `00000000-0000-4000-8000-00000000000${digit}`,
  title,
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
  rank: digit,
  kind: 'interactive',
  timeoutMs: null,
  batchId: null,
  batchIndex: null,
  estimate: null,
  submittedAt: 0,
  assignedAt: null,
  startedAt: null,
  finishedAt: null,
});

describe('a page of jobs', () => {
  const [one, two, three] = [job(1, 'one'), job(2, 'two'), job(3, 'three')];
  const page = { total: 2, jobs: [one, two] };

  it('takes its order and its end from the event, and rows that did not change from before', () => {
    const after = applyTopicEvent('jobPage', page, { total: 9, jobIds: [three.id, one.id], changed: [three] });
    expect(after).toEqual({ total: 9, jobs: [three, one] });
    expect(after.jobs[1]).toBe(one);
  });

  it('replaces a row that changed', () => {
    const renamed = { ...two, title: 'second' };
    const after = applyTopicEvent('jobPage', page, { total: 2, jobIds: [one.id, two.id], changed: [renamed] });
    expect(after.jobs.map(({ title }) => title)).toEqual(['one', 'second']);
  });
});
