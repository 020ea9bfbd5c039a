import type { Stats } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';

/** A path with forward slashes, as the API shows it on every system. */
export const slashed = (path: string): string => path.split(sep).join('/');

export interface UserFile {
  readonly path: string;
  readonly name: string;
  readonly kind: 'directory' | 'file';
  readonly stats: Stats;
}

/** What lies in a folder: files first; then the folders, each followed by what is in it when `recurse` is on. */
export const listUserFiles = async (folder: string, recurse: boolean): Promise<readonly UserFile[]> => {
  const names = (await readdir(folder)).sort();
  const found: UserFile[] = [];
  const files: UserFile[] = [];
  for (const name of names) {
    const path = join(folder, name);
    const stats = await stat(path);
    if (!stats.isDirectory()) {
      files.push({ path, name, kind: 'file', stats });
      continue;
    }
    found.push({ path, name, kind: 'directory', stats });
    if (recurse) found.push(...(await listUserFiles(path, true)));
  }
  return [...files, ...found];
};

/** Size and times of a file, in milliseconds, under a path relative to `root`. */
export const fileInfo = async (path: string, root: string): Promise<Readonly<Record<string, unknown>>> => {
  const stats = await stat(path);
  return {
    path: slashed(relative(root, path)),
    size: stats.size,
    modified: Math.floor(stats.mtimeMs),
    created: Math.floor(stats.ctimeMs),
  };
};
