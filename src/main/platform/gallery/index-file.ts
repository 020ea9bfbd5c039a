import { closeSync, openSync, rmSync } from 'node:fs';
import { uptime } from 'node:os';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Logger } from '#core/ports/logger.ts';
import { makeFolderSync } from '../files/make-folder.ts';
import { systemErrorCode } from '../process/system-error.ts';
import { applicationId, schema, schemaVersion } from './index-schema.ts';

const busyTimeoutMs = 50;
/** By so much clocks differ that count the same start of a machine. */
const sameStartMs = 10_000;

/** What one run of the machine tells from another: when it was started, epoch milliseconds. */
export const machineStartedAtMs = (nowMs: number): number => Math.round(nowMs - uptime() * 1000);

const numberOf = (database: DatabaseSync, sql: string): number =>
  Number(Object.values(database.prepare(sql).get() ?? {})[0] ?? 0);

/** What SQLite says of a file that it cannot use, or what the system says; anything else is an error of this program. */
const isFileTrouble = (error: unknown): boolean => {
  const code = systemErrorCode(error);
  return code !== null;
};

/**
 * A studio that dies leaves nothing half-written, since the system has what it wrote; only the end of the whole machine can. The check
 * reads all of the file, which takes seconds with 100,000 results, so it is made after that alone.
 */
const mayBeHalfWritten = (database: DatabaseSync, startedAtMs: number): boolean => {
  const openSince = database.prepare("SELECT value FROM notes WHERE name = 'open'").get()?.['value'];
  return openSince !== undefined && openSince !== '0' && Math.abs(Number(openSince) - startedAtMs) > sameStartMs;
};

const checked = (database: DatabaseSync, startedAtMs: number): boolean => {
  if (numberOf(database, 'PRAGMA application_id') !== applicationId) return false;
  if (numberOf(database, 'PRAGMA user_version') !== schemaVersion) return false;
  if (!mayBeHalfWritten(database, startedAtMs)) return true;
  return Object.values(database.prepare('PRAGMA quick_check(1)').get() ?? {})[0] === 'ok';
};

const prepare = (database: DatabaseSync): DatabaseSync => {
  // What a power cut takes can be found again on the disk, so no write waits for it.
  database.exec(
    'PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; PRAGMA cache_size = -16000; PRAGMA temp_store = MEMORY',
  );
  database.exec('PRAGMA foreign_keys = ON');
  return database;
};

const openExisting = (path: string, startedAtMs: number): DatabaseSync | null => {
  // Prompts are private: a new file is for its owner only.
  closeSync(openSync(path, 'a', 0o600));
  const database = new DatabaseSync(path, { timeout: busyTimeoutMs });
  try {
    prepare(database);
    if (
      numberOf(database, 'PRAGMA user_version') === 0 &&
      numberOf(database, 'SELECT count(*) FROM sqlite_master') === 0
    ) {
      database.exec(schema);
    }
    if (checked(database, startedAtMs)) return database;
  } catch (error) {
    if (!isFileTrouble(error)) throw error;
  }
  database.close();
  return null;
};

/**
 * Opens the file of the index. A file that is damaged or of another version is made anew, since all of it can be found again; where no
 * file can be had at all the index is kept in memory until the studio ends. `startedAtMs` is the start of this machine.
 */
export const openIndexFile = (path: string, logger: Logger, startedAtMs: number): DatabaseSync => {
  try {
    makeFolderSync(dirname(path));
    const known = openExisting(path, startedAtMs);
    if (known !== null) return known;
    logger.warn('The index of the gallery is made anew', { file: path });
    for (const end of ['', '-wal', '-shm']) rmSync(`${path}${end}`, { force: true });
    const fresh = openExisting(path, startedAtMs);
    if (fresh !== null) return fresh;
  } catch (error) {
    if (!isFileTrouble(error)) throw error;
    logger.warn('The index of the gallery cannot be kept on the disk', {
      file: path,
      systemCode: systemErrorCode(error),
    });
  }
  const database = prepare(new DatabaseSync(':memory:'));
  database.exec(schema);
  return database;
};
