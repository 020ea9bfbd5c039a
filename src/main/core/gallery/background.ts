import type { Cancel, Clock } from '#core/ports/clock.ts';

/** How long news may wait for others. */
export interface Gather {
  /** Each puts the work off by so much; 0 = none does, and all wait for `mostMs`. */
  readonly quietMs: number;
  /** The first of them waits for no longer. */
  readonly mostMs: number;
}

export const atOnce: Gather = { quietMs: 0, mostMs: 0 };

/** Work that is done in small pieces while the studio does other things. */
export interface Background {
  /** To be called between two pieces: waits as long as the last piece took, and answers false when all work is to end. */
  rest(): Promise<boolean>;
  /** Waits until somebody wakes it, or for a time. */
  idle(delayMs: number): Promise<boolean>;
  /** What may wait a moment is taken together with what comes soon after it. */
  wake(gather: Gather): void;
  /** Whether something waits for a quiet moment. */
  isGathering(): boolean;
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
  let waking: { readonly latestAt: number; readonly cancel: Cancel } | null = null;

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
    wake: ({ quietMs, mostMs }) => {
      if (isEnding) return;
      const now = clock.now();
      const latestAt = Math.min(waking?.latestAt ?? Number.POSITIVE_INFINITY, now + mostMs);
      const at = quietMs === 0 ? latestAt : Math.min(latestAt, now + quietMs);
      waking?.cancel();
      if (at <= now) wakeNow();
      else waking = { latestAt, cancel: clock.schedule(at - now, wakeNow) };
    },
    isGathering: () => waking !== null,
    isEnding: () => isEnding,
    end: () => {
      isEnding = true;
      waking?.cancel();
      waking = null;
      stir?.();
    },
  };
};
