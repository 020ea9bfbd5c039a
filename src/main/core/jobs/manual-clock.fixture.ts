import type { Clock } from '#core/ports/clock.ts';

export interface ManualClock extends Clock {
  /** Moves on in the order of the timers and lets promises settle after each. */
  advance(ms: number): Promise<void>;
  /** Timers that are set. */
  pending(): number;
}

/** Enough turns of the microtask queue for any chain of awaits in these tests. */
const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 60; turn += 1) await Promise.resolve();
};

export const createManualClock = (startAt = 1_000_000): ManualClock => {
  const timers = new Set<{ readonly at: number; readonly task: () => void }>();
  let time = startAt;
  return {
    now: () => time,
    schedule: (delayMs, task) => {
      const timer = { at: time + delayMs, task };
      timers.add(timer);
      return () => {
        timers.delete(timer);
      };
    },
    advance: async (ms) => {
      const end = time + ms;
      await settle();
      for (;;) {
        const next = [...timers].toSorted((a, b) => a.at - b.at)[0];
        if (next === undefined || next.at > end) break;
        timers.delete(next);
        time = Math.max(time, next.at);
        next.task();
        await settle();
      }
      time = end;
      await settle();
    },
    pending: () => timers.size,
  };
};
