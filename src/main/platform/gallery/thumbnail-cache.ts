import { createHash } from 'node:crypto';
import type { Stats } from 'node:fs';
import { mkdir, opendir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { systemErrorCode } from '../process/system-error.ts';

/** Files by their keys, the least used ones removed when all of them together are too large. */
export interface ThumbnailCache {
  get(key: string): Promise<Buffer | null>;
  /** A file that cannot be written is left out: it is made again when it is asked for. */
  put(key: string, bytes: Uint8Array): Promise<void>;
  close(): Promise<void>;
}

/** After trimming so much of the limit is left, so that not every new file begins another round. */
const trimmedShare = 0.8;
/** The time of a file is when it was used, as exact as this. */
const usedEveryMs = 24 * 3_600_000;

interface Kept {
  readonly path: string;
  readonly sizeBytes: number;
  readonly usedAtMs: number;
}

const factsOf = async (path: string): Promise<Stats | null> => {
  try {
    return await stat(path);
  } catch (error) {
    if (systemErrorCode(error) !== null) return null;
    throw error;
  }
};

async function* filesBelow(folder: string): AsyncIterable<string> {
  try {
    for await (const entry of await opendir(folder, { recursive: true })) {
      if (entry.isFile()) yield join(entry.parentPath, entry.name);
    }
  } catch (error) {
    // Whoever empties the cache by hand may do so at any time.
    if (systemErrorCode(error) === null) throw error;
  }
}

export const createThumbnailCache = (options: {
  readonly folder: string;
  readonly maxBytes: number;
  readonly now: () => number;
}): ThumbnailCache => {
  const { folder, maxBytes, now } = options;
  let totalBytes: number | null = null;
  let trimming: Promise<void> | null = null;
  let isClosed = false;
  let written = 0;

  const pathOf = (key: string): string => {
    const name = createHash('sha256').update(key).digest('hex').slice(0, 40);
    return join(folder, name.slice(0, 2), `${name}.webp`);
  };

  const listAll = async (): Promise<Kept[]> => {
    const kept: Kept[] = [];
    for await (const path of filesBelow(folder)) {
      if (isClosed) break;
      const stats = await factsOf(path);
      if (stats !== null) kept.push({ path, sizeBytes: stats.size, usedAtMs: stats.mtimeMs });
    }
    return kept;
  };

  /** Counts what is there, and removes what was not used for longest where that is too much. */
  const trim = async (): Promise<void> => {
    const kept = await listAll();
    let bytes = kept.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    if (bytes > maxBytes) {
      for (const { path, sizeBytes } of kept.sort((one, other) => one.usedAtMs - other.usedAtMs)) {
        if (isClosed || bytes <= maxBytes * trimmedShare) break;
        await rm(path, { force: true });
        bytes -= sizeBytes;
      }
    }
    totalBytes = bytes;
  };

  const trimSoon = (): void => {
    trimming ??= trim().finally(() => {
      trimming = null;
    });
  };

  const note = (bytes: number): void => {
    if (totalBytes !== null) totalBytes += bytes;
    if (totalBytes === null || totalBytes > maxBytes) trimSoon();
  };

  return {
    get: async (key) => {
      const path = pathOf(key);
      const stats = await factsOf(path);
      if (stats === null) return null;
      try {
        const bytes = await readFile(path);
        const usedAt = new Date(now());
        if (now() - stats.mtimeMs > usedEveryMs) await utimes(path, usedAt, usedAt);
        return bytes;
      } catch (error) {
        if (systemErrorCode(error) === null) throw error;
        return null;
      }
    },
    put: async (key, bytes) => {
      const path = pathOf(key);
      written += 1;
      const draft = `${path}.${process.pid}-${written}`;
      try {
        await mkdir(dirname(path), { recursive: true, mode: 0o700 });
        await writeFile(draft, bytes, { mode: 0o600 });
        await rename(draft, path);
        note(bytes.length);
      } catch (error) {
        if (systemErrorCode(error) === null) throw error;
        await rm(draft, { force: true });
      }
    },
    close: async () => {
      isClosed = true;
      await trimming;
    },
  };
};
