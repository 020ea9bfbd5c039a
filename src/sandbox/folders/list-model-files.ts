import type { Dirent, Stats } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { ModelFolder } from './model-folders.ts';

/** A model file: its place by number, its name below the place, and what the file system tells of it. */
export interface ModelFile {
  readonly name: string;
  readonly path: string;
  readonly pathIndex: number;
}

/** Deeper trees than this are links that lead back to themselves. */
const maxDepth = 16;

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');

const entriesOf = async (folder: string): Promise<readonly Dirent[]> => {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
};

const targetOf = async (path: string): Promise<Stats | null> => {
  try {
    return await stat(path);
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
};

const kindOf = async (entry: Dirent, path: string): Promise<'file' | 'folder' | 'other'> => {
  if (entry.isDirectory()) return 'folder';
  if (entry.isFile()) return 'file';
  const target = entry.isSymbolicLink() ? await targetOf(path) : null;
  if (target === null) return 'other';
  return target.isDirectory() ? 'folder' : 'file';
};

const walk = async (folder: string, prefix: string, depth: number, found: (name: string) => void): Promise<void> => {
  if (depth > maxDepth) return;
  for (const entry of await entriesOf(folder)) {
    if (entry.name === '.git') continue;
    const kind = await kindOf(entry, join(folder, entry.name));
    const name = prefix === '' ? entry.name : join(prefix, entry.name);
    if (kind === 'folder') await walk(join(folder, entry.name), name, depth + 1, found);
    else if (kind === 'file') found(name);
  }
};

const isListed = (folder: ModelFolder, name: string): boolean =>
  folder.suffixes.length === 0 || folder.suffixes.includes(extname(name).toLowerCase());

/** The files of one kind of model, below all its places, links followed; the first place wins where names repeat. */
export const listModelFiles = async (folder: ModelFolder): Promise<readonly ModelFile[]> => {
  const files = new Map<string, ModelFile>();
  for (const [pathIndex, place] of folder.places.entries()) {
    await walk(place, '', 0, (name) => {
      if (isListed(folder, name) && !files.has(name)) files.set(name, { name, path: join(place, name), pathIndex });
    });
  }
  return [...files.values()].sort((first, second) => (first.name < second.name ? -1 : 1));
};
