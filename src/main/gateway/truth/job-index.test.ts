import { describe, expect, it } from 'vitest';
import { createJobIndex, type JobIndex } from './job-index.ts';
import { endedRecord, fakeJobs, jobRecord } from './record.fixture.ts';

const ids = async (index: JobIndex): Promise<string[]> => (await index.lines()).map(({ jobId }) => jobId);

const ofWorkflow = (id: string) => ({ extra_pnginfo: { workflow: { id } } });

describe('the index of jobs', () => {
  it('lists what runs, what waits and what ended, in the order of their ends', async () => {
    const jobs = fakeJobs([
      endedRecord('late', 30),
      endedRecord('early', 20),
      jobRecord('waits'),
      jobRecord('runs', { view: { state: 'running' } }),
      jobRecord('gone', { view: { state: 'cancelled', finishedAt: 5 } }),
    ]);
    const index = createJobIndex(jobs);
    await expect(ids(index)).resolves.toEqual(['runs', 'waits', 'early', 'late']);
    index.close();
  });

  it('follows what becomes of jobs without reading all of them again', async () => {
    const jobs = fakeJobs([endedRecord('a', 10), endedRecord('b', 20), jobRecord('c')]);
    const index = createJobIndex(jobs);
    await index.lines();
    const pages = jobs.pages.length;
    jobs.put(endedRecord('c', 30));
    await expect(ids(index)).resolves.toEqual(['a', 'b', 'c']);
    jobs.put(jobRecord('a'));
    await expect(ids(index)).resolves.toEqual(['a', 'b', 'c']);
    jobs.put(endedRecord('a', 40));
    await expect(ids(index)).resolves.toEqual(['b', 'c', 'a']);
    jobs.remove('b');
    await expect(ids(index)).resolves.toEqual(['c', 'a']);
    expect(jobs.pages.length).toBe(pages);
    index.close();
  });

  it('looks again at what was hidden on disk', async () => {
    const jobs = fakeJobs([endedRecord('a', 10), endedRecord('b', 20)]);
    const index = createJobIndex(jobs);
    await index.lines();
    jobs.records.set('a', { ...endedRecord('a', 10), hidden: true, historyAt: null });
    index.changed(['a']);
    await expect(ids(index)).resolves.toEqual(['b']);
    index.close();
  });

  it('answers several at once', async () => {
    const jobs = fakeJobs(Array.from({ length: 500 }, (_, index) => endedRecord(`j${index}`, index)));
    const index = createJobIndex(jobs);
    const asked = [ids(index), ids(index)];
    jobs.put(endedRecord('new', 1000));
    jobs.put(jobRecord('waits'));
    for (const found of await Promise.all(asked)) {
      expect(found.length).toBe(502);
      expect(found[0]).toBe('waits');
      expect(found.at(-1)).toBe('new');
    }
    index.close();
  });

  it.each(Array.from({ length: 12 }, (_, steps) => [steps]))(
    'misses no job that ends %i steps after it was asked',
    async (steps) => {
      const jobs = fakeJobs([endedRecord('a', 10), jobRecord('x')]);
      const index = createJobIndex(jobs);
      await index.lines();
      const asked = ids(index);
      for (let step = 0; step < steps; step += 1) await Promise.resolve();
      jobs.put(endedRecord('x', 20));
      expect((await asked).toSorted()).toEqual(['a', 'x']);
      index.close();
    },
  );

  it('keeps as many ended jobs as ComfyUI does, the newest', async () => {
    const jobs = fakeJobs(Array.from({ length: 10_001 }, (_, index) => endedRecord(`j${index}`, index)));
    const index = createJobIndex(jobs);
    const found = await ids(index);
    expect([found.length, found[0]]).toEqual([10_000, 'j1']);
    jobs.put(endedRecord('new', 20_000));
    const after = await ids(index);
    expect([after.length, after[0], after.at(-1)]).toEqual([10_000, 'j2', 'new']);
    index.close();
  });

  it('tries again after it could not be read', async () => {
    const jobs = fakeJobs([endedRecord('a', 10)]);
    let fails = true;
    const index = createJobIndex({
      ...jobs,
      past: (page) => {
        if (fails) throw new Error('unreadable');
        return jobs.past(page);
      },
    });
    await expect(index.lines()).rejects.toThrow('unreadable');
    fails = false;
    await expect(ids(index)).resolves.toEqual(['a']);
    index.close();
  });

  it('knows the page of the editor that a job came from', async () => {
    const jobs = fakeJobs([
      jobRecord('a', { order: { extraData: ofWorkflow('w') } }),
      jobRecord('b', { order: { extraData: ofWorkflow('v') } }),
      jobRecord('c'),
    ]);
    const index = createJobIndex(jobs);
    await expect(index.ofWorkflow(['a', 'b', 'c', 'x'], 'w')).resolves.toEqual(new Set(['a']));
    index.close();
  });
});
