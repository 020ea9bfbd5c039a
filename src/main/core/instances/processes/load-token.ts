import type { Cancel, Clock } from '#core/ports/clock.ts';

/**
 * The right to go through the imports, which read the disk and fill the memory: held by at most `limit()` instances at once, handed
 * out first come first served, with at least `pauseMs()` between two. Two instances that stage big models at once crash some
 * systems, and a machine that starts eight at once starts all of them slowly.
 */
export interface LoadToken {
  /** Gets in the line. `grant` is called once, now or later, unless released before. A holder's second request is ignored. */
  request(holderId: string, grant: () => void): void;
  /** Gives the token back, or leaves the line. Unknown holders are fine. */
  release(holderId: string): void;
  /** Takes up a changed limit. */
  review(): void;
}

export const createLoadToken = (options: {
  readonly clock: Clock;
  readonly limit: () => number;
  readonly pauseMs: () => number;
}): LoadToken => {
  const { clock, limit, pauseMs } = options;
  const holders = new Set<string>();
  const line = new Map<string, () => void>();
  let lastGrantAt: number | null = null;
  let cancelPause: Cancel | null = null;

  const review = (): void => {
    cancelPause?.();
    cancelPause = null;
    for (;;) {
      const [first] = line;
      if (first === undefined || holders.size >= limit()) return;
      const waitMs = lastGrantAt === null ? 0 : lastGrantAt + pauseMs() - clock.now();
      if (waitMs > 0) {
        cancelPause = clock.schedule(waitMs, review);
        return;
      }
      const [holderId, grant] = first;
      line.delete(holderId);
      holders.add(holderId);
      lastGrantAt = clock.now();
      grant();
    }
  };

  return {
    request: (holderId, grant) => {
      if (holders.has(holderId) || line.has(holderId)) return;
      line.set(holderId, grant);
      review();
    },
    release: (holderId) => {
      line.delete(holderId);
      holders.delete(holderId);
      review();
    },
    review,
  };
};
