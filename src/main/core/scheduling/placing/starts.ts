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
  /** The next time at which a start counts as failed, so that it may be asked for again; null when none is under way. */
  overdueAt(moment: SchedulingMoment): number | null;
  forget(instanceId: string): void;
}

const patienceMs = (coldStartMs: number): number => Math.max(leastPatienceMs, coldStartMs * patienceFactor);

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
          const isOverdue = now - askedAt > patienceMs(coldStartMs);
          if (status !== 'stopped' || isOverdue) since.delete(instanceId);
        }
      }
    },
    overdueAt: ({ instances }) => {
      const times = instances.flatMap(({ instanceId, status, coldStartMs }) => {
        const askedAt = status === 'stopped' ? since.get(instanceId) : undefined;
        return askedAt === undefined ? [] : [askedAt + patienceMs(coldStartMs)];
      });
      return times.length === 0 ? null : Math.min(...times);
    },
    forget: (instanceId) => {
      since.delete(instanceId);
    },
  };
};
