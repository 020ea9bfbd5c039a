import type { Cancel, Clock } from '#core/ports/clock.ts';
import type { ProcessIdentity } from '#core/ports/process-host.ts';

/** Watches processes that are not our children: the kernel tells their end to their parent alone, so it is asked for. */
export interface ExitPoller {
  /** Calls `onGone` once when the process has ended; the cancel function stops watching. */
  watch(identity: ProcessIdentity, onGone: () => void): Cancel;
  close(): void;
}

export interface ExitPollerOptions {
  readonly clock: Clock;
  readonly intervalMs: number;
  readonly isRunning: (identity: ProcessIdentity) => boolean;
}

/** One timer for all watched processes, and none while there is nothing to watch. */
export const createExitPoller = ({ clock, intervalMs, isRunning }: ExitPollerOptions): ExitPoller => {
  const watched = new Set<{ readonly identity: ProcessIdentity; readonly onGone: () => void }>();
  const state: { cancel: Cancel | null } = { cancel: null };

  const arm = (): void => {
    if (state.cancel === null && watched.size > 0) state.cancel = clock.schedule(intervalMs, poll);
  };
  const poll = (): void => {
    state.cancel = null;
    const gone = [...watched].filter(({ identity }) => !isRunning(identity));
    for (const entry of gone) watched.delete(entry);
    arm();
    for (const { onGone } of gone) onGone();
  };

  return {
    watch: (identity, onGone) => {
      const entry = { identity, onGone };
      watched.add(entry);
      arm();
      return () => {
        watched.delete(entry);
      };
    },
    close: () => {
      watched.clear();
      state.cancel?.();
      state.cancel = null;
    },
  };
};
