import { describe, expect, it } from 'vitest';
import { runMarker } from './instance-files.ts';
import { lastLines, plainLine } from './log-lines.ts';

describe('a plain line', () => {
  it.each([
    ['\u001b[32m[INFO]\u001b[0m Starting server', '[INFO] Starting server'],
    ['line\r', 'line'],
    ['  0%|          |\r 50%|█████     |\r100%|██████████|', '100%|██████████|'],
    ['\u001b]8;;http://x\u0007link\u001b]8;;\u0007', 'link'],
    ['', ''],
  ])('%j reads %j', (line, plain) => {
    expect(plainLine(line)).toBe(plain);
  });

  it('keeps the end of a line that is far too long', () => {
    expect(plainLine(`${'x'.repeat(100_000)}end`)).toMatch(/^x{8189}end$/);
  });
});

describe('the last lines', () => {
  it.each([
    ['with a line break at the end', ['c\n', 'a\nb\n'], 2, ['b', 'c']],
    ['without one', ['c', 'a\nb\n'], 2, ['b', 'c']],
    ['over borders of texts', ['d\n', 'bc', 'a\nx'], 5, ['a', 'xbcd']],
    ['with empty lines', ['a\n\nb\n\n'], 3, ['', 'b', '']],
    ['with fewer lines than asked for', ['a\n'], 10, ['a']],
    ['of nothing', [], 10, []],
    ['of one empty text', [''], 10, []],
    ['when none are asked for', ['a\n'], 0, []],
  ])('%s', (_name, texts, count, lines) => {
    expect(lastLines(texts, count)).toEqual(lines);
  });

  it('stops at the start of the run', () => {
    const text = `Errno 98 of the run before\n\n${runMarker('one', 0)}\nfirst\nsecond\n`;
    expect(lastLines([text], 100)).toEqual(['first', 'second']);
    expect(lastLines([`${runMarker('one', 0)}\n`], 100)).toEqual([]);
  });

  it('does not read on when it has enough', () => {
    const texts = function* () {
      yield 'a\nb\n';
      throw new Error('read too far');
    };
    expect(lastLines(texts(), 1)).toEqual(['b']);
  });
});
