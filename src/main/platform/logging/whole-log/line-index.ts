import type { FileHandle } from 'node:fs/promises';

/** Lines between two marks: few enough to be read over, many enough that a million lines have 4,000 marks. */
export const linesPerMark = 256;

/** Where the lines of one file begin, as far as it was looked at. */
export interface LineIndex {
  /** Bytes that are counted. */
  readonly bytes: number;
  /** Line breaks within them. */
  readonly breaks: number;
  /** Byte after the last line break. */
  readonly lastLineStart: number;
  /** First bytes of the lines 0, 256, 512, … */
  readonly marks: readonly number[];
}

export const noLines: LineIndex = { bytes: 0, breaks: 0, lastLineStart: 0, marks: [0] };

/** Whole lines, and the one that is still being written. */
export const lineCountOf = ({ bytes, breaks, lastLineStart }: LineIndex): number =>
  breaks + (bytes > lastLineStart ? 1 : 0);

const chunkBytes = 1024 * 1024;
const newline = 10;

/** Counts on from where an index ends; the bytes before are not read again. */
export const extendIndex = async (handle: FileHandle, index: LineIndex, size: number): Promise<LineIndex> => {
  if (size <= index.bytes) return index;
  const marks = [...index.marks];
  let { bytes, breaks, lastLineStart } = index;
  const chunk = Buffer.allocUnsafe(Math.min(chunkBytes, size - bytes));
  while (bytes < size) {
    const { bytesRead } = await handle.read(chunk, 0, Math.min(chunk.length, size - bytes), bytes);
    if (bytesRead === 0) break;
    const piece = chunk.subarray(0, bytesRead);
    for (let at = piece.indexOf(newline); at !== -1; at = piece.indexOf(newline, at + 1)) {
      breaks += 1;
      lastLineStart = bytes + at + 1;
      if (breaks % linesPerMark === 0) marks.push(lastLineStart);
    }
    bytes += bytesRead;
  }
  return { bytes, breaks, lastLineStart, marks };
};

/** Where to begin to read for a line, and which line is there. */
export const markBefore = (index: LineIndex, line: number): { readonly start: number; readonly line: number } => {
  const mark = Math.min(Math.floor(line / linesPerMark), index.marks.length - 1);
  return { start: index.marks[mark] ?? 0, line: mark * linesPerMark };
};

/** Where the bytes of a line and all before it end, at the latest. */
export const markAfter = (index: LineIndex, line: number): number =>
  index.marks[Math.floor(line / linesPerMark) + 1] ?? index.bytes;
