import { appendFileSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { rotateLog } from './rotate-log.ts';

const mebibyte = 1024 ** 2;
const limits = { maxFileBytes: mebibyte, filesKept: 2 };
const cleanups: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** A full log, and a follower that has read all of it; `onTake` is what its process does meanwhile. */
const setUp = async (onTake: (path: string) => void) => {
  const folder = await mkdtemp(join(tmpdir(), 'atelier-rotate-'));
  cleanups.push(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, 'a.log');
  writeFileSync(path, 'x'.repeat(mebibyte));
  const handle = await open(path, 'r+');
  cleanups.push(() => handle.close());
  const state = { position: mebibyte, taken: 0 };
  const file = {
    path,
    handle,
    position: () => state.position,
    take: (bytes: Uint8Array) => {
      state.position += bytes.length;
      state.taken += bytes.length;
      onTake(path);
    },
  };
  return { path, file, state };
};

describe('rotateLog', () => {
  it('moves everything, what comes meanwhile too, and tells the follower of each byte once', async () => {
    const { path, file, state } = await setUp(() => undefined);
    appendFileSync(path, 'tail');
    await rotateLog(file, limits);
    expect(statSync(path).size).toBe(0);
    expect(readFileSync(`${path}.1`, 'utf8')).toBe(`${'x'.repeat(mebibyte)}tail`);
    expect(state.taken).toBe(4);
  });

  it('ends, and bounds its files, where the process writes more than is copied, whatever it does', async () => {
    const piece = Buffer.alloc(2 * mebibyte, 'y');
    const { path, file } = await setUp((log) => appendFileSync(log, piece));
    appendFileSync(path, piece);
    await rotateLog(file, limits);
    expect(statSync(path).size).toBe(0);
    for (const number of [1, 2]) {
      expect(statSync(`${path}.${number}`).size).toBeLessThanOrEqual(2 * limits.maxFileBytes + 6 * mebibyte);
    }
  }, 30_000);
});
