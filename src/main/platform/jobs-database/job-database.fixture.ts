import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Clock } from '#core/ports/clock.ts';
import type { JobStore } from '#core/ports/job-store.ts';
import type { SyncFile } from './disk-sync.ts';
import { createJobDatabase } from './job-database.ts';

interface LogLine {
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** A folder with a file of jobs, opened as often as a test likes; everything is closed and removed at its end. */
export const createJobFolder = () => {
  const folder = mkdtempSync(join(tmpdir(), 'atelier-jobs-'));
  const path = join(folder, 'jobs.sqlite');
  const errors: LogLine[] = [];
  const opened: JobStore[] = [];
  const time = { offsetMs: 0 };
  const clock: Clock = {
    now: () => Date.now() + time.offsetMs,
    schedule: (delayMs, task) => {
      const timer = setTimeout(task, delayMs);
      return () => clearTimeout(timer);
    },
  };
  const logger = {
    debug: () => {},
    info: () => {},
    warn: () => {},
    error: (message: string, fields = {}) => {
      errors.push({ message, fields });
    },
  };
  return {
    folder,
    path,
    errors,
    /** Moves the clock of all stores on. */
    pass: (ms: number): void => {
      time.offsetMs += ms;
    },
    /** What another program finds in the file at this moment. */
    query: (sql: string): readonly Readonly<Record<string, unknown>>[] => {
      const shell = new DatabaseSync(path, { readOnly: true });
      const rows = shell.prepare(sql).all();
      shell.close();
      return rows.map((row) => ({ ...row }));
    },
    open: (at = path, syncFile?: SyncFile): JobStore => {
      const store = createJobDatabase({ path: at, clock, logger, ...(syncFile === undefined ? {} : { syncFile }) });
      opened.push(store);
      return store;
    },
    remove: async (): Promise<void> => {
      for (const store of opened) await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};
export type JobFolder = ReturnType<typeof createJobFolder>;
