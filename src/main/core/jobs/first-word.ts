import type { Cancel, Clock } from '#core/ports/clock.ts';
import type { NodeCatalogs } from './node-catalogs.ts';

/** So long an instance may take to list its nodes before others get it; a list of a thousand takes a second or two. */
const patienceMs = 5000;

/**
 * Keeps an instance that has just become ready for jobs that wait to hear of its nodes: nobody is to overtake them, and it tells in a
 * moment.
 */
export interface FirstWord {
  /** Whether the instance is about to tell; `readyAt` names the run of its program. */
  isAwaited(instanceId: string, readyAt: number | null): boolean;
  readonly stop: Cancel;
}

export interface FirstWordDependencies {
  readonly catalogs: Pick<NodeCatalogs, 'isKnown'>;
  readonly clock: Clock;
  /** Some job waits that only an instance which has told of its nodes may get. */
  readonly isAnyWaiting: () => boolean;
  /** An instance took too long. */
  readonly onOver: () => void;
}

export const createFirstWord = ({ catalogs, clock, isAnyWaiting, onOver }: FirstWordDependencies): FirstWord => {
  const awaited = new Map<string, { readonly readyAt: number; readonly until: number; readonly timer: Cancel }>();

  const begin = (instanceId: string, readyAt: number): number => {
    awaited.get(instanceId)?.timer();
    const until = clock.now() + patienceMs;
    awaited.set(instanceId, { readyAt, until, timer: clock.schedule(patienceMs, onOver) });
    return until;
  };

  return {
    isAwaited: (instanceId, readyAt) => {
      if (readyAt === null || !isAnyWaiting() || catalogs.isKnown(instanceId)) return false;
      const before = awaited.get(instanceId);
      const until = before?.readyAt === readyAt ? before.until : begin(instanceId, readyAt);
      return clock.now() < until;
    },
    stop: () => {
      for (const { timer } of awaited.values()) timer();
      awaited.clear();
    },
  };
};
