import { describe, expect, it } from 'vitest';
import { comparableAnswer } from './comparable-answer.ts';
import { normalise, shapeOf } from './normalise.ts';

const first = '11111111-2222-4333-8444-555555555555';
const second = '99999999-2222-4333-8444-555555555555';

describe('normalise', () => {
  it('keeps apart what is different and together what is equal', () => {
    expect(normalise([first, second, first])).toEqual(['<id 1>', '<id 2>', '<id 1>']);
    expect(normalise([first, second, first])).not.toEqual(normalise([first, second, second]));
  });

  it('marks ids in keys and inside of texts', () => {
    expect(normalise({ [first]: { path: `/x/${first}` } })).toEqual({ '<id 1>': { path: '/x/<id 1>' } });
  });

  it.each([
    [{ timestamp: 5 }, { timestamp: '<time>' }],
    [{ timestamp: 'soon' }, { timestamp: 'soon' }],
    [{ timestamp: null }, { timestamp: null }],
    [{ traceback: ['a', 'b'] }, { traceback: '<traceback>' }],
    [{ traceback: 'a' }, { traceback: 'a' }],
    [{ executed: ['2', '1'] }, { executed: ['1', '2'] }],
    [{ nodes: ['2', '1'] }, { nodes: ['2', '1'] }],
    [{ filename: 'ComfyUI_temp_abcde_00001_.png' }, { filename: 'ComfyUI_temp_<random>_00001_.png' }],
    [
      { value: 1, text: 'x' },
      { value: 1, text: 'x' },
    ],
  ])('%j', (value, expected) => {
    expect(normalise(value)).toEqual(expected);
  });

  it('puts the recorded base folder in the place of the own one', () => {
    expect(normalise('/tmp/a/output', { base: '/tmp/a' })).toBe('/srv/inst1/output');
  });
});

describe('shapeOf', () => {
  it('tells null, lists and types apart', () => {
    expect(shapeOf({ a: null, b: [1], c: 'x', d: { e: true } })).toEqual({
      a: 'null',
      b: ['number'],
      c: 'string',
      d: { e: 'boolean' },
    });
  });
});

describe('comparableAnswer', () => {
  const answer = { status: 200, headers: { 'Content-Type': 'text/plain', Server: 'x', ETag: '"1a-2b"' }, text: 'x' };

  it('compares status, headers that matter, and the body', () => {
    expect(comparableAnswer(answer)).toEqual(
      comparableAnswer({ ...answer, headers: { ...answer.headers, Server: 'y' } }),
    );
    for (const other of [
      { ...answer, status: 201 },
      { ...answer, text: 'y' },
      { ...answer, headers: { ...answer.headers, 'Content-Type': 'text/html' } },
      { ...answer, headers: { ...answer.headers, ETag: 'weak' } },
      { ...answer, headers: { ...answer.headers, Allow: 'GET' } },
    ]) {
      expect(comparableAnswer(other)).not.toEqual(comparableAnswer(answer));
    }
  });
});
