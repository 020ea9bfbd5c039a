import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import type { StudioError } from '#contract/errors.ts';
import { makeFolderSync } from '../files/make-folder.ts';
import { hasErrorCode } from '../process/system-error.ts';
import { databaseError, troubleOf } from './database-error.ts';
import { applicationId, migrate, newestVersion, readApplicationId, readVersion } from './migrations.ts';
import { readNumber, textOf } from './sqlite-values.ts';

/** What came of opening the file. */
export interface OpenedDatabase {
  /** Null when nothing of the file can be read. */
  readonly database: DatabaseSync | null;
  readonly problem: StudioError | null;
  /**
   * Whether another try may help: the reason may pass, and all that the file holds was seen or there was nothing. Jobs that were never
   * seen must not come up in the middle of a run.
   */
  readonly mayRetry: boolean;
}

/** How long a statement waits for a program that holds the file, such as a shell; longer waits are the caller's, without blocking. */
const busyTimeoutMs = 50;
/** Larger files are checked where they are used only: the check reads all of a file, about 1 s for each GiB from memory. */
const checkMaxBytes = 64 * 1024 * 1024;
/** Pages of the log (16 MiB) after which they are copied into the file: seldom, since that keeps the program waiting for the disk. */
const checkpointPages = 4000;
const headerBytes = 100;
const magic = 'SQLite format 3\0';

const connection = (path: string, readOnly: boolean): DatabaseSync =>
  new DatabaseSync(path, { readOnly, timeout: busyTimeoutMs, enableForeignKeyConstraints: true });

const closing = <Value>(database: DatabaseSync, use: () => Value): Value => {
  try {
    return use();
  } catch (error) {
    database.close();
    throw error;
  }
};

const sizeOf = (path: string): number => {
  try {
    return statSync(path).size;
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT', 'ENOTDIR')) return 0;
    throw error;
  }
};

/** The first bytes of a file, and whether they are all the truth: what a log beside it holds is newer. */
const readHeader = (path: string): Buffer => {
  const header = Buffer.alloc(headerBytes);
  const descriptor = openSync(path, 'r');
  try {
    return header.subarray(0, readSync(descriptor, header, 0, headerBytes, 0));
  } finally {
    closeSync(descriptor);
  }
};

/** A new file is for its owner only: workflows and prompts are private. SQLite gives its companions the same mode. */
const createFile = (path: string): void => closeSync(openSync(path, 'a', 0o600));

/**
 * Opens for reading without changing a byte of the file. In a folder that may not be written SQLite cannot make the companions that a
 * file in WAL mode needs; there the file is read as it stands, without a log that may lie beside it.
 */
const openForReading = (path: string): DatabaseSync => {
  const database = connection(path, true);
  try {
    readVersion(database);
    return database;
  } catch (error) {
    database.close();
    const trouble = troubleOf(error);
    if (trouble !== 'cannot-open' && trouble !== 'read-only') throw error;
  }
  const address = pathToFileURL(path);
  address.search = '?immutable=1';
  const immutable = new DatabaseSync(address, { readOnly: true });
  return closing(immutable, () => {
    readVersion(immutable);
    return immutable;
  });
};

const checkPages = (database: DatabaseSync, path: string): StudioError | null => {
  if (sizeOf(path) > checkMaxBytes) return null;
  const found = textOf(Object.values(database.prepare('PRAGMA quick_check(1)').get() ?? {})[0]);
  return found === 'ok' ? null : databaseError(path, 'damaged', 'read', { details: { found } });
};

interface Inspection {
  readonly version: number;
  readonly problem: StudioError | null;
}

const inspect = (database: DatabaseSync, path: string): Inspection => {
  const version = readVersion(database);
  const isOurs = readApplicationId(database) === applicationId;
  const isEmpty = version === 0 && readNumber(database, 'SELECT count(*) FROM sqlite_schema') === 0;
  if (!isOurs && !isEmpty) return { version, problem: databaseError(path, 'foreign', 'read') };
  if (version > newestVersion) {
    return { version, problem: databaseError(path, 'newer', 'read', { details: { version, newestVersion } }) };
  }
  return { version, problem: checkPages(database, path) };
};

/** What the file itself says where no log can be newer: such a file needs not even be opened to be refused. */
const inspectHeader = (path: string): StudioError | null => {
  const header = readHeader(path);
  if (header.toString('latin1', 0, magic.length) !== magic) return databaseError(path, 'not-a-database', 'read');
  if (header.length < headerBytes) return databaseError(path, 'damaged', 'read', { details: { found: 'cut off' } });
  if (sizeOf(`${path}-wal`) > 0) return null;
  const version = header.readUInt32BE(60);
  const isNewer = header.readUInt32BE(68) === applicationId && version > newestVersion;
  return isNewer ? databaseError(path, 'newer', 'read', { details: { version, newestVersion } }) : null;
};

const prepareForWriting = (database: DatabaseSync): void => {
  // A file that is emptied page by page can be made smaller later; that can be said only before its first table.
  if (readVersion(database) === 0) database.exec('PRAGMA auto_vacuum = INCREMENTAL');
  database.exec(`
    PRAGMA journal_mode = WAL;
    PRAGMA wal_autocheckpoint = ${checkpointPages};
    PRAGMA journal_size_limit = ${16 * 1024 * 1024};
    PRAGMA cache_size = -16000;
    PRAGMA cell_size_check = ON;
    PRAGMA trusted_schema = OFF;
  `);
  migrate(database);
  // Shows now, not with the first job, that nothing can be written. Waits for the disk, so that it knows the name of a new log, too.
  database.exec(`PRAGMA synchronous = FULL; BEGIN IMMEDIATE; PRAGMA user_version = ${newestVersion}; COMMIT`);
};

const openForWriting = (path: string): DatabaseSync => {
  const database = connection(path, false);
  return closing(database, () => {
    prepareForWriting(database);
    return database;
  });
};

/** An error that stands for nothing else means that the file is not as its version says: a table is there already, or missing. */
const failed = (path: string, error: unknown, during: 'read' | 'write'): StudioError =>
  databaseError(path, troubleOf(error) ?? 'damaged', during, { cause: error });

const openExisting = (path: string): OpenedDatabase => {
  const refused = inspectHeader(path);
  if (refused !== null) return { database: null, problem: refused, mayRetry: false };
  const reader = openForReading(path);
  return closing(reader, () => {
    const { version, problem } = inspect(reader, path);
    const isReadable = version === newestVersion && problem?.details?.['reason'] !== 'foreign';
    const keepReader = (why: StudioError, mayRetry: boolean): OpenedDatabase => {
      if (isReadable) return { database: reader, problem: why, mayRetry };
      reader.close();
      return { database: null, problem: why, mayRetry: mayRetry && version === 0 };
    };
    if (problem !== null) return keepReader(problem, false);
    try {
      const database = openForWriting(path);
      reader.close();
      return { database, problem: null, mayRetry: true };
    } catch (error) {
      const why = failed(path, error, 'write');
      return keepReader(why, why.code === 'STORE_WRITE_FAILED');
    }
  });
};

const openNew = (path: string): OpenedDatabase => {
  try {
    makeFolderSync(dirname(path));
    createFile(path);
    return { database: openForWriting(path), problem: null, mayRetry: true };
  } catch (error) {
    return { database: null, problem: failed(path, error, 'write'), mayRetry: true };
  }
};

/**
 * Opens the file of the jobs, or makes it. Never throws for what a disk or a file can be like: `problem` says why jobs cannot be kept
 * or read. A file that is damaged, of a newer version or of another program is not changed.
 */
export const openDatabase = (path: string): OpenedDatabase => {
  try {
    return sizeOf(path) === 0 ? openNew(path) : openExisting(path);
  } catch (error) {
    return { database: null, problem: failed(path, error, 'read'), mayRetry: false };
  }
};
