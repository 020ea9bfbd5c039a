import type { SchedulingJob, SchedulingMoment } from '../scheduler-interface.ts';
import type { Level } from '../waiting/level.ts';

/**
 * Sees to it that interactive jobs do not keep the batch jobs of their priority from running for ever: after the starvation limit
 * without a turn, the batch jobs that waited as long get one.
 */
export interface BatchTurns {
  took(job: SchedulingJob, now: number): void;
  isStarved(level: Level, moment: SchedulingMoment): boolean;
}

export const createBatchTurns = (): BatchTurns => {
  /** By priority, of which there are 201. */
  const lastTurn = new Map<number, number>();
  return {
    took: ({ kind, priority }, now) => {
      if (kind === 'batch') lastTurn.set(priority, now);
    },
    isStarved: ({ kind, priority }, { now, starvationLimitMs }) =>
      kind === 'batch' && now - (lastTurn.get(priority) ?? Number.NEGATIVE_INFINITY) >= starvationLimitMs,
  };
};
