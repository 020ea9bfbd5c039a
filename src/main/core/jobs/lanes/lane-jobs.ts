import type { JobView } from '#contract/models/job.ts';
import type { PlannedRun } from '#core/scheduling/placing/outlook.ts';
import type { HandOut } from '../hand-out.ts';
import type { JobBook } from '../job-book.ts';
import type { LiveJobs } from '../live-jobs.ts';

/** The jobs in memory, as the lanes look at them. */
export interface LaneJobs extends Pick<LiveJobs, 'waitingIds' | 'activeIds' | 'onChange'> {
  /** As it was last changed: unlike the view of a screen it costs nothing, and says nothing about when and why. */
  view(jobId: string): JobView | undefined;
  /** Where and when unfinished jobs are expected to run, all as of one moment. */
  plan(): (jobId: string) => PlannedRun | null;
}

export const createLaneJobs = (book: JobBook, handOut: HandOut): LaneJobs => ({
  view: (jobId) => book.get(jobId)?.view,
  plan: () => handOut.plan(),
  onChange: (listener) => book.onLive(({ jobId, change }) => listener(jobId, change)),
  waitingIds: () => handOut.line.ids(),
  activeIds: () => handOut.active.ids(),
});
