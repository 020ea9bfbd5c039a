import { type FileHandle, open, stat } from 'node:fs/promises';
import { hasErrorCode } from '../../process/system-error.ts';
import { extendIndex, type LineIndex, lineCountOf, noLines } from './line-index.ts';

/** One file of a log with its lines. */
export interface LogSegment {
  readonly path: string;
  readonly inode: number;
  readonly index: LineIndex;
  /** Number of its first line in the whole log. */
  readonly firstLine: number;
}

/** All files of a log, oldest first. */
export interface LogSegments {
  readonly segments: readonly LogSegment[];
  readonly lineCount: number;
  readonly sizeBytes: number;
  /** Changes when line numbers do. */
  readonly generation: string;
}

interface Known {
  readonly segments: ReadonlyMap<number, LineIndex>;
  readonly liveKey: string;
  readonly rebuilt: number;
}

const rotatedMax = 20;

interface Found {
  readonly path: string;
  readonly inode: number;
  readonly size: number;
}

const find = async (path: string): Promise<Found | null> => {
  try {
    const { ino, size } = await stat(path);
    return { path, inode: ino, size };
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT')) return null;
    throw error;
  }
};

/** Opens a file that may be moved at any moment; null when it is another one by now. */
export const openSegment = async (path: string, inode: number): Promise<FileHandle | null> => {
  let handle: FileHandle;
  try {
    handle = await open(path, 'r');
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT')) return null;
    throw error;
  }
  if ((await handle.stat()).ino === inode) return handle;
  await handle.close();
  return null;
};

const findAll = async (path: string): Promise<{ rotated: readonly Found[]; live: Found | null }> => {
  const rotated: Found[] = [];
  for (let number = 1; number <= rotatedMax; number += 1) {
    const found = await find(`${path}.${number}`);
    if (found === null) break;
    rotated.unshift(found);
  }
  return { rotated, live: await find(path) };
};

const indexFile = async ({ path, inode, size }: Found, known: LineIndex | undefined): Promise<LineIndex> => {
  const start = known !== undefined && known.bytes <= size ? known : noLines;
  if (start.bytes === size) return start;
  const handle = await openSegment(path, inode);
  if (handle === null) return start;
  try {
    return await extendIndex(handle, start, size);
  } finally {
    await handle.close();
  }
};

/** Keeps the indexes of one log up to date, reading only what is new. */
export const createLogSegments = (path: string): { look(): Promise<LogSegments> } => {
  let known: Known = { segments: new Map(), liveKey: '', rebuilt: 0 };
  let looking: Promise<LogSegments> | null = null;

  const look = async (): Promise<LogSegments> => {
    const { rotated, live } = await findAll(path);
    // The live file keeps its inode when it is copied away and truncated; a new neighbour tells that this happened.
    const liveKey = `${live?.inode ?? 0}:${rotated.at(-1)?.inode ?? 0}`;
    const liveKnown = live === null ? undefined : known.segments.get(live.inode);
    const isRotated = known.liveKey !== liveKey;
    const isTruncated = live !== null && liveKnown !== undefined && live.size < liveKnown.bytes;
    const files = live === null ? rotated : [...rotated, live];
    const segments: LogSegment[] = [];
    let firstLine = 0;
    for (const file of files) {
      const isStale = file === live && (isRotated || isTruncated);
      const index = await indexFile(file, isStale ? undefined : known.segments.get(file.inode));
      segments.push({ path: file.path, inode: file.inode, index, firstLine });
      firstLine += lineCountOf(index);
    }
    known = {
      segments: new Map(segments.map(({ inode, index }) => [inode, index])),
      liveKey,
      rebuilt: known.rebuilt + (isRotated || isTruncated ? 1 : 0),
    };
    return {
      segments,
      lineCount: firstLine,
      sizeBytes: segments.reduce((sum, { index }) => sum + index.bytes, 0),
      generation: `${files[0]?.inode ?? 0}-${known.rebuilt}`,
    };
  };

  return {
    look: () => {
      looking ??= look().finally(() => {
        looking = null;
      });
      return looking;
    },
  };
};
