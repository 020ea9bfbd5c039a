import { describe, expect, it } from 'vitest';
import { nearestColour, parseAnsiLine, stripAnsi } from './ansi-line.ts';

const escape = '\u001b';

describe('a line with ANSI codes', () => {
  it('is cut into pieces of one style', () => {
    const pieces = parseAnsiLine(`plain ${escape}[1;31mbad${escape}[0m end`);
    expect(pieces.map(({ text, colour, bold }) => [text, colour, bold])).toEqual([
      ['plain ', null, false],
      ['bad', 'red', true],
      [' end', null, false],
    ]);
  });

  it.each([
    ['[32m', 'green'],
    ['[93m', 'yellow'],
    ['[38;5;208m', 'yellow'],
    ['[38;2;10;20;240m', 'blue'],
    ['[36m', 'cyan'],
    ['[35m', 'magenta'],
    ['[90m', 'black'],
  ])('maps %s to a colour that is readable in both schemes: %s', (code, colour) => {
    expect(parseAnsiLine(`${escape}${code}x${escape}[0m`)[0]?.colour).toBe(colour);
  });

  it('leaves a line without codes as it is, markup included', () => {
    expect(parseAnsiLine('<b> & "quotes"')[0]?.text).toBe('<b> & "quotes"');
  });

  it('is searched and copied without its codes', () => {
    const line = `${escape}[31mModule${escape}[0mNotFound`;
    expect(stripAnsi(line)).toBe('ModuleNotFound');
  });

  it.each([
    ['0, 0, 0', 'black'],
    ['255,255,255', 'white'],
    ['200,190,195', 'white'],
    ['255,0,40', 'red'],
  ])('takes %s for %s', (rgb, colour) => {
    expect(nearestColour(rgb)).toBe(colour);
  });
});
