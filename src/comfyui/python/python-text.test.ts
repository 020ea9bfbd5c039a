import * as fc from 'fast-check';
import { expect, it, test } from 'vitest';
import { floatText, pythonJson, pythonRepr, pythonText } from './python-text.ts';

test.each([
  [5, '5.0'],
  [0.1, '0.1'],
  [-0, '-0.0'],
  [1e16, '1e+16'],
  [123456789012345680, '1.2345678901234568e+17'],
  [0.0001, '0.0001'],
  [0.00001, '1e-05'],
  [1.5e-7, '1.5e-07'],
  [Number.NaN, 'nan'],
  [-Infinity, '-inf'],
])('str(float) of %d', (value, text) => {
  expect(floatText(value)).toBe(text);
});

test.each([
  [null, 'None'],
  [true, 'True'],
  [3, '3'],
  [1e21, '1000000000000000000000'],
  [0.5, '0.5'],
  ["it's", '"it\'s"'],
  ['say "it\'s"', "'say \"it\\'s\"'"],
  ['a\\b\n', "'a\\\\b\\n'"],
  [['a', 1, { k: [] }], "['a', 1, {'k': []}]"],
])('repr of %j', (value, text) => {
  expect(pythonRepr(value)).toBe(text);
});

it('shows strings as they are', () => {
  expect(pythonText("it's")).toBe("it's");
});

it('writes JSON as Python does', () => {
  expect(pythonJson({ a: [1, 2.5, null], ü: '😀"', empty: {} })).toBe(
    '{"a": [1, 2.5, null], "\\u00fc": "\\ud83d\\ude00\\"", "empty": {}}',
  );
  expect(pythonJson({ a: [1], b: [] }, 4)).toBe('{\n    "a": [\n        1\n    ],\n    "b": []\n}');
});

it('writes JSON that means the same, in ASCII', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = pythonJson(value);
      expect(text).toMatch(/^[\u0020-\u007f]*$/);
      // Zero has no sign in JSON text.
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});
