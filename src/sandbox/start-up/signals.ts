import type { ServerLog } from '../log/server-log.ts';

export interface Interrupts {
  /** From now on SIGINT ends the server in order instead of killing it. */
  stopWith(stop: () => void): void;
}

/**
 * Listens for SIGINT. Until the server listens it kills the process as it kills a Python that is importing: a traceback,
 * and death by the signal. One listener serves both phases: a signal that arrives while listeners are exchanged is lost.
 * SIGTERM has no listener at all: it kills at once, as it does ComfyUI (comfyui-protocol.md 1.3).
 */
export const listenForInterrupts = (ignored: boolean, log: ServerLog): Interrupts => {
  let stop: (() => void) | null = null;
  const onInterrupt = (): void => {
    if (ignored) return;
    if (stop !== null) {
      stop();
      return;
    }
    log.raw('Traceback (most recent call last):\n  File "main.py", line 1, in <module>\nKeyboardInterrupt\n');
    process.off('SIGINT', onInterrupt);
    process.kill(process.pid, 'SIGINT');
  };
  process.on('SIGINT', onInterrupt);
  return {
    stopWith(work) {
      stop = work;
    },
  };
};
