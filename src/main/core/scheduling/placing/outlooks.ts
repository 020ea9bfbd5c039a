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

export const createOutlooks = (parts: SchedulerParts): Outlooks => {
  let last: { readonly now: number; readonly fleetKey: string; readonly outlook: Outlook } | null = null;
  return {
    at: (moment) => {
      const fleetKey = fleetKeyOf(moment);
      const isGood = last !== null && last.fleetKey === fleetKey && Math.abs(moment.now - last.now) < goodForMs;
      if (last !== null && isGood) return last.outlook;
      const outlook = lookAhead(viewAt(moment, parts), parts.waiting.jobs(), parts.inHand);
      last = { now: moment.now, fleetKey, outlook };
      return outlook;
    },
    changed: () => {
      last = null;
    },
  };
};
