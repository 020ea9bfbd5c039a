import { type FSWatcher, watch } from 'node:fs';
import type { Cancel, Clock } from '#core/ports/clock.ts';
import type { Logger } from '#core/ports/logger.ts';

export interface FolderActivityOptions {
  readonly folder: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Whether a change of this file matters. */
  readonly isRelevant: (fileName: string) => boolean;
  /** Looks at the files; answers whether anything was new. */
  readonly look: () => boolean;
  /** Time between two looks while something happens. */
  readonly busyMs?: number;
  /** Time between two looks while nothing does, for file systems that tell no changes. */
  readonly idleMs?: number;
}

/** Calls `look` soon after something in the folder has changed. */
export interface FolderActivity {
  /** Looks at once, and often for a while. */
  wake(): void;
  close(): void;
}

/** Looks without news after which the folder counts as quiet. */
const quietLooks = 20;

/**
 * Sleeps on the system's change notices while nothing happens, and looks by the clock while something does: a program that
 * writes line by line would otherwise wake this process for every line.
 */
export const createFolderActivity = (options: FolderActivityOptions): FolderActivity => {
  const { folder, clock, logger } = options;
  const state = { watcher: null as FSWatcher | null, cancel: null as Cancel | null, quiet: 0, closed: false };

  const stopWatching = (): void => {
    state.watcher?.close();
    state.watcher = null;
  };
  const next = (delayMs: number): void => {
    state.cancel?.();
    state.cancel = clock.schedule(delayMs, tick);
  };
  const startWatching = (): void => {
    try {
      const watcher = watch(folder, { persistent: false });
      state.watcher = watcher;
      watcher.on('change', (_kind, name) => {
        if (typeof name !== 'string' || options.isRelevant(name)) wake();
      });
      watcher.on('error', (error) => {
        logger.debug('A folder cannot be watched any more; it is looked at by the clock', { folder, error });
        stopWatching();
      });
    } catch (error) {
      logger.debug('A folder cannot be watched; it is looked at by the clock', { folder, error });
    }
  };
  const lookSafely = (): boolean => {
    try {
      return options.look();
    } catch (error) {
      logger.warn('The files of a folder cannot be looked at', { folder, error });
      return false;
    }
  };
  const tick = (): void => {
    state.cancel = null;
    const isNew = lookSafely();
    state.quiet = isNew ? 0 : state.quiet + 1;
    if (isNew && state.watcher !== null) stopWatching();
    if (state.quiet < quietLooks) {
      next(options.busyMs ?? 100);
    } else if (state.watcher === null && state.quiet === quietLooks) {
      // One more look after the watch is armed finds what came in between.
      startWatching();
      next(0);
    } else {
      next(options.idleMs ?? 1000);
    }
  };
  const wake = (): void => {
    if (state.closed) return;
    stopWatching();
    state.quiet = 0;
    next(0);
  };

  return {
    wake,
    close: () => {
      state.closed = true;
      stopWatching();
      state.cancel?.();
      state.cancel = null;
    },
  };
};
