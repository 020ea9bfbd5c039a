import { describe, expect, it } from 'vitest';
import { indexOfJob, untilAnswered } from './submissions.ts';

describe('indexOfJob', () => {
  it.each([
    ['a single job', ['c0000000-0000-4000-a000-000000000007', null, Number.NaN], 7],
    ['a job of a batch', ['5b1e0f0a-3c1d-4b7e-9a55-0d5f3f1f0c11', 'c0000000-0000-4000-b000-000000000040', 3], 43],
    ['a job nobody asked for', ['5b1e0f0a-3c1d-4b7e-9a55-0d5f3f1f0c11', null, Number.NaN], null],
    [
      'a batch nobody asked for',
      ['c0000000-0000-4000-a000-000000000007', '5b1e0f0a-3c1d-4b7e-9a55-0d5f3f1f0c11', 3],
      null,
    ],
  ] as const)('knows %s', (_, [id, batch, batchIndex], index) => {
    expect(indexOfJob(id, batch, batchIndex)).toBe(index);
  });
});

describe('untilAnswered', () => {
  it('repeats a call whose connection broke, and takes the answer that it is done', async () => {
    const answers = [new TypeError('fetch failed'), new Error('HTTP 503 {}'), new Error('HTTP 400 "taken"')];
    let calls = 0;
    await untilAnswered(
      () => Promise.reject(answers[calls++] ?? new Error('one call too many')),
      (text) => text.includes('taken'),
    );
    expect(calls).toBe(3);
  });

  it('does not repeat what is refused', async () => {
    const call = () => Promise.reject(new Error('jobs.submit: HTTP 400 {}'));
    await expect(untilAnswered(call, () => false)).rejects.toThrow('HTTP 400');
  });
});
