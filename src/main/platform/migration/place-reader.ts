import { constants } from 'node:fs';
import { access, open, opendir, realpath, stat, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { PathKind } from '#core/ports/machine.ts';
import type { FolderReading, PlaceEntry, PlaceReader, TextReading } from '#core/ports/place-reader.ts';
import { hasErrorCode, systemErrorCode } from '../process/system-error.ts';
import { measureFolder } from './measure-folder.ts';
import { withinLimit } from './within-limit.ts';

export interface PlaceLimits {
  /** Of one question to the disk. */
  readonly answerMs: number;
  readonly textBytes: number;
  readonly folderEntries: number;
  readonly measureEntries: number;
  readonly measureDepth: number;
  readonly measureMs: number;
}

/** Enough for the largest settings files seen and for model libraries of some ten thousand files; short enough for a dead network drive. */
export const placeLimits: PlaceLimits = {
  answerMs: 2000,
  textBytes: 4 * 1024 * 1024,
  folderEntries: 2000,
  measureEntries: 100_000,
  measureDepth: 24,
  measureMs: 3000,
};

const notThere = ['ENOENT', 'ENOTDIR', 'ENAMETOOLONG', 'ERR_INVALID_ARG_VALUE'] as const;

const failure = (error: unknown): { kind: 'missing' } | { kind: 'unreadable'; reason: string } => {
  if (hasErrorCode(error, ...notThere)) return { kind: 'missing' };
  const reason = systemErrorCode(error);
  if (reason === null) throw error;
  return { kind: 'unreadable', reason };
};

/** A pipe or a device is refused before it is opened: opening one can wait for ever, reading one can change it. */
const readSmallFile = async (path: string, limitBytes: number): Promise<TextReading> => {
  try {
    const before = await stat(path);
    if (!before.isFile()) return { kind: 'unreadable', reason: 'not-a-file' };
    if (before.size > limitBytes) return { kind: 'too-large', bytes: before.size };
    const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    try {
      // A file that grows while it is read ends where it was; its writer is not done anyway.
      const { bytesRead, buffer } = await file.read({ buffer: Buffer.alloc(before.size) });
      return { kind: 'text', text: buffer.toString('utf8', 0, bytesRead).replace(/^\uFEFF/u, '') };
    } finally {
      await file.close();
    }
  } catch (error) {
    return failure(error);
  }
};

const linkTarget = async (path: string): Promise<PlaceEntry['kind']> => {
  try {
    const stats = await stat(path);
    if (stats.isDirectory()) return 'folder';
    return stats.isFile() ? 'file' : 'other';
  } catch (error) {
    if (systemErrorCode(error) === null) throw error;
    return 'other';
  }
};

const listFolder = async (path: string, limit: number): Promise<FolderReading> => {
  try {
    const entries: PlaceEntry[] = [];
    for await (const entry of await opendir(path)) {
      if (entries.length >= limit) return { kind: 'folder', entries, cutOff: true };
      const isLink = entry.isSymbolicLink();
      const kind = entry.isDirectory() ? 'folder' : entry.isFile() ? 'file' : 'other';
      entries.push({ name: entry.name, kind: isLink ? await linkTarget(join(path, entry.name)) : kind, isLink });
    }
    return { kind: 'folder', entries: entries.toSorted((a, b) => (a.name < b.name ? -1 : 1)), cutOff: false };
  } catch (error) {
    return failure(error);
  }
};

const may = async (path: string, mode: number): Promise<boolean> => {
  try {
    await access(path, mode);
    return true;
  } catch (error) {
    if (systemErrorCode(error) === null) throw error;
    return false;
  }
};

const kindOf = async (path: string): Promise<PathKind> => {
  try {
    const stats = await stat(path);
    if (stats.isDirectory()) return (await may(path, constants.R_OK | constants.X_OK)) ? 'folder' : 'unreadable';
    return (await may(path, constants.R_OK)) ? 'file' : 'unreadable';
  } catch (error) {
    return failure(error).kind;
  }
};

const resolved = async (path: string): Promise<string> => {
  try {
    return await realpath(path);
  } catch (error) {
    if (systemErrorCode(error) === null) throw error;
    return path;
  }
};

/** Of the nearest folder above that is there. */
const freeBytesAt = async (path: string): Promise<number | null> => {
  try {
    const { bavail, bsize } = await statfs(path);
    return bavail * bsize;
  } catch (error) {
    if (!hasErrorCode(error, 'ENOENT', 'ENOTDIR')) return null;
    const parent = dirname(path);
    return parent === path ? null : freeBytesAt(parent);
  }
};

/** Looks at this machine's disk and never writes to it. */
export const createPlaceReader = (now: () => number, limits: PlaceLimits = placeLimits): PlaceReader => {
  const late = { kind: 'unreadable', reason: 'late' } as const;
  return {
    text: (path) => withinLimit(readSmallFile(path, limits.textBytes), limits.answerMs, late),
    list: (path) => withinLimit(listFolder(path, limits.folderEntries), limits.answerMs, late),
    kind: (path) => withinLimit<PathKind, PathKind>(kindOf(path), limits.answerMs, 'unreadable'),
    isWritable: (path) => withinLimit(may(path, constants.W_OK | constants.X_OK), limits.answerMs, false),
    realPath: (path) => withinLimit(resolved(path), limits.answerMs, path),
    measure: (path) =>
      withinLimit(
        measureFolder(path, {
          entries: limits.measureEntries,
          depth: limits.measureDepth,
          deadline: now() + limits.measureMs,
          now,
        }),
        limits.measureMs + limits.answerMs,
        { files: null, bytes: null },
      ),
    freeBytes: (path) => withinLimit(freeBytesAt(path), limits.answerMs, null),
  };
};
