import type { Cancel, Clock } from '#core/ports/clock.ts';
import type { LifeTimer } from './life.ts';

/** The timers of one life, one of each name: scheduling it again moves it. */
export interface LifeTimers {
  schedule(timer: LifeTimer, delayMs: number): void;
  cancel(timer: LifeTimer): void;
  cancelAll(): void;
}

export const createLifeTimers = (clock: Clock, onDue: (timer: LifeTimer) => void): LifeTimers => {
  const scheduled = new Map<LifeTimer, Cancel>();
  const cancel = (timer: LifeTimer): void => {
    scheduled.get(timer)?.();
    scheduled.delete(timer);
  };
  return {
    schedule: (timer, delayMs) => {
      cancel(timer);
      const cancelTimer = clock.schedule(delayMs, () => {
        scheduled.delete(timer);
        onDue(timer);
      });
      scheduled.set(timer, cancelTimer);
    },
    cancel,
    cancelAll: () => {
      for (const timer of scheduled.keys()) cancel(timer);
    },
  };
};
