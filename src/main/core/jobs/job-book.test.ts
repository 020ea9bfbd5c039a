import { describe, expect, it } from 'vitest';
import { createJobBook } from './job-book.ts';
import { setUp } from './jobs-world.fixture.ts';

/** Jobs that wait, as a studio has them. */
const waitingRecords = async (count: number) => {
  const { jobs, submit } = setUp([], { settings: { maxQueuedJobs: count } });
  for (let index = 0; index < count; index += 1) await submit();
  return jobs.records();
};

describe('the book of jobs', () => {
  it('does not look through thousands that are on their way to disk at each that ends', async () => {
    const records = await waitingRecords(200);
    const asked: string[] = [];
    let saved = false;
    const book = createJobBook({
      clock: { now: () => 1, schedule: () => () => undefined },
      keepFinished: 5,
      isSaved: (jobId) => {
        asked.push(jobId);
        return saved;
      },
      onRow: () => undefined,
      onListenerError: () => undefined,
    });
    book.add(records);
    const ids = records.map(({ order }) => order.jobId);
    for (const jobId of ids.slice(0, -1)) book.change(jobId, { view: { state: 'failed', finishedAt: 1 } });
    expect(book.all()).toHaveLength(200);
    expect(asked.length).toBeLessThanOrEqual(200);
    saved = true;
    book.change(ids.at(-1) ?? '', { view: { state: 'failed', finishedAt: 1 } });
    expect(book.all().map(({ order }) => order.jobId)).toEqual(ids.slice(-5));
  });
});
