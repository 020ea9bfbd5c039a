import type { Clock } from '#core/ports/clock.ts';

/** Lets one loop sleep until a time or until something happens, whichever is first. */
export interface Alarm {
  /** Resolves at `at` or at the next ring; at once when it rang since the last sleep. */
  sleepUntil(at: number): Promise<void>;
  ring(): void;
}

export const createAlarm = (clock: Clock): Alarm => {
  let rang = false;
  let wake: (() => void) | null = null;
  return {
    sleepUntil: (at) =>
      new Promise((resolve) => {
        if (rang) {
          rang = false;
          resolve();
          return;
        }
        const cancel = clock.schedule(Math.max(0, at - clock.now()), () => {
          wake = null;
          resolve();
        });
        wake = () => {
          cancel();
          wake = null;
          resolve();
        };
      }),
    ring: () => {
      if (wake === null) rang = true;
      else wake();
    },
  };
};
