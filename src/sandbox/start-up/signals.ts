import type { ServerLog } from '../log/server-log.ts';

/**
 * Until the server listens, SIGINT kills it as it kills a Python that is importing: a traceback, and death by the signal.
 * Returns the end of that phase.
 */
export const dieOfInterrupt = (ignored: boolean, log: ServerLog): { end(): void } => {
  const onInterrupt = (): void => {
    if (ignored) return;
    log.raw('Traceback (most recent call last):\n  File "main.py", line 1, in <module>\nKeyboardInterrupt\n');
    process.off('SIGINT', onInterrupt);
    process.kill(process.pid, 'SIGINT');
  };
  process.on('SIGINT', onInterrupt);
  return {
    end() {
      // A server that ignores SIGINT keeps the listener: without any, the signal would kill it.
      if (!ignored) process.off('SIGINT', onInterrupt);
    },
  };
};

/** Once the server listens, SIGINT ends it in order. SIGTERM has no handler at all: it kills at once, as it does ComfyUI. */
export const stopOnInterrupt = (stop: () => void): void => {
  process.once('SIGINT', stop);
};
