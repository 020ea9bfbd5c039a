import { closeSync, fdatasync, openSync } from 'node:fs';
import { promisify } from 'node:util';
import { hasErrorCode } from '../process/system-error.ts';

/** Brings what was written to an open file to disk. */
export type SyncFile = (descriptor: number) => Promise<void>;

export interface DiskSync {
  /** Whether there is a log to bring to disk; without one SQLite has to do that itself with each commit. */
  readonly isPossible: boolean;
  /** Resolves when everything that was written before the call is on disk. */
  sync(): Promise<void>;
  /** After the last call has ended. */
  close(): Promise<void>;
}

const openLog = (path: string): number | null => {
  try {
    return openSync(path, 'r+');
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT')) return null;
    throw error;
  }
};

/**
 * Brings SQLite's log to disk outside of the event loop. A commit that waits for the disk itself (`synchronous = FULL`) keeps the whole
 * program waiting for milliseconds; a commit in NORMAL followed by this is as safe, since the log is all that FULL brings to disk
 * (sqlite.org/wal.html#performance_considerations). Calls that come while one is under way share the next one. Opening the log a second
 * time is harmless: SQLite's locks are on the other two files.
 */
export const createDiskSync = (logPath: string, syncFile: SyncFile = promisify(fdatasync)): DiskSync => {
  const descriptor = openLog(logPath);
  let running: Promise<void> | null = null;
  let next: Promise<void> | null = null;

  const start = (): Promise<void> => {
    next = null;
    const run = descriptor === null ? Promise.resolve() : syncFile(descriptor);
    running = run.finally(() => {
      running = null;
    });
    return running;
  };

  const sync = (): Promise<void> => {
    if (running === null) return start();
    next ??= running.then(start, start);
    return next;
  };

  return {
    isPossible: descriptor !== null,
    sync,
    close: async () => {
      await Promise.allSettled([running, next]);
      if (descriptor !== null) closeSync(descriptor);
    },
  };
};
