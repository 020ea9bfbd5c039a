import { statSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import type { StudioError } from '#contract/errors.ts';
import type { Clock } from '#core/ports/clock.ts';
import type { StoreChange } from '#core/ports/job-store.ts';
import { hasErrorCode } from '../process/system-error.ts';
import { createChangeWriter, type OnUnknownJob } from './apply-changes.ts';
import { databaseError, troubleOf } from './database-error.ts';
import { createDiskSync, type DiskSync, type SyncFile } from './disk-sync.ts';
import { createJobReader, type JobReader } from './job-reader.ts';
import { openDatabase } from './open-database.ts';

export interface JobFileDependencies {
  readonly path: string;
  readonly clock: Clock;
  readonly onProblem: (problem: StudioError | null) => void;
  readonly onUnreadable: (table: string, id: string, reason: string) => void;
  readonly onDamage: (error: unknown) => void;
  readonly onUnknownJob: OnUnknownJob;
  readonly syncFile?: SyncFile | undefined;
}

export interface WritableFile {
  readonly database: DatabaseSync;
  readonly apply: (change: StoreChange) => void;
  readonly disk: DiskSync;
}

/** The file of the jobs, as far as it can be opened. */
export interface JobFile {
  /** Null where nothing can be read. */
  reader(): JobReader | null;
  /** Null where nothing can be written. */
  writable(): WritableFile | null;
  /** Tries to open a file again that could not be written and may be by now; at most once a second. */
  reopen(): void;
  /** Whether the file is not the one that was opened: whatever is written to that one is lost. */
  isGone(): boolean;
  close(): Promise<void>;
}

interface Opened {
  readonly database: DatabaseSync | null;
  readonly reader: JobReader | null;
  readonly writable: WritableFile | null;
  readonly identity: string;
  readonly mayRetry: boolean;
}

const reopenEveryMs = 1000;

/** Device and number of a file; null where there is none, or numbers mean nothing (Windows, where an open file cannot be removed). */
const fileIdentity = (path: string): string | null => {
  if (process.platform === 'win32') return null;
  try {
    const { dev, ino } = statSync(path);
    return `${dev}:${ino}`;
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT', 'ENOTDIR', 'EACCES')) return null;
    throw error;
  }
};

/** The file and the log beside it, which holds the newest of it. */
const identityOf = (path: string): string => `${fileIdentity(path)} ${fileIdentity(`${path}-wal`)}`;

/** Opens the file at once; `onProblem` is told how that went, each time. */
export const openJobFile = (dependencies: JobFileDependencies): JobFile => {
  const { path, clock, onProblem, onUnreadable, onDamage, onUnknownJob, syncFile } = dependencies;

  const openWritable = (database: DatabaseSync): WritableFile => {
    const apply = createChangeWriter(database, onUnknownJob);
    const disk = createDiskSync(`${path}-wal`, syncFile);
    // NORMAL loses nothing when only this process ends (sqlite.org/pragma.html#pragma_synchronous).
    database.exec(`PRAGMA synchronous = ${disk.isPossible ? 'NORMAL' : 'FULL'}`);
    return { database, apply, disk };
  };

  const open = (): Opened => {
    const { database, problem, mayRetry } = openDatabase(path);
    const opened: Opened = { database, reader: null, writable: null, identity: identityOf(path), mayRetry };
    if (database === null) {
      onProblem(problem);
      return opened;
    }
    try {
      const reader = createJobReader({ database, onUnreadable, onDamage });
      const writable = problem === null ? openWritable(database) : null;
      onProblem(problem);
      return { ...opened, reader, writable };
    } catch (error) {
      // A table or a column is missing although the version says that it is there.
      onProblem(databaseError(path, troubleOf(error) ?? 'damaged', 'read', { cause: error }));
      return { ...opened, mayRetry: false };
    }
  };

  let openedAt = clock.now();
  let file = open();

  return {
    reader: () => file.reader,
    writable: () => file.writable,
    reopen: () => {
      if (file.writable !== null || !file.mayRetry || clock.now() - openedAt < reopenEveryMs) return;
      openedAt = clock.now();
      file.database?.close();
      file = open();
    },
    isGone: () => identityOf(path) !== file.identity,
    close: async () => {
      await file.writable?.disk.close();
      file.database?.close();
    },
  };
};
