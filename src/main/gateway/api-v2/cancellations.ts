import type { Jobs } from '#core/jobs/jobs.ts';
import { isTerminal, statusOf } from './job-document.ts';

/** Jobs that somebody asked to stop, until they have: one that is run again later is not asked any more. */
export interface Cancellations {
  has(jobId: string): boolean;
  add(jobId: string): void;
  remove(jobId: string): void;
  close(): void;
}

export const createCancellations = (jobs: Pick<Jobs, 'live' | 'record'>): Cancellations => {
  const asked = new Set<string>();
  const unsubscribe = jobs.live.onChange((jobId, change) => {
    if (change === 'progress' || !asked.has(jobId)) return;
    const record = jobs.record(jobId);
    if (record === undefined || isTerminal(statusOf(record.view, false))) asked.delete(jobId);
  });
  return {
    has: (jobId) => asked.has(jobId),
    add: (jobId) => asked.add(jobId),
    remove: (jobId) => asked.delete(jobId),
    close: () => {
      unsubscribe();
      asked.clear();
    },
  };
};
