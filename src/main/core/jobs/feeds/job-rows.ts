import type { JobView } from '#contract/models/job.ts';
import type { StoredJob } from '#core/ports/job-store.ts';
import { type Changes, touches } from './changes.ts';
import type { FeedJobs } from './feed-sources.ts';

/** A job as it is now: the live one, which knows its progress and estimate, else the stored one. */
export const rowOf = (jobs: Pick<FeedJobs, 'view'>, stored: StoredJob): JobView =>
  jobs.view(stored.order.jobId) ?? stored.view;

/** Rows with those built again that changes touch; the same list where none is touched. Asks no store. */
export const touchedRows = (
  jobs: Pick<FeedJobs, 'view'>,
  rows: readonly JobView[],
  changes: Changes,
): readonly JobView[] =>
  rows.some(({ id }) => touches(changes, id))
    ? rows.map((row) => (touches(changes, row.id) ? (jobs.view(row.id) ?? row) : row))
    : rows;
