import type { JobView } from '#contract/models/job.ts';
import type { JobPage } from '#contract/models/queue.ts';
import type { Clock } from '#core/ports/clock.ts';
import { readStored } from '../stored-reads.ts';
import { type Changes, touches } from './changes.ts';
import type { FeedJobs, FeedStore } from './feed-sources.ts';

/** One page of a list, as it is now: live jobs, which know their progress and estimate, before stored ones. What the store says. */
export const readJobPage = (
  { jobs, store }: { readonly jobs: Pick<FeedJobs, 'view'>; readonly store: Pick<FeedStore, 'page'> },
  { offset, limit, ...filter }: JobPage,
): { readonly total: number; readonly jobs: JobView[] } => {
  const { total, jobs: stored } = readStored(() => store.page(filter, offset, limit));
  return { total, jobs: stored.map(({ view }) => jobs.view(view.id) ?? view) };
};

const renewedEveryMs = 1000;

/** The rows of one list over time. */
export interface Rows {
  /** Gives the rows of live jobs after changes: those that are shown already and that nothing happened to are good for a second. */
  after(shown: readonly JobView[], changes: Changes): Pick<FeedJobs, 'view'>;
  /** All rows were built just now. */
  renewed(): void;
  staleAt(): number | null;
}

/** Whenever a job moves, the expected times of all others do too: they are worked out again at a pace that can be read. */
export const createRows = (jobs: Pick<FeedJobs, 'view'>, clock: Clock): Rows => {
  let renewedAt = Number.NEGATIVE_INFINITY;
  let stale = false;
  const renewed = (): void => {
    renewedAt = clock.now();
    stale = false;
  };
  return {
    renewed,
    staleAt: () => (stale ? renewedAt + renewedEveryMs : null),
    after: (shown, changes) => {
      if (clock.now() >= renewedAt + renewedEveryMs) {
        renewed();
        return jobs;
      }
      stale = true;
      const rows = new Map(shown.map((row) => [row.id, row]));
      return { view: (jobId) => (touches(changes, jobId) ? undefined : rows.get(jobId)) ?? jobs.view(jobId) };
    },
  };
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
