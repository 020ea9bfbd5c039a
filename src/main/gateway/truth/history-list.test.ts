import { describe, expect, it } from 'vitest';
import { loadRecording } from '#sandbox/conformance/recording.ts';
import { type HistoryWindow, historyRecords, nextPageSize, windowOf } from './history-list.ts';
import { endedRecord, fakeJobs, jobRecord, listIn, objectIn } from './record.fixture.ts';

const ids = async (records: AsyncIterable<{ readonly order: { readonly jobId: string } }>): Promise<string[]> => {
  const found: string[] = [];
  for await (const { order } of records) found.push(order.jobId);
  return found;
};

const numbered = (count: number) =>
  fakeJobs(Array.from({ length: count }, (_, index) => endedRecord(`j${index}`, 1000 + Math.floor(index / 3))));

const all: HistoryWindow = { maxItems: null, offset: null };

describe('the part of a history', () => {
  it.each<[number | null, number | null, number, number]>([
    [null, null, 0, 5],
    [2, null, 3, 2],
    [9, null, 0, 5],
    [0, null, 5, 0],
    [-1, null, 6, 0],
    [2, 0, 0, 2],
    [2, 1, 1, 2],
    [2, 4, 4, 1],
    [2, 9, 9, 0],
    [null, 3, 3, 2],
    [null, -1, 0, 5],
    [2, -4, 3, 2],
  ])('max_items=%s offset=%s', (maxItems, offset, start, count) => {
    expect(windowOf(5, { maxItems, offset })).toEqual({ start, count });
  });

  const cases = listIn({ recorded: loadRecording('history-paging') }, 'recorded').flatMap((answer) => {
    const { path, keys } = objectIn(answer);
    return typeof path === 'string' && Array.isArray(keys) ? [[path, keys.map(String)] as const] : [];
  });
  const everything = new Map(cases).get('/history') ?? [];

  it.each(cases)('as recorded: %s', async (path, keys) => {
    const { searchParams } = new URL(path, 'http://server');
    const read = (name: string): number | null => (searchParams.has(name) ? Number(searchParams.get(name)) : null);
    const jobs = fakeJobs(everything.map((id, index) => endedRecord(id, index)));
    const window = { maxItems: read('max_items'), offset: read('offset') };
    expect(everything.length).toBeGreaterThan(20);
    await expect(ids(historyRecords(jobs, window))).resolves.toEqual(keys);
  });
});

describe('a long history', () => {
  it('is read in small pages, in the order of completion', async () => {
    const jobs = numbered(1000);
    const found = await ids(historyRecords(jobs, all));
    expect(found).toEqual(Array.from({ length: 1000 }, (_, index) => `j${index}`));
    expect(Math.max(...jobs.pages.map(({ limit }) => limit))).toBeLessThan(100);
    expect(jobs.pages.length).toBeLessThan(100);
  });

  it.each([
    [8, 0.1, 16],
    [16, 0.1, 16],
    [8, 4, 8],
    [8, 10, 4],
    [16, 1000, 4],
    [2, 1000, 2],
  ])('of %i entries that took %d ms is followed by %i', (size, tookMs, next) => {
    expect(nextPageSize(size, tookMs)).toBe(next);
  });

  it('of heavy entries is read in the smallest pages', async () => {
    const jobs = numbered(40);
    const past: typeof jobs.past = (page) => {
      const until = performance.now() + page.limit * 4;
      while (performance.now() < until);
      return jobs.past(page);
    };
    expect(await ids(historyRecords({ past }, all))).toHaveLength(40);
    // One of them was read before, so that nothing is missed.
    expect(jobs.pages.at(-1)?.limit).toBe(3);
  });

  it('lets others have their turn', async () => {
    let turns = 0;
    const ticking = setInterval(() => (turns += 1), 0);
    await ids(historyRecords(numbered(1000), all));
    clearInterval(ticking);
    expect(turns).toBeGreaterThan(2);
  });

  it.each<[string, HistoryWindow, number]>([
    ['all of it', all, 0],
    ['from an offset on', { maxItems: null, offset: 100 }, 100],
    ['the last ones', { maxItems: 400, offset: null }, 600],
  ])('misses nothing and repeats nothing while entries are taken out: %s', async (_name, window, first) => {
    const jobs = numbered(1000);
    const found: string[] = [];
    for await (const { order } of historyRecords(jobs, window)) {
      found.push(order.jobId);
      const read = found.length;
      if (read === 90) for (let index = first; index < first + 85; index += 1) jobs.remove(`j${index}`);
      if (read === 200) jobs.remove(`j${first + 199}`);
    }
    expect(found).toEqual(Array.from({ length: 1000 - first }, (_, index) => `j${index + first}`));
  });

  it('goes on where everything that was read is gone', async () => {
    const jobs = numbered(300);
    const found: string[] = [];
    for await (const { order } of historyRecords(jobs, all)) {
      found.push(order.jobId);
      if (found.length === 100) for (let index = 0; index < 120; index += 1) jobs.remove(`j${index}`);
    }
    expect(found.slice(0, 100)).toEqual(Array.from({ length: 100 }, (_, index) => `j${index}`));
    expect(found.slice(-180)).toEqual(Array.from({ length: 180 }, (_, index) => `j${index + 120}`));
    expect(new Set(found).size).toBe(found.length);
  });

  it('ends although jobs end faster than it is read', async () => {
    const jobs = numbered(100);
    let next = 100;
    const found: string[] = [];
    for await (const { order } of historyRecords(jobs, all)) {
      found.push(order.jobId);
      jobs.put(endedRecord(`j${next}`, 5000 + next));
      next += 1;
    }
    expect(found).toEqual(Array.from({ length: 100 }, (_, index) => `j${index}`));
  });

  it('says nothing of what has not ended', async () => {
    await expect(ids(historyRecords(fakeJobs([jobRecord('waits')]), all))).resolves.toEqual([]);
  });
});
