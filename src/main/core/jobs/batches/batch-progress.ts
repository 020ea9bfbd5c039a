import type { JobEstimate } from '#contract/models/placement.ts';
import type { JobCounts } from '#contract/models/queue.ts';

/** Jobs of a batch that may still run or wait for a word. */
export const unfinishedJobs = ({ queued, assigned, running, parked }: JobCounts): number =>
  queued + assigned + running + parked;

/**
 * How much of a batch is done, 0 to 1: the jobs that ended, those that are forgotten since included, and what its running ones have
 * done so far.
 */
export const batchFraction = (total: number, counts: JobCounts, runningFractions: readonly number[]): number => {
  if (total === 0) return 1;
  const done = runningFractions.reduce((sum, fraction) => sum + fraction, total - unfinishedJobs(counts));
  return Math.min(1, Math.max(0, done / total));
};

/** Jobs that had ended at a time. */
export interface EndedAt {
  readonly at: number;
  readonly ended: number;
}

const leastEnded = 2;

/**
 * When the rest of a batch is done if it goes on as it did between two moments; null while too few ended in between. The more
 * ended, the narrower the spread.
 */
export const estimateByThroughput = (
  first: EndedAt,
  latest: EndedAt,
  left: number,
  now: number,
): JobEstimate | null => {
  const ended = latest.ended - first.ended;
  if (left === 0 || ended < leastEnded || latest.at <= first.at) return null;
  const restMs = (left * (latest.at - first.at)) / ended;
  const spread = 1 / Math.sqrt(ended);
  const finishAt = Math.max(now, latest.at + restMs);
  return {
    startAt: first.at,
    finishAt,
    earliestAt: Math.max(now, latest.at + restMs * (1 - spread)),
    latestAt: Math.max(finishAt, latest.at + restMs * (1 + spread)),
  };
};

/** The estimate of a whole of which these are parts: begun with the first, done with the last. */
export const spanOfEstimates = (estimates: readonly JobEstimate[]): JobEstimate | null => {
  if (estimates.length === 0) return null;
  const latest = (time: (estimate: JobEstimate) => number): number => Math.max(...estimates.map(time));
  return {
    startAt: Math.min(...estimates.map(({ startAt }) => startAt)),
    finishAt: latest(({ finishAt }) => finishAt),
    earliestAt: latest(({ earliestAt }) => earliestAt),
    latestAt: latest(({ latestAt }) => latestAt),
  };
};
