import type { Clock } from '#core/ports/clock.ts';
import type { FindJobs } from './find-jobs.ts';
import type { JobBook } from './job-book.ts';
import type { JobRecord } from './job-record.ts';

/** Resolves with the record once it fits, or as it is after the limit. JOB_NOT_FOUND. */
export type Until = (jobId: string, fits: (record: JobRecord) => boolean, limitMs: number) => Promise<JobRecord>;

/** `stop` lets everybody go on who waits. */
export const createUntil = (
  book: JobBook,
  jobs: FindJobs,
  clock: Clock,
): { readonly until: Until; readonly stop: () => void } => {
  const waiters = new Set<() => void>();
  const until: Until = (jobId, fits, limitMs) => {
    const first = jobs.require(jobId);
    if (fits(first)) return Promise.resolve(first);
    return new Promise((resolve) => {
      const done = (): void => {
        waiters.delete(done);
        unsubscribe();
        cancelTimer();
        resolve(jobs.find(jobId) ?? first);
      };
      const cancelTimer = clock.schedule(limitMs, done);
      const unsubscribe = book.onChange((record) => {
        if (record.order.jobId === jobId && fits(record)) done();
      });
      waiters.add(done);
    });
  };
  return {
    until,
    stop: () => {
      for (const done of waiters) done();
    },
  };
};
