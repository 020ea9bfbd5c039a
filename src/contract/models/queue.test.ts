import { describe, expect, it } from 'vitest';
import { jobPageKey, readJobPageKey } from './queue.ts';

type JobPageInput = Parameters<typeof jobPageKey>[0];

const batchId = '3f2c1d7e-8a4b-4c5d-9e6f-0a1b2c3d4e5f';

describe('the key of a page of jobs', () => {
  it.each<JobPageInput>([
    {},
    { states: ['parked', 'queued'] },
    { batchId, text: 'a "quoted" title/with=signs', offset: 150, limit: 50 },
    { instanceId: 'gpu-0' },
  ])('names the page it was made for: %j', (page) => {
    expect(readJobPageKey(jobPageKey(page))).toMatchObject({ offset: 0, limit: 50, ...page });
  });

  it('is the same for the same page, however it was written down', () => {
    const one = jobPageKey({ states: ['running', 'queued'], limit: 50 });
    expect(jobPageKey({ offset: 0, states: ['queued', 'running'] })).toBe(one);
    expect(jobPageKey({ offset: 50, states: ['queued', 'running'] })).not.toBe(one);
  });

  it.each([
    '',
    '{',
    'null',
    '[]',
    '{"limit":0}',
    '{"limit":201}',
    '{"offset":-1}',
    '{"states":["lost"]}',
    '{"batchId":"x"}',
  ])('that names no page gives null: %s', (key) => {
    expect(readJobPageKey(key)).toBeNull();
  });
});
