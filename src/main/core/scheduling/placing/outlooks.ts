import type { SchedulingMoment } from '../scheduler-interface.ts';
import { type SchedulerParts, viewAt } from '../scheduler-parts.ts';
import { lookAhead, type Outlook } from './outlook.ts';

/** An outlook is good for so long while nothing happens: a page of jobs asks once for each. */
const goodForMs = 500;

export interface Outlooks {
  at(moment: SchedulingMoment): Outlook;
  /** What was worked out before holds no more. */
  changed(): void;
}

const fleetKeyOf = ({ paused, strategy, activeInstanceId, instances }: SchedulingMoment): string =>
  JSON.stringify([paused, strategy, activeInstanceId, instances]);

/**
 * Working out a long queue takes tens of milliseconds, so what was worked out for one stays good for a while although something
 * happened: a quarter of a second for every thousand jobs. A short queue is looked at anew after every change.
 */
const goodForMsPerJob = 0.25;
const shortQueue = 500;

interface Kept {
  readonly now: number;
  readonly fleetKey: string;
  readonly jobs: number;
  readonly outlook: Outlook;
}

const isGood = ({ now, jobs }: Kept, at: number, hasChanged: boolean): boolean => {
  const age = Math.abs(at - now);
  if (!hasChanged) return age < goodForMs;
  return jobs > shortQueue && age < jobs * goodForMsPerJob;
};

export const createOutlooks = (parts: SchedulerParts): Outlooks => {
  let kept: Kept | null = null;
  let hasChanged = false;
  return {
    at: (moment) => {
      const fleetKey = fleetKeyOf(moment);
      if (kept !== null && kept.fleetKey === fleetKey && isGood(kept, moment.now, hasChanged)) return kept.outlook;
      const jobs = parts.waiting.jobs();
      const outlook = lookAhead(viewAt(moment, parts), jobs, parts.inHand);
      kept = { now: moment.now, fleetKey, jobs: jobs.length, outlook };
      hasChanged = false;
      return outlook;
    },
    changed: () => {
      hasChanged = true;
    },
  };
};
