import type { BigIntStats } from 'node:fs';

/** Small files as they were read last: opening, reading and closing one costs more than all the rest of an answer. */
export interface SmallFiles {
  /** The whole file where it is the same as when it was kept. */
  get(path: string, stats: BigIntStats): Buffer | null;
  /** Keeps a file that was read whole, where it is small and has rested. The bytes must not change afterwards. */
  keep(path: string, stats: BigIntStats, bytes: Buffer): void;
  /** Whether one would be kept. */
  mayKeep(stats: BigIntStats): boolean;
}

export interface SmallFilesOptions {
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly maxFileBytes?: number;
  readonly maxBytes?: number;
}

/** Some file systems tell times in steps of two seconds: what was changed later may change again without showing it. */
const restMs = 5000;

interface Kept {
  readonly version: string;
  readonly bytes: Buffer;
}

/** The system moves the time of the last change by itself, whatever a program says of the time of its content. */
const versionOf = ({ dev, ino, ctimeNs, mtimeNs, size }: BigIntStats): string =>
  [dev, ino, ctimeNs, mtimeNs, size].join(' ');

export const createSmallFiles = ({
  now,
  maxFileBytes = 64 * 1024,
  maxBytes = 16 * 1024 ** 2,
}: SmallFilesOptions): SmallFiles => {
  /** In the order of their last use. */
  const kept = new Map<string, Kept>();
  let usedBytes = 0;

  const drop = (path: string): void => {
    usedBytes -= kept.get(path)?.bytes.byteLength ?? 0;
    kept.delete(path);
  };

  const mayKeep = ({ size, ctimeNs, mtimeNs }: BigIntStats): boolean => {
    const changedAt = Number(ctimeNs > mtimeNs ? ctimeNs : mtimeNs) / 1e6;
    return size <= maxFileBytes && now() - changedAt >= restMs;
  };

  return {
    mayKeep,
    get: (path, stats) => {
      const found = kept.get(path);
      if (found === undefined) return null;
      kept.delete(path);
      if (found.version === versionOf(stats)) {
        kept.set(path, found);
        return found.bytes;
      }
      usedBytes -= found.bytes.byteLength;
      return null;
    },
    keep: (path, stats, bytes) => {
      if (!mayKeep(stats) || BigInt(bytes.byteLength) !== stats.size) return;
      drop(path);
      kept.set(path, { version: versionOf(stats), bytes });
      usedBytes += bytes.byteLength;
      for (const oldest of kept.keys()) {
        if (usedBytes <= maxBytes) return;
        drop(oldest);
      }
    },
  };
};
