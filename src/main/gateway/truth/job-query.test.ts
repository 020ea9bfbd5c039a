import { describe, expect, it } from 'vitest';
import { loadRecording } from '#sandbox/conformance/recording.ts';
import { chooseJobs, type JobLine, type JobQuery, pageOf, readJobQuery } from './job-query.ts';

const read = (text: string) => readJobQuery(new URLSearchParams(text));

const query = (text: string): JobQuery => {
  const found = read(text);
  if ('error' in found) throw new Error(found.error);
  return found;
};

const recorded = loadRecording('get-routes-idle');
const refused: readonly (readonly [string, string])[] = (Array.isArray(recorded) ? recorded : [])
  .filter(({ path, status }: { path: string; status: number }) => path.startsWith('/api/jobs?') && status === 400)
  .map(({ path, json }: { path: string; json: { error: string } }) => [path.split('?')[1] ?? '', json.error]);

describe('the query of a list of jobs', () => {
  it('was refused by a real server often enough', () => expect(refused.length).toBe(4));

  it.each([
    ...refused,
    ['status=a,b', 'Invalid status value(s): a, b. Valid values: pending, in_progress, completed, failed, cancelled'],
    ['limit=-1', 'limit must be a positive integer'],
    ['offset=x', 'offset must be an integer'],
    ['sort_order=x', "sort_order must be 'asc' or 'desc'"],
  ] as const)('%s is refused', (text, error) => {
    expect(read(text)).toEqual({ error });
  });
});

const line = (jobId: string, createdAt: number, durationMs: number, status: JobLine['status']): JobLine => ({
  jobId,
  createdAt,
  durationMs,
  status,
});

const lines = [
  line('runs', 4, 0, 'in_progress'),
  line('waits', 5, 0, 'pending'),
  line('a', 1, 30, 'completed'),
  line('b', 2, 10, 'failed'),
  line('c', 3, 20, 'cancelled'),
  line('d', 3, 20, 'completed'),
];

describe('a list of jobs', () => {
  it.each([
    ['', ['waits', 'runs', 'c', 'd', 'b', 'a']],
    ['sort_order=asc', ['a', 'b', 'c', 'd', 'runs', 'waits']],
    ['sort_by=execution_duration', ['a', 'c', 'd', 'b', 'runs', 'waits']],
    ['status=pending,in_progress', ['waits', 'runs']],
    ['status=%20FAILED%20,', ['b']],
    ['status=', ['waits', 'runs', 'c', 'd', 'b', 'a']],
    ['workflow_id=w', ['d', 'a']],
    ['workflow_id=', ['waits', 'runs', 'c', 'd', 'b', 'a']],
    ['limit=2', ['waits', 'runs']],
    ['limit=2&offset=3', ['d', 'b']],
    ['offset=5', ['a']],
    ['offset=-5&limit=1', ['waits']],
  ])('%s', (text, expected) => {
    const asked = query(text);
    expect(
      pageOf(
        chooseJobs(lines, asked, (id) => id === 'a' || id === 'd'),
        asked,
      ).page,
    ).toEqual(expected);
  });

  it.each([
    ['', { offset: 0, limit: null, total: 6, has_more: false }],
    ['limit=2', { offset: 0, limit: 2, total: 6, has_more: true }],
    ['limit=2&offset=4', { offset: 4, limit: 2, total: 6, has_more: false }],
    ['offset=9', { offset: 9, limit: null, total: 6, has_more: false }],
  ])('%s says whether more follow', (text, expected) => {
    const asked = query(text);
    expect(
      pageOf(
        chooseJobs(lines, asked, () => true),
        asked,
      ).pagination,
    ).toEqual(expected);
  });
});
