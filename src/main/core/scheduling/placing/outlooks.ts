import type { JobEstimate } from '#contract/models/placement.ts';
import type { SchedulingMoment } from '../scheduler-interface.ts';
import { type SchedulerParts, viewAt } from '../scheduler-parts.ts';
import { lookAhead, mostLookedAt, type Outlook } from './outlook.ts';

/** An outlook is good for so long while nothing happens: a page of jobs asks once for each. */
const goodForMs = 500;

export interface Outlooks {
  at(moment: SchedulingMoment): Outlook;
  /** When a job that waits or is with an instance is expected to be done. */
  estimate(jobId: string, moment: SchedulingMoment): JobEstimate | null;
  /** What was worked out before holds no more. */
  changed(): void;
}

const fleetKeyOf = ({ paused, strategy, activeInstanceId, instances }: SchedulingMoment): string =>
  JSON.stringify([paused, strategy, activeInstanceId, instances]);

/**
 * Working out a queue takes some microseconds for each job, so what was worked out stays good for a while although something happened:
 * a quarter of a millisecond for every job that was looked at. A short queue is looked at anew after every change.
 */
const goodForMsPerJob = 0.25;
const shortQueue = 50;

interface Kept {
  readonly now: number;
  readonly fleetKey: string;
  readonly jobs: number;
  readonly outlook: Outlook;
}

const isGood = ({ now, jobs }: Kept, at: number, hasChanged: boolean): boolean => {
  const age = Math.abs(at - now);
  if (!hasChanged) return age < goodForMs;
  return jobs > shortQueue && age < Math.min(jobs, mostLookedAt) * goodForMsPerJob;
};

export const createOutlooks = (parts: SchedulerParts): Outlooks => {
  let kept: Kept | null = null;
  let hasChanged = false;

  const at = (moment: SchedulingMoment): Outlook => {
    const fleetKey = fleetKeyOf(moment);
    if (kept !== null && kept.fleetKey === fleetKey && isGood(kept, moment.now, hasChanged)) return kept.outlook;
    const jobs = parts.waiting.jobs();
    const outlook = lookAhead(viewAt(moment, parts), { jobs, levels: parts.waiting.levels() }, parts.inHand);
    kept = { now: moment.now, fleetKey, jobs: jobs.length, outlook };
    hasChanged = false;
    return outlook;
  };

  return {
    at,
    estimate: (jobId, moment) => {
      const job = parts.waiting.get(jobId);
      if (job === undefined && parts.inHand.get(jobId) === undefined) return null;
      const { estimates, behind } = at(moment);
      const known = estimates.get(jobId);
      if (known !== undefined || job === undefined) return known ?? null;
      const position = parts.waiting.positionOf(job);
      if (position >= mostLookedAt) return behind(job, position);
      // It came after the queue was looked at: what holds for the one before it holds for it, until that is done anew.
      const before = parts.waiting.jobs()[position - 1];
      return before === undefined || !hasChanged ? null : (estimates.get(before.jobId) ?? null);
    },
    changed: () => {
      hasChanged = true;
    },
  };
};
