import { createHash } from 'node:crypto';
import { constants, type Stats } from 'node:fs';
import { chmod, type FileHandle, open, rm, utimes } from 'node:fs/promises';
import type { SkippedPath } from '#core/ports/migration.ts';
import { hasErrorCode, systemErrorCode } from '../process/system-error.ts';

/** Writes a piece of a copy; a test puts a full disk in its place. */
export type WritePiece = (handle: FileHandle, bytes: Uint8Array) => Promise<void>;

export const writePiece: WritePiece = async (handle, bytes) => {
  for (let written = 0; written < bytes.byteLength; ) {
    written += (await handle.write(bytes, written)).bytesWritten;
  }
};

export type CopiedFile =
  | { readonly kind: 'copied'; readonly bytes: number; readonly sha256: string; readonly isSteady: boolean }
  | { readonly kind: 'skipped'; readonly reason: SkippedPath['reason'] };

/** A file that is written to all the time, a log for one, is copied as it is in the end. */
const tries = 3;

interface FileCopier {
  readonly buffer: Buffer;
  readonly write: WritePiece;
  readonly signal: AbortSignal;
  readonly onBytes: (bytes: number) => void;
}

const skipOf = (error: unknown): CopiedFile => {
  if (systemErrorCode(error) === null) throw error;
  return { kind: 'skipped', reason: hasErrorCode(error, 'ENOENT') ? 'vanished' : 'unreadable' };
};

/** null: it cannot be read on. */
const readPiece = async (source: FileHandle, buffer: Buffer): Promise<number | null> => {
  try {
    return (await source.read(buffer, 0, buffer.byteLength, null)).bytesRead;
  } catch (error) {
    if (systemErrorCode(error) === null) throw error;
    return null;
  }
};

const isSame = (before: Stats, after: Stats): boolean => before.size === after.size && before.mtimeMs === after.mtimeMs;

const stream = async (source: FileHandle, target: FileHandle, copier: FileCopier): Promise<CopiedFile> => {
  const before = await source.stat();
  const hash = createHash('sha256');
  let bytes = 0;
  for (;;) {
    copier.signal.throwIfAborted();
    const count = await readPiece(source, copier.buffer);
    if (count === null) return { kind: 'skipped', reason: 'unreadable' };
    if (count === 0) break;
    const piece = copier.buffer.subarray(0, count);
    hash.update(piece);
    await copier.write(target, piece);
    bytes += count;
    copier.onBytes(count);
  }
  const isSteady = isSame(before, await source.stat()) && bytes === before.size;
  return { kind: 'copied', bytes, sha256: hash.digest('hex'), isSteady };
};

const copyOnce = async (source: FileHandle, to: string, copier: FileCopier): Promise<CopiedFile> => {
  const { mode, atimeMs, mtimeMs } = await source.stat();
  let target: FileHandle;
  try {
    target = await open(to, 'wx', 0o600);
  } catch (error) {
    if (hasErrorCode(error, 'EEXIST')) return { kind: 'skipped', reason: 'name-clash' };
    throw error;
  }
  let result: CopiedFile;
  try {
    result = await stream(source, target, copier);
  } finally {
    await target.close();
  }
  if (result.kind === 'skipped') {
    await rm(to, { force: true });
    return result;
  }
  // As numbers: a Date has no microseconds.
  await utimes(to, atimeMs / 1000, mtimeMs / 1000);
  await chmod(to, mode & 0o777);
  return result;
};

/** Copies one file into a new one, and again while it changes. Failures to write are thrown, failures to read are answered. */
export const copyOneFile = async (from: string, to: string, copier: FileCopier): Promise<CopiedFile> => {
  for (let attempt = 1; ; attempt += 1) {
    let source: FileHandle;
    try {
      // Not through a link that has taken the place of the file since it was looked at.
      source = await open(from, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
    } catch (error) {
      return skipOf(error);
    }
    try {
      const result = await copyOnce(source, to, copier);
      if (result.kind === 'skipped' || result.isSteady || attempt === tries) return result;
    } finally {
      await source.close();
    }
    await rm(to, { force: true });
  }
};

/** The hash of a file that is no link; null where it is none or cannot be read. */
export const hashOfFile = async (path: string, buffer: Buffer): Promise<string | null> => {
  let handle: FileHandle;
  try {
    handle = await open(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    if (systemErrorCode(error) === null) throw error;
    return null;
  }
  try {
    const hash = createHash('sha256');
    for (;;) {
      const count = await readPiece(handle, buffer);
      if (count === null) return null;
      if (count === 0) return hash.digest('hex');
      hash.update(buffer.subarray(0, count));
    }
  } finally {
    await handle.close();
  }
};
