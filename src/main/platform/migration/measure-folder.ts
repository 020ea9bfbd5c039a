import { lstat, opendir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { FolderMeasure } from '#core/ports/place-reader.ts';
import { systemErrorCode } from '../process/system-error.ts';

export interface MeasureLimits {
  readonly entries: number;
  readonly depth: number;
  /** Epoch milliseconds after which counting ends. */
  readonly deadline: number;
  readonly now: () => number;
}

interface Count {
  files: number;
  bytes: number;
  entries: number;
  whole: boolean;
}

const isExpected = (error: unknown): boolean => systemErrorCode(error) !== null;

/** The files directly in a folder are added, its folders answered. Entries that vanish or may not be read make the count not whole. */
const countFolder = async (path: string, count: Count, limits: MeasureLimits): Promise<readonly string[]> => {
  const folders: string[] = [];
  for await (const entry of await opendir(path)) {
    count.entries += 1;
    if (count.entries > limits.entries || limits.now() > limits.deadline) {
      count.whole = false;
      return [];
    }
    const child = join(path, entry.name);
    if (entry.isDirectory()) folders.push(child);
    else if (entry.isFile() || entry.isSymbolicLink()) {
      const stats = await (entry.isSymbolicLink() ? stat(child) : lstat(child)).catch(() => null);
      // A link that leads nowhere holds nothing.
      if (stats === null) count.whole &&= entry.isSymbolicLink();
      else if (stats.isDirectory()) folders.push(child);
      else {
        count.files += 1;
        count.bytes += stats.size;
      }
    }
  }
  return folders;
};

/** Counts what a folder holds, links to folders included, each real folder once, so that a circle of links ends. */
export const measureFolder = async (path: string, limits: MeasureLimits): Promise<FolderMeasure> => {
  const count: Count = { files: 0, bytes: 0, entries: 0, whole: true };
  const seen = new Set<string>();
  let level: readonly string[] = [path];
  for (let depth = 0; level.length > 0 && count.whole; depth += 1) {
    if (depth > limits.depth) return { files: null, bytes: null };
    const next: string[] = [];
    for (const folder of level) {
      try {
        const real = await realpath(folder);
        if (seen.has(real)) continue;
        seen.add(real);
        next.push(...(await countFolder(real, count, limits)));
      } catch (error) {
        if (!isExpected(error)) throw error;
        count.whole = false;
      }
    }
    level = next;
  }
  return count.whole ? { files: count.files, bytes: count.bytes } : { files: null, bytes: null };
};
