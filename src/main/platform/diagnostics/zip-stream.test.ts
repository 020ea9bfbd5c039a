import { describe, expect, it } from 'vitest';
import { entryName, zipStream } from './zip-stream.ts';

describe('an archive', () => {
  it.each([
    ['logs/a.log', 'logs/a.log'],
    ['../../etc/passwd', 'etc/passwd'],
    ['/etc/passwd', 'etc/passwd'],
    ['C:\\Windows\\x', 'C_/Windows/x'],
    ['a\u0000b\n', 'a_b_'],
    ['..', 'file'],
  ])('names %j as %j', (name, expected) => {
    expect(entryName(name)).toBe(expected);
  });

  it('is made while it is read, and ends with its last file', async () => {
    const asked: string[] = [];
    async function* files() {
      for (const name of ['a.txt', 'b.txt']) {
        asked.push(name);
        yield { name, text: `text of ${name}` };
      }
    }
    const parts: Buffer[] = [];
    for await (const part of zipStream(files(), { at: new Date(0) })) parts.push(Buffer.from(part));
    const archive = Buffer.concat(parts);
    expect(archive.subarray(0, 4).toString('latin1')).toBe('PK\u0003\u0004');
    expect(archive.includes('b.txt')).toBe(true);
    expect(asked).toEqual(['a.txt', 'b.txt']);
  });

  it('breaks off where a file cannot be made', async () => {
    async function* files() {
      yield { name: 'a.txt', text: 'x' };
      throw new Error('gone');
    }
    const read = async () => {
      for await (const _part of zipStream(files(), { at: new Date(0) })) continue;
    };
    await expect(read()).rejects.toThrow('gone');
  });

  it('stops making files when nobody reads any more', async () => {
    let made = 0;
    const ended = Promise.withResolvers<void>();
    async function* files() {
      try {
        for (;;) {
          made += 1;
          yield { name: `${made}.txt`, text: 'x'.repeat(200_000) };
          await new Promise((resolve) => setImmediate(resolve));
        }
      } finally {
        ended.resolve();
      }
    }
    const stream = zipStream(files(), { at: new Date(0) });
    stream.once('data', () => stream.destroy());
    await ended.promise;
    expect(made).toBeGreaterThan(0);
  });
});
