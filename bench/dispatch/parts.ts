import type { JobEvent } from '#contract/models/job.ts';
import type { Gap } from './listen.ts';

/** Where the time of one gap went, in milliseconds. What the studio noted of itself is exact to one. */
export interface GapParts {
  readonly totalMs: number;
  /** From the instance's word that its queue is empty to the decision for the next job; negative where the decision came first. */
  readonly decidedMs: number;
  /** To the moment in which it is on its way: written down where it goes, websocket open. */
  readonly writtenMs: number;
  /** To the instance's word that it is in its queue. */
  readonly takenMs: number;
}

const at = (events: readonly JobEvent[], ...types: readonly JobEvent['type'][]): number => {
  const found = events.findLast(({ type }) => types.includes(type));
  if (found === undefined) throw new Error(`no ${types.join(' or ')} among the events of a job`);
  return found.at;
};

/** When a job was sent, in epoch milliseconds. */
export const sentAtOf = (events: readonly JobEvent[]): number => at(events, 'sent');

/** What lay before a job that ran on an instance after another one. */
export const partsOf = (gap: Gap, events: readonly JobEvent[]): GapParts => {
  const assignedAt = at(events, 'assigned');
  const sentAt = sentAtOf(events);
  return {
    totalMs: gap.busyAt - gap.emptyAt,
    decidedMs: assignedAt - gap.emptyAt,
    writtenMs: sentAt - assignedAt,
    takenMs: gap.busyAt - sentAt,
  };
};
