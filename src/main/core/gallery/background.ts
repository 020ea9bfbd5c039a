import type { Cancel, Clock } from '#core/ports/clock.ts';

/** Work that is done in small pieces while the studio does other things. */
export interface Background {
  /** To be called between two pieces: waits as long as the last piece took, and answers false when all work is to end. */
  rest(): Promise<boolean>;
  /** Waits until somebody wakes it, or for a time. */
  idle(delayMs: number): Promise<boolean>;
  /** For what may wait a moment: news of the next `gatherMs` are taken together, and none of them later than that. */
  wake(gatherMs: number): void;
  isEnding(): boolean;
  end(): void;
}

/** Longer rests help nobody. */
const longestRestMs = 50;

export const createBackground = (clock: Clock): Background => {
  let isEnding = false;
  let pieceBeganAt = clock.now();
  let stir: (() => void) | null = null;
  let isAwake = false;
  let waking: { readonly at: number; readonly cancel: Cancel } | null = null;

  const wakeNow = (): void => {
    waking?.cancel();
    waking = null;
    isAwake = true;
    stir?.();
  };

  const pause = (delayMs: number, isWoken: boolean): Promise<void> =>
    new Promise((resolve) => {
      const cancel = clock.schedule(delayMs, () => {
        stir = null;
        resolve();
      });
      if (!isWoken) return;
      stir = () => {
        stir = null;
        cancel();
        resolve();
      };
    });

  return {
    rest: async () => {
      if (isEnding) return false;
      await pause(Math.min(longestRestMs, Math.max(0, clock.now() - pieceBeganAt)), false);
      pieceBeganAt = clock.now();
      return !isEnding;
    },
    idle: async (delayMs) => {
      if (!isAwake && !isEnding) await pause(delayMs, true);
      isAwake = false;
      pieceBeganAt = clock.now();
      return !isEnding;
    },
    wake: (gatherMs) => {
      if (isEnding) return;
      const at = clock.now() + gatherMs;
      if (waking !== null && waking.at <= at) return;
      waking?.cancel();
      if (gatherMs <= 0) wakeNow();
      else waking = { at, cancel: clock.schedule(gatherMs, wakeNow) };
    },
    isEnding: () => isEnding,
    end: () => {
      isEnding = true;
      waking?.cancel();
      waking = null;
      stir?.();
    },
  };
};
