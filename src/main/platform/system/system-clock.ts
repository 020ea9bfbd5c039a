import type { Clock } from '#core/ports/clock.ts';

/**
 * The real time. Timers keep the process alive, since a stop that waits for a deadline must not be cut short by an empty
 * event loop; `keepAlive: false` is for background polls that nobody has to wait for.
 */
export const createSystemClock = (options: { keepAlive?: boolean } = {}): Clock => ({
  now: () => Date.now(),
  schedule: (delayMs, task) => {
    const timer = setTimeout(task, Math.max(0, delayMs));
    if (options.keepAlive === false) timer.unref();
    return () => clearTimeout(timer);
  },
});
