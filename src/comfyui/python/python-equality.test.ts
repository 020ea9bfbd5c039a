import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { distinctValues, equalityKey, pythonList } from './python-equality.ts';

describe("Python's ==", () => {
  it.each([
    [1, true],
    [0, false],
    [0, -0],
    [1, 1.0],
    [null, null],
    [
      { content: 'a', image: null },
      { image: null, content: 'a' },
    ],
    [
      [1, [true, { a: 0 }]],
      [true, [1, { a: false }]],
    ],
    [{}, {}],
    [[], []],
  ])('holds for %j and %j', (a, b) => {
    expect(equalityKey(a)).toBe(equalityKey(b));
  });

  it.each([
    [1, '1'],
    [0, null],
    ['', null],
    [0, ''],
    [true, 'True'],
    [{}, []],
    [[], null],
    [['a'], 'a'],
    [
      [1, 2],
      [2, 1],
    ],
    [{ a: 1 }, { a: 1, b: null }],
    [{ a: 1 }, [['a', 1]]],
    [{ dict: [['a', 1]] }, { a: 1 }],
    [{ a: 'x' }, { a: 'X' }],
  ])('does not hold for %j and %j', (a, b) => {
    expect(equalityKey(a)).not.toBe(equalityKey(b));
  });

  it('holds for a copy of any value, and for no other text', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.string(), (value, text) => {
        expect(equalityKey(structuredClone(value))).toBe(equalityKey(value));
        expect(equalityKey([value, text])).not.toBe(equalityKey([value, `${text}.`]));
      }),
    );
  });

  it('tells which values of several lists are distinct', () => {
    const values = ['b', 'a', { x: 1, y: 2 }, 1, 'b', true, { y: 2, x: true }, '1', null, ['a'], ['a']];
    expect(distinctValues(values)).toEqual(['b', 'a', { x: 1, y: 2 }, 1, '1', null, ['a']]);
  });

  it('finds in a list what is equal to one of its values', () => {
    const list = pythonList(['a', 2, { content: 'a.safetensors', image: null }, [1, 'x']]);
    const found = ['a', 2, { image: null, content: 'a.safetensors' }, [true, 'x']];
    expect(found.map((value) => list.has(value))).toEqual([true, true, true, true]);
    const others = ['b', '2', 1, null, { content: 'a.safetensors' }, [1], [], '"a"'];
    expect(others.filter((value) => list.has(value))).toEqual([]);
  });
});
