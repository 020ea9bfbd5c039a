import type { SchedulingMoment } from '../scheduler-interface.ts';

/** A start that was asked for and of which nothing was seen for this many times its expected length may be asked for again. */
const patienceFactor = 2;
const leastPatienceMs = 30_000;

/** Remembers which instances are coming up, so that none is started twice and its start counts from its beginning. */
export interface Starts {
  asked(instanceId: string, now: number): void;
  /** Since when it is coming up, epoch milliseconds; null when it is not. */
  since(instanceId: string): number | null;
  /** Looks at how the instances are now. */
  observe(moment: SchedulingMoment): void;
  forget(instanceId: string): void;
}

export const createStarts = (): Starts => {
  const since = new Map<string, number>();
  return {
    asked: (instanceId, now) => {
      since.set(instanceId, now);
    },
    since: (instanceId) => since.get(instanceId) ?? null,
    observe: ({ now, instances }) => {
      for (const { instanceId, status, coldStartMs } of instances) {
        const askedAt = since.get(instanceId);
        if (status === 'starting') {
          if (askedAt === undefined) since.set(instanceId, now);
        } else if (askedAt !== undefined) {
          const isOverdue = now - askedAt > Math.max(leastPatienceMs, coldStartMs * patienceFactor);
          if (status !== 'stopped' || isOverdue) since.delete(instanceId);
        }
      }
    },
    forget: (instanceId) => {
      since.delete(instanceId);
    },
  };
};
