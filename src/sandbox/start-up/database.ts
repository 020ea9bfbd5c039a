import { closeSync, existsSync, openSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

export type DatabaseOutcome =
  | { readonly kind: 'open'; readonly close: () => void }
  /** The sentence that ComfyUI logs. */
  | { readonly kind: 'failed'; readonly reason: string };

/** File of an sqlite address; null = in memory. Four slashes make an absolute path. */
export const databaseFileOf = (url: string | null, installFolder: string): string | null => {
  if (url === null) return join(installFolder, 'user', 'comfyui.db');
  const path = url.replace(/^sqlite:\/\/\/?/, '');
  return path === '' || path === ':memory:' ? null : resolve(path);
};

/**
 * Takes the database as ComfyUI does: a lock on `<file>.lock` for as long as the process lives, given back by the
 * operating system however it ends. A second server on the same file is told so and may go on (comfyui-protocol.md 8).
 */
export const openDatabase = async (file: string | null): Promise<DatabaseOutcome> => {
  if (file === null) return { kind: 'open', close: () => undefined };
  if (!existsSync(dirname(file))) {
    return { kind: 'failed', reason: '(sqlite3.OperationalError) unable to open database file' };
  }
  const { DatabaseSync } = await import('node:sqlite');
  const lock = new DatabaseSync(`${file}.lock`);
  try {
    // No journal file beside the lock.
    lock.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
  } catch (error) {
    lock.close();
    if (!(error instanceof Error) || !/locked/i.test(error.message)) throw error;
    const reason =
      `Could not acquire lock on database '${file}'. Another ComfyUI process may already be using it. ` +
      'Use --database-url to specify a separate database file.';
    return { kind: 'failed', reason };
  }
  // The sandbox stores nothing in it, but a supervisor may look for the file.
  closeSync(openSync(file, 'a'));
  return { kind: 'open', close: () => lock.close() };
};
