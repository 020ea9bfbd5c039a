import { describe, expect, it } from 'vitest';
import { type ByteRange, readByteRange } from './byte-range.ts';

const whole: ByteRange = { kind: 'whole' };
const part = (start: number, end: number): ByteRange => ({ kind: 'part', start, end });
const unsatisfiable: ByteRange = { kind: 'unsatisfiable' };

describe('a range of ten bytes', () => {
  it.each<[string | undefined, ByteRange]>([
    [undefined, whole],
    ['', whole],
    ['bytes=-', whole],
    ['bytes=0-1,4-5', whole],
    ['pages=1-2', whole],
    ['bytes=5-2', whole],
    ['bytes=0-0', part(0, 0)],
    ['bytes=0-', part(0, 9)],
    ['bytes=4-6', part(4, 6)],
    ['bytes=4-600', part(4, 9)],
    ['bytes=-3', part(7, 9)],
    ['bytes=-300', part(0, 9)],
    ['bytes=10-', unsatisfiable],
    ['bytes=-0', unsatisfiable],
  ])('%s', (header, range) => {
    expect(readByteRange(header, 10)).toEqual(range);
  });

  it('cannot be cut from nothing', () => {
    expect(readByteRange('bytes=0-', 0)).toEqual(unsatisfiable);
    expect(readByteRange(undefined, 0)).toEqual(whole);
  });
});
