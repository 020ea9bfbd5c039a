import { Writable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { gatherWrites } from './gather-writes.ts';

const setUp = () => {
  const pieces: string[] = [];
  const connection = new Writable({
    decodeStrings: false,
    write: (chunk, _encoding, done) => {
      pieces.push(String(chunk));
      done();
    },
    writev: (chunks, done) => {
      pieces.push(chunks.map(({ chunk }) => String(chunk)).join('+'));
      done();
    },
  });
  const gather = gatherWrites(connection);
  const write = (text: string): void => {
    gather();
    connection.write(text);
  };
  return { pieces, connection, write };
};

describe('what is written to a connection', () => {
  it('in one turn goes out in one piece, in order, and without more waiting than that', async () => {
    const { pieces, connection, write } = setUp();
    for (const text of ['a', 'b', 'c']) write(text);
    expect(pieces).toEqual([]);
    await nextTurn();
    expect(pieces).toEqual(['a+b+c']);
    expect(connection.writableCorked).toBe(0);
    write('d');
    await nextTurn();
    expect(pieces).toEqual(['a+b+c', 'd']);
  });

  it('before its end goes out first', async () => {
    const { pieces, connection, write } = setUp();
    write('a');
    write('b');
    connection.end('c');
    await nextTurn();
    expect(pieces.join('+')).toBe('a+b+c');
    expect(connection.writableFinished).toBe(true);
  });

  it('and then cut off is no error', async () => {
    const { pieces, connection, write } = setUp();
    write('a');
    connection.destroy();
    await nextTurn();
    expect([pieces, connection.destroyed]).toEqual([[], true]);
  });
});
