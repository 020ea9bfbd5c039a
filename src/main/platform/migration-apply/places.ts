import { access, constants, opendir, realpath, stat, statfs } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { PlaceKind } from '#core/ports/migration.ts';
import { hasErrorCode, systemErrorCode } from '../process/system-error.ts';
import { statsOf } from './tree.ts';

const isEmpty = async (folder: string): Promise<boolean> => {
  const handle = await opendir(folder);
  try {
    return (await handle.read()) === null;
  } finally {
    await handle.close();
  }
};

/** What a path is; a link counts as what it leads to, and one that leads nowhere as something. */
export const placeOf = async (path: string): Promise<PlaceKind> => {
  try {
    if (!(await stat(path)).isDirectory()) return 'other';
    return (await isEmpty(path)) ? 'empty-folder' : 'folder';
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT')) return (await statsOf(path)) === null ? 'missing' : 'other';
    if (systemErrorCode(error) === null) throw error;
    return 'other';
  }
};

/** The nearest folder above a path, or itself, that is there. */
export const existingAbove = async (path: string): Promise<string> => {
  for (let folder = path; ; folder = dirname(folder)) {
    if ((await statsOf(folder)) !== null || dirname(folder) === folder) return folder;
  }
};

/** With every link resolved as far as the path exists. */
export const resolvedPath = async (path: string): Promise<string> => {
  const missing: string[] = [];
  for (let folder = path; ; folder = dirname(folder)) {
    try {
      return join(await realpath(folder), ...missing);
    } catch (error) {
      if (systemErrorCode(error) === null) throw error;
      if (dirname(folder) === folder) return path;
      missing.unshift(basename(folder));
    }
  }
};

/** What of a path is missing, the highest first. */
export const missingAbove = async (path: string): Promise<readonly string[]> => {
  const missing: string[] = [];
  for (let folder = path; (await statsOf(folder)) === null && dirname(folder) !== folder; folder = dirname(folder)) {
    missing.unshift(folder);
  }
  return missing;
};

const whereKnown = async <Value>(task: () => Promise<Value>): Promise<Value | null> => {
  try {
    return await task();
  } catch (error) {
    if (systemErrorCode(error) === null) throw error;
    return null;
  }
};

export const freeBytesAt = async (path: string): Promise<number | null> =>
  whereKnown(async () => {
    const { bavail, bsize } = await statfs(await existingAbove(path));
    return bavail * bsize;
  });

export const diskOf = async (path: string): Promise<string | null> =>
  whereKnown(async () => String((await stat(await existingAbove(path))).dev));

/** Whether this program may make something in the nearest folder that is there. */
export const isWritableAt = async (path: string): Promise<boolean> => {
  const answer = await whereKnown(async () => {
    const folder = await existingAbove(path);
    if (!(await stat(folder)).isDirectory()) return false;
    await access(folder, constants.W_OK | constants.X_OK);
    return true;
  });
  return answer ?? false;
};
