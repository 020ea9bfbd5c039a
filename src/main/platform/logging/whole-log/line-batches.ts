import type { FileHandle } from 'node:fs/promises';
import { decodeUtf8 } from '../utf8-borders.ts';

const chunkBytes = 256 * 1024;
const newline = 10;
/** A progress bar that never ends its line may write megabytes: only the end of such a line counts. */
const heldMaxBytes = 1024 * 1024;
const heldKeptBytes = 64 * 1024;

export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** The lines of a part of a file, as many at a time as a piece of it holds, so that others get a turn in between. */
export async function* lineBatches(handle: FileHandle, { start, end }: ByteRange): AsyncGenerator<readonly string[]> {
  let held = Buffer.alloc(0);
  let position = start;
  while (position < end) {
    const chunk = Buffer.allocUnsafe(Math.min(chunkBytes, end - position));
    const { bytesRead } = await handle.read(chunk, 0, chunk.length, position);
    // The file was truncated meanwhile.
    if (bytesRead === 0) break;
    position += bytesRead;
    const bytes =
      held.length === 0 ? chunk.subarray(0, bytesRead) : Buffer.concat([held, chunk.subarray(0, bytesRead)]);
    const last = bytes.lastIndexOf(newline);
    if (last === -1) {
      held = bytes.length > heldMaxBytes ? bytes.subarray(bytes.length - heldKeptBytes) : bytes;
      continue;
    }
    held = bytes.subarray(last + 1);
    yield decodeUtf8(bytes.subarray(0, last)).split('\n');
  }
  if (held.length > 0) yield [decodeUtf8(held)];
}

const lineMaxLength = 16 * 1024;

/** What a terminal would show: a progress bar overwrites itself, and of a line without end the end is shown. */
export const shownLine = (line: string): string => {
  const whole = line.endsWith('\r') ? line.slice(0, -1) : line;
  const written = whole.includes('\r') ? (whole.split('\r').findLast((part) => part !== '') ?? '') : whole;
  return written.length > lineMaxLength ? written.slice(-lineMaxLength) : written;
};
