/** The time, and a tick each second for texts that count. */
export interface Clock {
  readonly now: () => number;
  readonly subscribe: (listener: () => void) => () => void;
}

const tickMs = 1000;

/** One timer for all listeners; it runs only while somebody listens. */
export const createClock = (readTime: () => number = Date.now): Clock => {
  const listeners = new Set<() => void>();
  let timer: ReturnType<typeof setInterval> | undefined;
  let now = readTime();
  const tick = (): void => {
    now = readTime();
    for (const notify of listeners) notify();
  };
  return {
    now: () => {
      // Between ticks every reader gets the same answer, as React's external stores need it.
      if (timer === undefined && readTime() - now >= tickMs) now = readTime();
      return now;
    },
    subscribe: (listener) => {
      listeners.add(listener);
      timer ??= setInterval(tick, tickMs);
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        clearInterval(timer);
        timer = undefined;
      };
    },
  };
};
