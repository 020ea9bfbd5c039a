import type { JobView } from '#contract/models/job.ts';
import type { JobPage } from '#contract/models/queue.ts';
import type { StoredJob } from '#core/ports/job-store.ts';
import { type Changes, touches } from './changes.ts';
import type { FeedJobs, FeedStore } from './feed-sources.ts';

/** A job as it is now: the live one, which knows its progress and estimate, else the stored one. */
export const rowOf = (jobs: Pick<FeedJobs, 'view'>, stored: StoredJob): JobView =>
  jobs.view(stored.order.jobId) ?? stored.view;

/** One page of a list, as it is now. STORE_READ_FAILED. */
export const readJobPage = (
  { jobs, store }: { readonly jobs: Pick<FeedJobs, 'view'>; readonly store: Pick<FeedStore, 'page'> },
  { offset, limit, ...filter }: JobPage,
): { readonly total: number; readonly jobs: JobView[] } => {
  const { total, jobs: stored } = store.page(filter, offset, limit);
  return { total, jobs: stored.map((job) => rowOf(jobs, job)) };
};

/** Rows with those built again that changes touch; the same list where none is touched. Asks no store. */
export const touchedRows = (
  jobs: Pick<FeedJobs, 'view'>,
  rows: readonly JobView[],
  changes: Changes,
): readonly JobView[] =>
  rows.some(({ id }) => touches(changes, id))
    ? rows.map((row) => (touches(changes, row.id) ? (jobs.view(row.id) ?? row) : row))
    : rows;
