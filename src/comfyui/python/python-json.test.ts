import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parsePythonJson } from './python-json.ts';

describe('JSON as Python reads it', () => {
  it.each([
    ['{"a": [1, 2.5, "x", null, true]}', { a: [1, 2.5, 'x', null, true] }],
    ['{"a": NaN, "b": Infinity, "c": -Infinity}', { a: 'nan', b: 'inf', c: '-inf' }],
    ['{"NaN": "Infinity, NaN", "a": NaN}', { NaN: 'Infinity, NaN', a: 'nan' }],
    [String.raw`["\"NaN\"", NaN]`, ['"NaN"', 'nan']],
    ['{"seed": 18446744073709551615}', { seed: '18446744073709551615' }],
    ['{"seed": -9223372036854775808, "x": NaN}', { seed: '-9223372036854775808', x: 'nan' }],
    ['[9007199254740991, 9007199254740992]', [9007199254740991, '9007199254740992']],
    ['["1234567890123456789", 1234567890123456.5]', ['1234567890123456789', 1234567890123456.5]],
    ['[1234567890123456500e3]', [1.2345678901234565e21]],
  ])('%s', (text, value) => {
    expect(parsePythonJson(text)).toEqual(value);
  });

  it.each(['', '{', '[NaN', 'nan', '{a: NaN}', '[+Infinity]', 'undefined'])('refuses %s', (text) => {
    expect(() => parsePythonJson(text)).toThrow(SyntaxError);
  });

  it('reads all that JSON can say, as JavaScript does where that is exact', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        fc.pre(!/\d{16}/u.test(text));
        expect(parsePythonJson(text)).toEqual(JSON.parse(text));
      }),
      { numRuns: 200 },
    );
  });
});
