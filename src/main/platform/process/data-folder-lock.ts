import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout } from 'node:timers/promises';
import { z } from 'zod';
import { StudioError } from '#contract/errors.ts';
import { makeFolderSync } from '../files/make-folder.ts';
import { isPidInUse } from './pid-in-use.ts';
import { hasErrorCode, systemErrorCode } from './system-error.ts';

/** Who holds a data folder; written beside the lock for the one who comes second. */
const holderSchema = z.object({ pid: z.int(), startedAt: z.number(), address: z.string().nullable() });
export type DataFolderHolder = z.infer<typeof holderSchema>;

export interface DataFolderLock {
  /** Tells later starters where this studio can be reached. */
  update(address: string): Promise<void>;
  /** Gives the folder free; a second call does nothing. */
  release(): Promise<void>;
}

export interface DataFolderLockOptions {
  readonly dataFolder: string;
  /** Epoch milliseconds of this studio's start. */
  readonly startedAt: number;
  readonly pid?: number;
}

const sqliteBusy = 5;
const holderTries = 20;
const holderTryMs = 50;

const isBusy = (error: unknown): boolean =>
  error instanceof Error && 'errcode' in error && error.errcode === sqliteBusy;

const readHolder = async (path: string): Promise<DataFolderHolder | null> => {
  try {
    const parsed: unknown = JSON.parse(await readFile(path, 'utf8'));
    return holderSchema.parse(parsed);
  } catch (error) {
    const isUnwritten = hasErrorCode(error, 'ENOENT') || error instanceof SyntaxError || error instanceof z.ZodError;
    if (isUnwritten) return null;
    throw error;
  }
};

const lockFile = (path: string): DatabaseSync | null => {
  const database = new DatabaseSync(path, { timeout: 0 });
  try {
    database.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
    return database;
  } catch (error) {
    database.close();
    if (isBusy(error)) return null;
    throw error;
  }
};

const writeFailed = (dataFolder: string, cause: unknown): StudioError => {
  const details = { dataFolder, path: dataFolder, systemCode: systemErrorCode(cause) };
  return new StudioError('STORE_WRITE_FAILED', undefined, { details, cause });
};

const openLock = (dataFolder: string): DatabaseSync | null => {
  try {
    makeFolderSync(dataFolder);
    return lockFile(join(dataFolder, 'studio.lock'));
  } catch (error) {
    throw writeFailed(dataFolder, error);
  }
};

/**
 * Two starters at the same moment can both find the file busy, so a refusal counts only when somebody living holds the folder; the
 * winner writes who it is right after it got the lock. A holder in another container has a pid that means nothing here, so that in
 * the end what stands there is believed.
 */
const winLock = async (dataFolder: string, holderPath: string): Promise<DatabaseSync> => {
  for (let attempt = 1; ; attempt += 1) {
    const database = openLock(dataFolder);
    if (database !== null) return database;
    const holder = await readHolder(holderPath);
    const isKnown = holder !== null && isPidInUse(holder.pid);
    if (isKnown || attempt === holderTries) {
      throw new StudioError('STORE_LOCKED', undefined, { details: { dataFolder, ...holder } });
    }
    await setTimeout(holderTryMs * (0.5 + Math.random()));
  }
};

/**
 * Makes this process the only studio of a data folder; fails with STORE_LOCKED and who holds it. The lock is one of the kernel's
 * (an exclusive transaction that stays open on an empty SQLite file), so that it ends with the process whatever ends it, two
 * starters cannot both get it, and it holds between containers that share the folder, where a pid of the other says nothing.
 */
export const acquireDataFolderLock = async (options: DataFolderLockOptions): Promise<DataFolderLock> => {
  const { dataFolder, startedAt } = options;
  const holderPath = join(dataFolder, 'studio.json');
  const database = await winLock(dataFolder, holderPath);
  const pid = options.pid ?? process.pid;
  const tell = async (address: string | null): Promise<void> => {
    const temporary = `${holderPath}.new`;
    await writeFile(temporary, `${JSON.stringify({ pid, startedAt, address })}\n`, { mode: 0o600 });
    await rename(temporary, holderPath);
  };
  const state = { released: false };
  const close = (): void => database.close();
  // Also keeps the lock from being collected as garbage when nobody holds on to this object.
  process.once('exit', close);
  const release = async (): Promise<void> => {
    if (state.released) return;
    state.released = true;
    await rm(holderPath, { force: true });
    process.off('exit', close);
    close();
  };

  try {
    await tell(null);
  } catch (error) {
    await release();
    throw writeFailed(dataFolder, error);
  }
  return { update: (address) => (state.released ? Promise.resolve() : tell(address)), release };
};
