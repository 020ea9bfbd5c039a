import { describe, expect, it } from 'vitest';
import { createLogRing } from './log-ring.ts';

const piece = (startByte: number, text: string) => {
  const bytes = Buffer.from(text);
  return { startByte, endByte: startByte + bytes.length, bytes };
};

describe('log ring', () => {
  it('joins small pieces that follow each other and answers their exact bytes', () => {
    const ring = createLogRing(1000);
    ring.append(piece(10, 'ä'));
    ring.append(piece(12, 'b\n'));
    ring.append(piece(14, ''));
    expect(ring.chunks()).toEqual([{ startByte: 10, endByte: 14, text: 'äb\n' }]);
  });

  it('starts a new chunk where the offsets do not follow', () => {
    const ring = createLogRing(1000);
    ring.append(piece(10, 'old'));
    ring.append(piece(0, 'new'));
    expect(ring.chunks().map(({ startByte, text }) => [startByte, text])).toEqual([
      [10, 'old'],
      [0, 'new'],
    ]);
    expect([...ring.textsFromEnd()]).toEqual(['new', 'old']);
  });

  it('never holds more than its limit and drops the oldest', () => {
    const ring = createLogRing(100_000);
    for (let index = 0; index < 40; index += 1) ring.append(piece(index * 9000, 'x'.repeat(9000)));
    const chunks = ring.chunks();
    const bytes = chunks.reduce((sum, chunk) => sum + chunk.endByte - chunk.startByte, 0);
    expect(bytes).toBe(99_000);
    expect(chunks.at(-1)?.endByte).toBe(360_000);
    expect(chunks.at(0)?.startByte).toBe(261_000);
  });

  it('holds few blocks for a slow drip', () => {
    const ring = createLogRing(2 * 1024 ** 2);
    for (let index = 0; index < 20_000; index += 1) ring.append(piece(index * 10, 'ten bytes\n'));
    expect(ring.chunks().length).toBeLessThan(15);
    expect(
      ring
        .chunks()
        .map(({ text }) => text)
        .join(''),
    ).toHaveLength(200_000);
  });

  it('shows the rest of a character that a rotation cut', () => {
    const ring = createLogRing(1000);
    ring.append({ startByte: 0, endByte: 2, bytes: Buffer.from('█a').subarray(0) });
    ring.append(piece(2, 'b'));
    expect(ring.chunks()).toEqual([{ startByte: 0, endByte: 3, text: '█ab' }]);
  });
});
