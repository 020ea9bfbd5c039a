import type { Dirent, Stats } from 'node:fs';
import { lstat, opendir, realpath } from 'node:fs/promises';
import { isAbsolute, join, relative, sep } from 'node:path';
import { StudioError } from '#contract/errors.ts';
import type { GalleryFiles, GalleryLocation } from '#core/ports/gallery.ts';
import { hasErrorCode, systemErrorCode } from '../process/system-error.ts';
import { readFileFacts } from './read-file-facts.ts';

const missing = ['ENOENT', 'ENOTDIR', 'ENAMETOOLONG', 'ELOOP', 'ERR_INVALID_ARG_VALUE'] as const;
const entriesOfPiece = 512;
const atOnce = 16;

const readFailed = (folder: string, error: unknown): StudioError =>
  new StudioError('STORE_READ_FAILED', undefined, {
    details: { folder, systemCode: systemErrorCode(error) },
    cause: error,
  });

const isWithin = (folder: string, path: string): boolean => {
  const way = relative(folder, path);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way));
};

/** The real path of something below a folder, or null where it is not there, leads out of the folder, or is reached over a link. */
export const containedPath = async (folder: string, ...parts: readonly string[]): Promise<string | null> => {
  try {
    const root = await realpath(folder);
    const asked = join(root, ...parts);
    if (!isWithin(root, asked)) return null;
    return (await realpath(asked)) === asked ? asked : null;
  } catch (error) {
    if (hasErrorCode(error, ...missing)) return null;
    throw error;
  }
};

const factsOf = async (path: string): Promise<Stats | null> => {
  try {
    return await lstat(path);
  } catch (error) {
    if (systemErrorCode(error) !== null) return null;
    throw error;
  }
};

const pieceOf = (entries: readonly Dirent[]) =>
  entries.map((entry) => ({ name: entry.name, isFolder: entry.isDirectory() }));

async function* list(path: string): AsyncIterable<readonly { readonly name: string; readonly isFolder: boolean }[]> {
  let piece: Dirent[] = [];
  for await (const entry of await opendir(path, { bufferSize: entriesOfPiece })) {
    if (!entry.isFile() && !entry.isDirectory()) continue;
    piece.push(entry);
    if (piece.length < entriesOfPiece) continue;
    yield pieceOf(piece);
    piece = [];
  }
  if (piece.length > 0) yield pieceOf(piece);
}

const damaged = { width: null, height: null, texts: {}, excerpt: '' } as const;

/** The output folders of this machine. */
export const createOutputFiles = (now: () => number): GalleryFiles => ({
  modifiedAt: async (folder, subfolder) => {
    try {
      const path = await containedPath(folder, subfolder);
      const stats = path === null ? null : await lstat(path);
      return stats?.isDirectory() === true ? stats.mtimeMs : null;
    } catch (error) {
      throw systemErrorCode(error) === null ? error : readFailed(folder, error);
    }
  },
  entries: async function* entries(folder, subfolder) {
    try {
      yield* list(join(folder, subfolder));
    } catch (error) {
      throw systemErrorCode(error) === null ? error : readFailed(folder, error);
    }
  },
  stat: async (folder, subfolder, names) => {
    const files: { name: string; sizeBytes: number; modifiedAtMs: number }[] = [];
    for (let first = 0; first < names.length; first += atOnce) {
      await Promise.all(
        names.slice(first, first + atOnce).map(async (name) => {
          const stats = await factsOf(join(folder, subfolder, name));
          if (stats?.isFile() === true) files.push({ name, sizeBytes: stats.size, modifiedAtMs: stats.mtimeMs });
        }),
      );
    }
    return files;
  },
  locate: (folder, subfolder, name) => containedPath(folder, subfolder, name),
  read: async ({ folder, subfolder, name, kind }: Pick<GalleryLocation, 'folder' | 'subfolder' | 'name' | 'kind'>) => {
    if (folder === null) return null;
    try {
      const path = await containedPath(folder, subfolder, name);
      return path === null ? null : await readFileFacts(path, kind, now);
    } catch (error) {
      if (hasErrorCode(error, ...missing)) return null;
      if (systemErrorCode(error) === null) throw error;
      const stats = await factsOf(join(folder, subfolder, name));
      return { ...damaged, kind, state: 'damaged', sizeBytes: stats?.size ?? 0, modifiedAtMs: stats?.mtimeMs ?? now() };
    }
  },
});
