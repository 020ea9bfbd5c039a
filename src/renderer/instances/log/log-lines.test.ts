import { array, assert, property, stringMatching } from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LogChunk } from '#contract/topics.ts';
import { lastWritten, maxLogLines, readLines, shownLines } from './log-lines.ts';

/** Chunks that follow on each other. */
const chunksOf = (texts: readonly string[], start = 0): LogChunk[] => {
  let startByte = start;
  return texts.map((text) => {
    const chunk = { startByte, endByte: startByte + text.length, text };
    startByte = chunk.endByte;
    return chunk;
  });
};

describe('reading a log', () => {
  it('joins lines over chunks and shows the unfinished one', () => {
    const read = readLines(null, chunksOf(['one\ntw', 'o\nthr']));
    expect(shownLines(read)).toEqual(['one', 'two', 'thr']);
  });

  it('gives the same lines however the text is cut', () => {
    assert(
      property(array(stringMatching(/^[ab\n]{0,6}$/), { maxLength: 12 }), (texts) => {
        const chunks = chunksOf(texts);
        let grown = readLines(null, []);
        for (let count = 1; count <= chunks.length; count += 1) grown = readLines(grown, chunks.slice(0, count));
        expect(shownLines(grown)).toEqual(shownLines(readLines(null, chunks)));
        expect(shownLines(grown)).toEqual(
          texts
            .join('')
            .split('\n')
            .filter((line, index, all) => index < all.length - 1 || line !== ''),
        );
      }),
    );
  });

  it('keeps what it read when the front of the ring falls off', () => {
    const chunks = chunksOf(['a\n', 'b\n', 'c\n']);
    const before = readLines(null, chunks.slice(0, 2));
    expect(shownLines(readLines(before, chunks.slice(1)))).toEqual(['a', 'b', 'c']);
  });

  it('starts anew after a rotation', () => {
    const before = readLines(null, chunksOf(['old\n'], 900));
    expect(shownLines(readLines(before, chunksOf(['new\n'])))).toEqual(['new']);
  });

  it('reads all again when older text was loaded on top', () => {
    const live = chunksOf(['c\n', 'd\n'], 4);
    const before = readLines(null, live);
    expect(shownLines(readLines(before, [...chunksOf(['a\nb\n']), ...live]))).toEqual(['a', 'b', 'c', 'd']);
  });

  it('shows of a progress bar what was written last', () => {
    expect(lastWritten(' 0%|\r 50%|\r100%|')).toBe('100%|');
    expect(shownLines(readLines(null, chunksOf([' 0%\r 50%\r'])))).toEqual([' 50%']);
    expect(shownLines(readLines(null, chunksOf(['windows\r\nline\r\n'])))).toEqual(['windows', 'line']);
  });

  it('keeps a bounded number of lines, the newest ones', () => {
    const read = readLines(null, chunksOf([`${'x\n'.repeat(maxLogLines)}last\n`]));
    expect(read.lines).toHaveLength(maxLogLines);
    expect(read.lines.at(-1)).toBe('last');
  });
});
