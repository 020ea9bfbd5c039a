import type { LogChunk } from '#contract/topics.ts';

/** The lines of a log, and what is needed to go on when more arrives. */
export interface LogLines {
  readonly lines: readonly string[];
  /** Text after the last line break. */
  readonly partial: string;
  readonly first: LogChunk | undefined;
  readonly last: LogChunk | undefined;
}

/** Most lines that the viewer keeps; far more than the ring of the studio holds. */
export const maxLogLines = 60_000;

const noLines: LogLines = { lines: [], partial: '', first: undefined, last: undefined };

/** A progress bar overwrites itself with carriage returns; what counts is what was written last. */
export const lastWritten = (line: string): string => {
  if (!line.includes('\r')) return line;
  return line.split('\r').findLast((part) => part !== '') ?? '';
};

/**
 * The lines of `chunks`. Goes on from `previous` when those chunks continue it, so that a growing log costs only what is new;
 * else (older text loaded, file rotated) it reads all of it again.
 */
export const readLines = (previous: LogLines | null, chunks: readonly LogChunk[]): LogLines => {
  const position = previous?.last === undefined ? -1 : chunks.lastIndexOf(previous.last);
  // Chunks fall off the front of the ring while a log grows; chunks that appear there were loaded by the reader.
  const continues =
    previous !== null && position >= 0 && (chunks[0]?.startByte ?? 0) >= (previous.first?.startByte ?? 0);
  const base = continues ? previous : noLines;
  const added = continues ? chunks.slice(position + 1) : chunks;
  if (added.length === 0) return base;
  const text = base.partial + added.map((chunk) => chunk.text).join('');
  const parts = text.split('\n');
  const partial = parts.pop() ?? '';
  const lines = [...base.lines, ...parts.map((line) => lastWritten(line.replace(/\r$/, '')))];
  return {
    lines: lines.length > maxLogLines ? lines.slice(-maxLogLines) : lines,
    partial,
    first: base.first ?? chunks[0],
    last: chunks.at(-1),
  };
};

/** All lines to show: the unfinished last one too, when there is something in it. */
export const shownLines = ({ lines, partial }: LogLines): readonly string[] => {
  const rest = lastWritten(partial);
  return rest === '' ? lines : [...lines, rest];
};
