import { DatabaseSync } from 'node:sqlite';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { jobStates } from '#contract/models/job.ts';
import type { JobFilter } from '#contract/models/queue.ts';
import type { StoredJob } from '#core/ports/job-store.ts';
import { createJobFolder, type JobFolder } from './job-database.fixture.ts';
import { createJobQueries } from './job-queries.ts';
import { add, storedJob } from './stored-job.fixture.ts';

let jobs: JobFolder;
beforeEach(() => {
  jobs = createJobFolder();
});
afterEach(() => jobs.remove());

const batchIds = ['11111111-1111-4111-8111-111111111111', '22222222-2222-4222-8222-222222222222'];
const titles = ['Castle', 'castle 100%', 'under_score', 'ÄPFEL', 'Äpfel am Baum', ''];
const texts = ['CASTLE', '0%', '_', '%', 'äpfel', 'a', '1', "'; DROP TABLE jobs"];

const endedStates: readonly string[] = ['succeeded', 'failed', 'cancelled'];

const arbitraryJob: fc.Arbitrary<StoredJob> = fc
  .record({
    id: fc.uuid({ version: 4 }),
    title: fc.constantFrom(...titles),
    state: fc.constantFrom(...jobStates),
    instanceId: fc.constantFrom(null, 'gpu-1', 'gpu-2'),
    priority: fc.constantFrom(-100, 0, 0, 100),
    kind: fc.constantFrom('interactive' as const, 'batch' as const),
    rank: fc.constantFrom(-1.5, 0, 1, 2),
    batchId: fc.constantFrom(null, ...batchIds),
    submittedAt: fc.integer({ min: 1, max: 5 }),
    finishedAt: fc.integer({ min: 1, max: 9 }),
  })
  .map(({ finishedAt, ...view }) =>
    storedJob({ view: { ...view, finishedAt: endedStates.includes(view.state) ? finishedAt : null } }),
  );

const arbitraryFilter: fc.Arbitrary<JobFilter> = fc.record(
  {
    states: fc.uniqueArray(fc.constantFrom(...jobStates)),
    batchId: fc.constantFrom(...batchIds),
    instanceId: fc.constantFrom('gpu-1', 'gpu-2'),
    text: fc.constantFrom(...texts),
  },
  { requiredKeys: [] },
);

/** The list as the contract describes it, without an index. `all` is in the order of submission. */
const expectedIds = (
  all: readonly StoredJob[],
  { states, batchId, instanceId, text }: JobFilter,
): readonly string[] => {
  const views = all
    .map(({ view }) => view)
    .filter((view) => states === undefined || states.includes(view.state))
    .filter((view) => batchId === undefined || view.batchId === batchId)
    .filter((view) => instanceId === undefined || view.instanceId === instanceId)
    .filter(
      (view) =>
        text === undefined ||
        view.title.toLowerCase().includes(text.toLowerCase()) ||
        view.id.startsWith(text.toLowerCase()),
    );
  const waiting = views
    .filter((view) => view.state === 'queued')
    .toSorted(
      (a, b) => b.priority - a.priority || Number(a.kind === 'batch') - Number(b.kind === 'batch') || a.rank - b.rank,
    );
  const others = views
    .filter((view) => view.state !== 'queued')
    .toReversed()
    .toSorted((a, b) => (b.finishedAt ?? b.submittedAt) - (a.finishedAt ?? a.submittedAt));
  return [...waiting, ...others].map(({ id }) => id);
};

describe('a page of jobs', () => {
  // Sixty databases on the disk: a busy machine takes its time.
  it('holds what the filter says, waiting jobs as they will run and others by their end, the latest first, with the total', {
    timeout: 60_000,
  }, async () => {
    let round = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(arbitraryJob, { maxLength: 40, selector: ({ view }) => view.id }),
        fc.array(arbitraryFilter, { minLength: 1, maxLength: 5 }),
        fc.nat(20),
        fc.integer({ min: 1, max: 10 }),
        async (all, filters, offset, limit) => {
          round += 1;
          const store = jobs.open(`${jobs.path}-${round}`);
          await store.write(all.map(add), 'process');
          for (const filter of filters) {
            const ids = expectedIds(all, filter);
            const page = store.page(filter, offset, limit);
            expect(page.jobs.map(({ view }) => view.id)).toEqual(ids.slice(offset, offset + limit));
            expect(page.total).toBe(ids.length);
          }
          await store.close();
        },
      ),
      { numRuns: 60 },
    );
  });

  it('finds a job by the start of its id, in capitals too', async () => {
    const store = jobs.open();
    const job = storedJob({ view: { id: 'abcdef01-0000-4000-8000-000000000000', title: 'x' } });
    await store.write(
      [add(job), add(storedJob({ view: { id: '00000000-0000-4000-8000-0000abcdef01', title: 'y' } }))],
      'process',
    );
    for (const text of ['abcd', 'ABCDEF01-00', job.view.id]) {
      expect(store.page({ text }, 0, 10)).toEqual({ jobs: [job], total: 1 });
    }
    expect(store.page({ text: 'bcde' }, 0, 10).total).toBe(0);
  });

  it('answers from the indexes alone: no page and no count reads the table or sorts all of it', async () => {
    const job = storedJob({ view: { batchId: batchIds[0] ?? null, instanceId: 'gpu-1', title: 'abc' } });
    await jobs.open().write([add(job)], 'process');
    const shell = new DatabaseSync(jobs.path, { readOnly: true });
    const plans = new Map<string, readonly string[]>();
    const { page, expired } = createJobQueries({
      prepare: (sql) => {
        const steps = shell.prepare(`EXPLAIN QUERY PLAN ${sql}`).all();
        plans.set(
          sql,
          steps.map(({ detail }) => String(detail)),
        );
        return shell.prepare(sql);
      },
    });
    const filters = [
      {},
      { batchId: batchIds[0] },
      { instanceId: 'gpu-1' },
      { text: 'abc' },
      { text: 'b', batchId: batchIds[0] },
    ];
    for (const filter of filters) expect(page(filter, 0, 50).sequences).toEqual([1]);
    expired({ before: 1, keep: 0, limit: 1 });
    shell.close();

    const steps = [...plans.values()].flat();
    expect(plans.size).toBeGreaterThan(15);
    expect(steps.filter((step) => /SCAN|SEARCH/.test(step) && !/INDEX|PRIMARY KEY/.test(step))).toEqual([]);
    expect(steps.filter((step) => /jobs_(queue|listed|of_)/.test(step) && !/COVERING/.test(step))).toEqual([]);
    expect(steps.filter((step) => step.includes('TEMP B-TREE'))).toEqual([]);
  });
});
