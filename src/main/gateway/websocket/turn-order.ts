import type { JobRecord } from '#core/jobs/job-record.ts';
import type { Cancel, Clock } from '#core/ports/clock.ts';

/**
 * An instance begins its next job when one is over there, while what that one made is still to be read: for its client the end has not
 * come yet. Nothing is said of a job before the end of the one before it on the same instance, or in the same lane, was told.
 */
export interface TurnOrder {
  /** The instance said that the job is over. */
  over(record: JobRecord): void;
  /** Runs `tell` now, or when those are done that the job comes after. */
  inTurn(record: JobRecord, tell: () => void): void;
  /** The end of the job was told, or there is none to tell: it may run again. */
  done(jobId: string): void;
  close(): void;
}

/** An end that cannot be read for so long keeps nobody waiting. */
const patienceMs = 3000;
/** The same for one during which this much has come. */
const maxWaiting = 1000;

interface Ending {
  readonly record: JobRecord;
  readonly timer: Cancel;
  /** What waits for it, by job. */
  readonly waiting: { readonly record: JobRecord; readonly tell: () => void }[];
}

const comesBefore = ({ view, order }: JobRecord, other: JobRecord): boolean => {
  if (view.clientId !== other.view.clientId || order.jobId === other.order.jobId) return false;
  const isThere = view.instanceId !== null && view.instanceId === other.view.instanceId;
  return isThere || (order.lane !== null && order.lane === other.order.lane);
};

export const createTurnOrder = (clock: Clock): TurnOrder => {
  const endings = new Map<string, Ending>();

  /** The one that a job waits for already, else the first that comes before it. */
  const endingBefore = (record: JobRecord): Ending | null => {
    const { jobId } = record.order;
    for (const [endingId, ending] of endings) {
      // Those that were over after it come after it.
      if (endingId === jobId) return null;
      const isWaiting = ending.waiting.some((entry) => entry.record.order.jobId === jobId);
      if (isWaiting || comesBefore(ending.record, record)) return ending;
    }
    return null;
  };

  const inTurn: TurnOrder['inTurn'] = (record, tell) => {
    const ending = endings.size === 0 ? null : endingBefore(record);
    if (ending === null) {
      tell();
      return;
    }
    ending.waiting.push({ record, tell });
    if (ending.waiting.length > maxWaiting) done(ending.record.order.jobId);
  };

  const done = (jobId: string): void => {
    const ending = endings.get(jobId);
    if (ending === undefined) return;
    endings.delete(jobId);
    ending.timer();
    for (const { record, tell } of ending.waiting) inTurn(record, tell);
  };

  return {
    over: (record) => {
      const { jobId } = record.order;
      if (endings.has(jobId)) return;
      endings.set(jobId, { record, timer: clock.schedule(patienceMs, () => done(jobId)), waiting: [] });
    },
    inTurn,
    done,
    close: () => {
      for (const { timer } of endings.values()) timer();
      endings.clear();
    },
  };
};
