import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { continuationHeadLength, cutAtBorders, decodeUtf8, incompleteTailLength } from './utf8-borders.ts';

const bytesOf = (...values: number[]): Uint8Array => Uint8Array.from(values);
const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('borders of UTF-8 characters', () => {
  it.each([
    ['nothing', bytesOf(), 0],
    ['ASCII', encode('abc'), 0],
    ['a whole character of four bytes', encode('a😀'), 0],
    ['the first byte of two', bytesOf(0x61, 0xc3), 1],
    ['the first byte of three', bytesOf(0xe2), 1],
    ['two bytes of three', bytesOf(0xe2, 0x96), 2],
    ['three bytes of four', bytesOf(0x61, 0xf0, 0x9f, 0x98), 3],
    ['a byte that starts no character', bytesOf(0xff), 0],
    ['stray continuation bytes', bytesOf(0x80, 0x80, 0x80, 0x80), 0],
  ])('%s leaves %s incomplete', (_name, bytes, length) => {
    expect(incompleteTailLength(bytes)).toBe(length);
  });

  it('counts the bytes that continue a character', () => {
    expect(continuationHeadLength(encode('█x').subarray(1))).toBe(2);
    expect(continuationHeadLength(encode('😀x').subarray(1))).toBe(3);
    expect(continuationHeadLength(encode('x'))).toBe(0);
  });

  it('cuts any text into pieces that are text again', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 200 }),
        fc.integer({ min: 4, max: 40 }),
        (text, maxBytes) => {
          const pieces = cutAtBorders(encode(text), maxBytes);
          expect(pieces.every((piece) => piece.length > 0 && piece.length <= maxBytes)).toBe(true);
          expect(pieces.map(decodeUtf8).join('')).toBe(text);
        },
      ),
    );
  });

  it('gets through bytes that are no text', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        expect(Buffer.concat(cutAtBorders(bytes, 4))).toEqual(Buffer.from(bytes));
      }),
    );
  });

  it('keeps a byte order mark', () => {
    expect(decodeUtf8(bytesOf(0xef, 0xbb, 0xbf, 0x61))).toBe('\ufeffa');
  });
});
