import type { JobView } from '#contract/models/job.ts';
import type { HandOut } from './hand-out.ts';
import type { JobBook } from './job-book.ts';
import { isActive, type JobRecord } from './job-record.ts';
import type { LiveJobs } from './live-jobs.ts';

/** The view of a job as of now: why it waits, and when it is expected to be done. */
export const freshView = (handOut: Pick<HandOut, 'explain' | 'estimate'>, { view }: JobRecord): JobView => {
  if (view.state === 'queued') {
    return { ...view, placement: handOut.explain(view.id), estimate: handOut.estimate(view.id) };
  }
  return isActive(view) ? { ...view, estimate: handOut.estimate(view.id) } : view;
};

export const createLiveJobs = (book: JobBook, handOut: HandOut): LiveJobs => ({
  view: (jobId) => {
    const record = book.get(jobId);
    return record === undefined ? undefined : freshView(handOut, record);
  },
  onChange: (listener) => book.onLive(({ jobId, change }) => listener(jobId, change)),
  waitingIds: () => handOut.line.ids(),
  activeIds: () => handOut.active.ids(),
});
