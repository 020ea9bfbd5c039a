import { mkdirSync, statSync } from 'node:fs';
import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { hasErrorCode } from '../process/system-error.ts';

/** What is above a path and may be missing; null where nothing is above it, or that is not what the system complains of. */
const parentToMake = (path: string, error: unknown): string | null => {
  const parent = dirname(path);
  return hasErrorCode(error, 'ENOENT') && parent !== path ? parent : null;
};

/** Not by EEXIST alone: a drive's root, a mount point and a read-only disk answer other codes for a folder that is there. */
const isFolder = async (path: string): Promise<boolean> =>
  stat(path).then(
    (stats) => stats.isDirectory(),
    () => false,
  );

const isFolderNow = (path: string): boolean => {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
};

const makeOne = async (path: string): Promise<void> => {
  try {
    await mkdir(path);
  } catch (error) {
    if (!(await isFolder(path))) throw error;
  }
};

const makeOneNow = (path: string): void => {
  try {
    mkdirSync(path);
  } catch (error) {
    if (!isFolderNow(path)) throw error;
  }
};

/**
 * Makes a folder and those above it; one that is there already is fine. Fails with the system's error after at most two tries a
 * level. Node's own `recursive` never ends where a folder exists but answers ENOENT to every new name in it, as /proc does.
 */
export const makeFolder = async (path: string): Promise<void> => {
  try {
    await makeOne(path);
  } catch (error) {
    const parent = parentToMake(path, error);
    if (parent === null) throw error;
    await makeFolder(parent);
    await makeOne(path);
  }
};

/** `makeFolder` for the places that must be done before they return. */
export const makeFolderSync = (path: string): void => {
  try {
    makeOneNow(path);
  } catch (error) {
    const parent = parentToMake(path, error);
    if (parent === null) throw error;
    makeFolderSync(parent);
    makeOneNow(path);
  }
};
