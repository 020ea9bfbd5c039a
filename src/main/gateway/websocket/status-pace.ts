import type { Cancel, Clock } from '#core/ports/clock.ts';

/** So many changes in a row are told one by one, as ComfyUI tells them: a submission, its start and its end. */
const burst = 6;
/** Beyond that one for so long: each makes some clients ask for the whole queue (field.md 5.2). */
const everyMs = 150;

export interface StatusPace {
  /** The queue has changed: it is told now, or within `everyMs`. */
  changed(): void;
  stop(): void;
}

/** Lets single changes through at once and gathers many. */
export const createStatusPace = (clock: Clock, tell: () => void): StatusPace => {
  let left = burst;
  let refilledAt = clock.now();
  let timer: Cancel | null = null;

  const refill = (): void => {
    const earned = Math.floor((clock.now() - refilledAt) / everyMs);
    if (earned <= 0) return;
    left = Math.min(burst, left + earned);
    refilledAt += earned * everyMs;
  };

  const spend = (): void => {
    left -= 1;
    tell();
  };

  return {
    changed: () => {
      if (timer !== null) return;
      refill();
      if (left > 0) {
        spend();
        return;
      }
      timer = clock.schedule(Math.max(1, refilledAt + everyMs - clock.now()), () => {
        timer = null;
        refill();
        spend();
      });
    },
    stop: () => {
      timer?.();
      timer = null;
    },
  };
};
