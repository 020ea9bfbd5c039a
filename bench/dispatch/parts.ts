import type { JobEvent } from '#contract/models/job.ts';
import type { Gap } from './listen.ts';

/** Where the time of one gap went, in milliseconds. What the studio noted of itself is exact to one. */
export interface GapParts {
  readonly totalMs: number;
  /** From the instance's word that its queue is empty to the end in the studio's records: frame, history entry. */
  readonly endMs: number;
  /** To the decision for the next job. */
  readonly decisionMs: number;
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

/** What lay between two jobs that ran on one instance one after the other. */
export const partsOf = (gap: Gap, before: readonly JobEvent[], after: readonly JobEvent[]): GapParts => {
  const endedAt = at(before, 'succeeded', 'failed', 'cancelled');
  const assignedAt = at(after, 'assigned');
  const sentAt = at(after, 'sent');
  return {
    totalMs: gap.busyAt - gap.emptyAt,
    endMs: endedAt - gap.emptyAt,
    decisionMs: assignedAt - endedAt,
    writtenMs: sentAt - assignedAt,
    takenMs: gap.busyAt - sentAt,
  };
};
