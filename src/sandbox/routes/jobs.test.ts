import { describe, expect, it } from 'vitest';
import type { HistoryEntry } from '../queue/history.ts';
import { jobPage, jobQueryOf } from './job-query.ts';
import { finishedJob, type Job, queuedJob } from './jobs.ts';

const item = (extraData: Record<string, unknown> = {}) => ({
  number: 3,
  promptId: 'p',
  prompt: {},
  extraData: { create_time: 100, ...extraData },
  outputs: [],
});

const entry = (
  outputs: Record<string, unknown>,
  last: readonly [string, Record<string, unknown>],
  ok = true,
): HistoryEntry => ({
  item: item(),
  result: {
    outputs,
    meta: {},
    status: {
      status_str: ok ? 'success' : 'error',
      completed: ok,
      messages: [['execution_start', { timestamp: 110 }], ['execution_cached', { timestamp: 111 }], last],
    },
  },
});

const success = ['execution_success', { timestamp: 150 }] as const;

const file = (filename: string, type: string) => ({ filename, subfolder: '', type });

describe('jobs', () => {
  it('a waiting job has no times, and names its workflow', () => {
    expect(queuedJob(item({ extra_pnginfo: { workflow: { id: 'w' } } }), 'pending')).toEqual({
      id: 'p',
      status: 'pending',
      priority: 3,
      create_time: 100,
      outputs_count: 0,
      previewable_outputs_count: 0,
      workflow_id: 'w',
    });
  });

  it.each([
    ['completed', success, true],
    ['failed', ['execution_error', { timestamp: 150, node_id: '1' }], false],
    ['cancelled', ['execution_interrupted', { timestamp: 150 }], false],
  ] as const)('%s', (status, last, ok) => {
    const job = finishedJob(entry({}, last, ok));
    expect(job).toMatchObject({ status, execution_start_time: 110, execution_end_time: 150 });
    expect('execution_error' in job).toBe(status === 'failed');
  });

  it('a saved file stands for the job before a temporary one, and that before a text', () => {
    const temporary = { '1': { images: [file('t.png', 'temp')] } };
    const saved = { ...temporary, '2': { images: [file('s.png', 'output')], animated: [false] } };
    const text = { '3': { text: ['hello'] } };
    expect(finishedJob(entry({ ...saved, ...text }, success))).toMatchObject({
      outputs_count: 2,
      previewable_outputs_count: 2,
      preview_output: { filename: 's.png', nodeId: '2', mediaType: 'images' },
    });
    expect(finishedJob(entry({ ...text, ...temporary }, success)).preview_output).toMatchObject({ filename: 't.png' });
    expect(finishedJob(entry(text, success))).toMatchObject({
      outputs_count: 0,
      preview_output: { content: 'hello', nodeId: '3', mediaType: 'text' },
    });
  });

  it('a long text is cut and says so', () => {
    const job = finishedJob(entry({ '1': { text: ['x'.repeat(5000)] } }, success));
    expect(job.preview_output).toMatchObject({ truncated: true });
  });

  it('files that nobody can look at count, but stand for nothing', () => {
    const job = finishedJob(entry({ '1': { latents: [file('x.latent', 'output')] } }, success));
    expect(job).toMatchObject({ outputs_count: 1, previewable_outputs_count: 0 });
    expect('preview_output' in job).toBe(false);
  });
});

describe('the query', () => {
  const query = (text: string) => jobQueryOf(new URLSearchParams(text));

  it.each([
    [
      'status=bogus,done',
      'Invalid status value(s): bogus, done. Valid values: pending, in_progress, completed, failed, cancelled',
    ],
    ['limit=x', 'limit must be an integer'],
    ['limit=-1', 'limit must be a positive integer'],
    ['offset=x', 'offset must be an integer'],
    ['sort_by=x', "sort_by must be 'created_at' or 'execution_duration'"],
    ['sort_order=x', "sort_order must be 'asc' or 'desc'"],
  ])('%s is refused', (text, reason) => {
    expect(query(text)).toBe(reason);
  });

  const job = (id: string, createdAt: number, durationMs: number, more: Partial<Job> = {}): Job => ({
    id,
    status: 'completed',
    priority: 0,
    create_time: createdAt,
    execution_start_time: 0,
    execution_end_time: durationMs,
    outputs_count: 0,
    previewable_outputs_count: 0,
    ...more,
  });

  const jobs = [job('a', 1, 30), job('b', 2, 10, { workflow_id: 'w' }), job('c', 3, 20, { status: 'failed' })];

  const ids = (text: string): unknown => {
    const asked = query(text);
    if (typeof asked === 'string') throw new Error(asked);
    return (jobPage(jobs, asked).jobs as Job[]).map(({ id }) => id);
  };

  it.each([
    ['', ['c', 'b', 'a']],
    ['sort_order=asc', ['a', 'b', 'c']],
    ['sort_by=execution_duration', ['a', 'c', 'b']],
    ['status=failed', ['c']],
    ['status=completed,failed&limit=2', ['c', 'b']],
    ['limit=1&offset=1', ['b']],
    ['offset=-5', ['c', 'b', 'a']],
    ['workflow_id=w', ['b']],
  ])('%s', (text, expected) => {
    expect(ids(text)).toEqual(expected);
  });

  it('says whether more follow', () => {
    const asked = query('limit=2');
    if (typeof asked === 'string') throw new Error(asked);
    expect(jobPage(jobs, asked).pagination).toEqual({ offset: 0, limit: 2, total: 3, has_more: true });
  });
});
