import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Jobs } from '#core/jobs/jobs.ts';
import type { Cancel } from '#core/ports/clock.ts';
import { historyRecords } from './history-list.ts';
import type { JobLine } from './job-query.ts';
import { jobLine, workflowIdOf } from './job-view.ts';
import { queueLists } from './queue-view.ts';

/** Ended jobs that are listed, the newest ones: as many as ComfyUI remembers at most (comfyui-protocol.md 4.5). */
const maxEnded = 10_000;
const maxWorkflowIds = 20_000;
/** Jobs that are looked at before others get their turn. */
const pieceSize = 100;

/** Lists all jobs without reading all of them each time. */
export interface JobIndex {
  /** What runs, what waits, and what ended, oldest first. STORE_READ_FAILED. */
  lines(): Promise<readonly JobLine[]>;
  /** Which of these jobs carry the id of an editor's page. */
  ofWorkflow(jobIds: readonly string[], workflowId: string): Promise<ReadonlySet<string>>;
  /** These were hidden or brought back: they are looked at again. */
  changed(jobIds: readonly string[]): void;
  close(): void;
}

const dropOldest = (map: Map<string, unknown>, keep: number): void => {
  for (const oldest of map.keys()) {
    if (map.size <= keep) return;
    map.delete(oldest);
  }
};

/** Reads the history at the first question, and follows what becomes of jobs from then on. */
export const createJobIndex = (jobs: Pick<Jobs, 'past' | 'record' | 'live'>): JobIndex => {
  const ended = new Map<string, JobLine>();
  const changed = new Set<string>();
  const workflowIds = new Map<string, string | null>();
  let watch: Cancel | null = null;
  let isRead = false;
  let reading: Promise<void> = Promise.resolve();

  const startWatch = (): Cancel =>
    jobs.live.onChange((jobId, change) => {
      if (change === 'state') changed.add(jobId);
      if (change !== 'removed') return;
      ended.delete(jobId);
      changed.delete(jobId);
      workflowIds.delete(jobId);
    });

  /** A job that ended goes behind all that ended before. */
  const look = (jobId: string): void => {
    changed.delete(jobId);
    const record = jobs.record(jobId);
    ended.delete(jobId);
    if (record !== undefined && record.historyAt !== null) ended.set(jobId, jobLine(record));
    dropOldest(ended, maxEnded);
  };

  const readAll = async (): Promise<void> => {
    watch ??= startWatch();
    ended.clear();
    for await (const record of historyRecords(jobs, { maxItems: maxEnded, offset: null })) {
      ended.set(record.order.jobId, jobLine(record));
    }
    isRead = true;
  };

  const bringUpToDate = async (): Promise<void> => {
    if (!isRead) await readAll();
    let looked = 0;
    for (const jobId of changed) {
      look(jobId);
      looked += 1;
      if (looked % pieceSize === 0) await nextTurn();
    }
  };

  const workflowId = (jobId: string): string | null => {
    const known = workflowIds.get(jobId);
    if (known !== undefined) return known;
    const record = jobs.record(jobId);
    const found = record === undefined ? null : workflowIdOf(record);
    workflowIds.set(jobId, found);
    dropOldest(workflowIds, maxWorkflowIds);
    return found;
  };

  return {
    lines: async () => {
      const before = reading;
      reading = before.then(bringUpToDate, bringUpToDate);
      await reading;
      // What changed during the last turn: a job stands in one of the lists, and in one only.
      for (const jobId of changed) look(jobId);
      const { running, pending } = queueLists(jobs);
      return [...[...running, ...pending].map(jobLine), ...ended.values()];
    },
    ofWorkflow: async (jobIds, wanted) => {
      const found = new Set<string>();
      for (const [index, jobId] of jobIds.entries()) {
        if (workflowId(jobId) === wanted) found.add(jobId);
        if ((index + 1) % pieceSize === 0) await nextTurn();
      }
      return found;
    },
    changed: (jobIds) => {
      if (watch === null) return;
      for (const jobId of jobIds) changed.add(jobId);
    },
    close: () => {
      watch?.();
      watch = null;
      isRead = false;
    },
  };
};
