import { expect, it } from 'vitest';
import type { JobView } from '#contract/models/job.ts';
import type { GalleryIndex } from '#core/ports/gallery.ts';
import type { JobStore } from '#core/ports/job-store.ts';
import type { JobRecord } from '../jobs/job-record.ts';
import { createJobCollector } from './collect-jobs.ts';
import type { GalleryDependencies } from './gallery-dependencies.ts';

const recordOf = (id: string, finishedAt = 1000): JobRecord => {
  const view: Partial<JobView> = {
    id,
    state: 'succeeded',
    title: id,
    instanceId: 'one',
    submittedAt: 0,
    finishedAt,
    outputs: [
      { index: 0, nodeId: '9', kind: 'text', type: 'output', filename: '', subfolder: '', text: id, key: 'text' },
    ],
  };
  return { view, order: { prompt: {} }, outputFolders: null } as JobRecord;
};

/** Jobs that ended, and an index that counts what is done with it between two rests. */
const world = (ended: readonly JobRecord[] = []) => {
  const records = new Map(ended.map((record) => [record.view.id, record]));
  const known = new Set<string>();
  const notes = new Map<string, string>();
  const pieces = [0];
  const work = (): void => {
    pieces[pieces.length - 1] = (pieces.at(-1) ?? 0) + 1;
  };
  const index: Pick<GalleryIndex, 'putJobResults' | 'forgetJob' | 'knowsJob' | 'note' | 'setNote'> = {
    putJobResults: (results) => {
      work();
      for (const { jobId } of results) known.add(jobId);
    },
    forgetJob: (jobId) => {
      work();
      known.delete(jobId);
    },
    knowsJob: (jobId) => known.has(jobId),
    note: (name) => notes.get(name) ?? null,
    setNote: (name, value) => void notes.set(name, value),
  };
  const emit = { changed: (_record: JobRecord) => {}, removed: (_jobId: string) => {} };
  const jobs = {
    record: (jobId: string) => records.get(jobId),
    onChange: (listener: (record: JobRecord) => void) => {
      emit.changed = listener;
      return () => {};
    },
    live: {
      onChange: (listener: (jobId: string, change: 'removed') => void) => {
        emit.removed = (jobId) => listener(jobId, 'removed');
        return () => {};
      },
    },
  };
  const jobStore: Pick<JobStore, 'page'> = {
    page: (_filter, offset, limit) =>
      ({ jobs: ended.slice(offset, offset + limit), total: ended.length }) as unknown as ReturnType<JobStore['page']>,
  };
  const collector = createJobCollector({
    index: index as GalleryIndex,
    jobs: jobs as unknown as GalleryDependencies['jobs'],
    jobStore,
    logger: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
    onNews: () => {},
  });
  const rest = async (): Promise<boolean> => {
    pieces.push(0);
    return true;
  };
  const end = (record: JobRecord): void => {
    records.set(record.view.id, record);
    emit.changed(record);
  };
  return { collector, rest, end, remove: (jobId: string) => emit.removed(jobId), known, pieces };
};

const many = Array.from({ length: 130 }, (_, at) => recordOf(`job-${at}`, 5000 - at));

it('takes in what ended while nobody looked, a few jobs at a time', async () => {
  const { collector, rest, known, pieces } = world(many);
  expect(await collector.catchUp(rest)).toBe(true);
  expect(known.size).toBe(130);
  expect(Math.max(...pieces)).toBe(4);
  pieces.length = 1;
  pieces[0] = 0;
  await collector.catchUp(rest);
  expect(Math.max(...pieces)).toBe(0);
});

it('forgets a whole history a few jobs at a time, and takes in none of them any more', async () => {
  const { collector, rest, end, remove, known, pieces } = world();
  for (const record of many) end(record);
  await collector.takeNew(rest);
  expect(known.size).toBe(130);
  for (const record of many) {
    end(record);
    remove(record.view.id);
  }
  expect(await collector.takeNew(rest)).toBe(true);
  expect(known.size).toBe(0);
  expect(Math.max(...pieces)).toBeLessThanOrEqual(32);
  expect(await collector.takeNew(rest)).toBe(false);
});

it('goes on later with what is left when all work is to end', async () => {
  const { collector, rest, end, known } = world();
  for (const record of many) end(record);
  await collector.takeNew(async () => false);
  expect(known.size).toBe(4);
  await collector.takeNew(rest);
  expect(known.size).toBe(130);
});
