import type { Stats } from 'node:fs';
import { lstat, opendir } from 'node:fs/promises';
import { join } from 'node:path';
import { hasErrorCode, systemErrorCode } from '../process/system-error.ts';

/** One path of a tree as it is itself: links are not followed. */
export interface TreeEntry {
  /** Relative to the top. */
  readonly path: string;
  readonly kind: 'file' | 'folder' | 'link' | 'special' | 'unreadable';
  readonly stats: Stats | null;
}

const kindOf = (stats: Stats): TreeEntry['kind'] => {
  if (stats.isSymbolicLink()) return 'link';
  if (stats.isDirectory()) return 'folder';
  return stats.isFile() ? 'file' : 'special';
};

/** The path's own stats; null where there is nothing. */
export const statsOf = async (path: string): Promise<Stats | null> => {
  try {
    return await lstat(path);
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT', 'ENOTDIR')) return null;
    throw error;
  }
};

const entryOf = async (top: string, path: string): Promise<TreeEntry> => {
  try {
    const stats = await lstat(join(top, path));
    return { path, kind: kindOf(stats), stats };
  } catch (error) {
    if (systemErrorCode(error) === null) throw error;
    return { path, kind: 'unreadable', stats: null };
  }
};

const namesIn = async (folder: string): Promise<readonly string[] | null> => {
  try {
    const names: string[] = [];
    for await (const { name } of await opendir(folder)) names.push(name);
    return names.toSorted();
  } catch (error) {
    if (systemErrorCode(error) === null) throw error;
    return null;
  }
};

/** Every path below a folder, a folder before what is in it. One that cannot be listed comes as unreadable after itself. */
export async function* walkTree(top: string, signal: AbortSignal): AsyncGenerator<TreeEntry> {
  const folders = [''];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    signal.throwIfAborted();
    const names = await namesIn(join(top, folder));
    if (names === null) {
      yield { path: folder, kind: 'unreadable', stats: null };
      continue;
    }
    for (const name of names) {
      const entry = await entryOf(top, join(folder, name));
      yield entry;
      if (entry.kind === 'folder') folders.push(entry.path);
    }
  }
}
