import { stripVTControlCharacters } from 'node:util';
import { isRunMarker } from './instance-files.ts';

/** Longer lines keep their end: a line of megabytes is a program without line breaks, and its last words matter. */
const maxLineLength = 8192;

/** What a terminal would show of a line: no colours, and of a progress bar that rewrites itself only the last state. */
export const plainLine = (line: string): string => {
  const shown = line.slice(-maxLineLength).replace(/\r+$/, '');
  return stripVTControlCharacters(shown.slice(shown.lastIndexOf('\r') + 1));
};

/**
 * The last lines of the newest run, newest last, from texts that come newest first. Stops reading as soon as it has enough or
 * meets the line that opened the run.
 */
export const lastLines = (textsFromEnd: Iterable<string>, lineCount: number): readonly string[] => {
  const lines: string[] = [];
  let rest = '';
  let isEnd = true;
  const take = (line: string): boolean => {
    if (isRunMarker(line)) return false;
    // The text after the last line break is a line only when something stands there.
    if (!isEnd || line !== '') lines.push(plainLine(line));
    isEnd = false;
    return lines.length < lineCount;
  };
  if (lineCount < 1) return [];
  for (const text of textsFromEnd) {
    const [first = '', ...others] = (text + rest).split('\n');
    for (const line of others.toReversed()) if (!take(line)) return lines.toReversed();
    rest = first.slice(-2 * maxLineLength);
  }
  take(rest);
  return lines.toReversed();
};
