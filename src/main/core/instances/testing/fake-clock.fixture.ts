import type { Clock } from '#core/ports/clock.ts';

interface Alarm {
  readonly at: number;
  readonly order: number;
  readonly task: () => void;
}

/** Lets everything that waits for a settled promise run, however deep the chain. */
export const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 100; turn += 1) await Promise.resolve();
};

/** Time that stands still until a test moves it. */
export interface FakeClock extends Clock {
  /** Runs what becomes due, in order, and lets promises settle after each. */
  advance(durationMs: number): Promise<void>;
  /** Timers that have neither run nor been cancelled. */
  pending(): number;
}

export const createFakeClock = (startAt = 1_000_000): FakeClock => {
  let now = startAt;
  let order = 0;
  const alarms = new Set<Alarm>();

  const next = (until: number): Alarm | undefined =>
    [...alarms].filter(({ at }) => at <= until).toSorted((a, b) => a.at - b.at || a.order - b.order)[0];

  return {
    now: () => now,
    schedule: (delayMs, task) => {
      order += 1;
      const alarm: Alarm = { at: now + Math.max(delayMs, 0), order, task };
      alarms.add(alarm);
      return () => {
        alarms.delete(alarm);
      };
    },
    advance: async (durationMs) => {
      const until = now + durationMs;
      await settle();
      for (let alarm = next(until); alarm !== undefined; alarm = next(until)) {
        alarms.delete(alarm);
        now = alarm.at;
        alarm.task();
        await settle();
      }
      now = until;
    },
    pending: () => alarms.size,
  };
};
