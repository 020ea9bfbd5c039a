import type { SchedulingMoment } from '../scheduler-interface.ts';

/**
 * What keeps ageing from costing more than a share of the work: an instance that loaded models goes on with the jobs that wait for
 * them for so many times as long as the load took, before it has to load others for a job that waited too long. A fleet at 95 % of
 * what it can do has nothing to spare: at a quarter of the work a backlog that is older than the limit would grow for ever.
 */
export const settlingFactor = 30;

/** Remembers which instances have just loaded models. */
export interface Settling {
  /** The instance was given a job that loads models. */
  began(instanceId: string, jobId: string): void;
  /** The load of that job is over. */
  ended(instanceId: string, jobId: string, at: { readonly tookMs: number; readonly now: number }): void;
  /** Whether the instance may go on with its models before all that waited too long. */
  isSettling(instanceId: string, moment: SchedulingMoment): boolean;
  forget(instanceId: string): void;
}

export const createSettling = (): Settling => {
  /** The last load of each instance. Until when: epoch milliseconds; Infinity while the load goes on. */
  const loads = new Map<string, { readonly jobId: string; readonly until: number }>();
  return {
    began: (instanceId, jobId) => {
      loads.set(instanceId, { jobId, until: Number.POSITIVE_INFINITY });
    },
    ended: (instanceId, jobId, { tookMs, now }) => {
      const load = loads.get(instanceId);
      if (load?.jobId !== jobId || load.until !== Number.POSITIVE_INFINITY) return;
      loads.set(instanceId, { jobId, until: now + settlingFactor * tookMs });
    },
    isSettling: (instanceId, { now }) => now < (loads.get(instanceId)?.until ?? Number.NEGATIVE_INFINITY),
    forget: (instanceId) => {
      loads.delete(instanceId);
    },
  };
};
