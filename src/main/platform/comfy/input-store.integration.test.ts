import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createManualClock, type ManualClock } from '#core/jobs/manual-clock.fixture.ts';
import type { InputStore } from '#core/ports/input-store.ts';
import { createInputStore } from './input-store.ts';

const logger = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

async function* bytes(...sizes: number[]): AsyncGenerator<Uint8Array> {
  for (const size of sizes) yield new Uint8Array(size).fill(7);
}

describe('the store of uploads', () => {
  let root: string;
  let folder: string;
  let clock: ManualClock;
  let store: InputStore;
  beforeEach(async () => {
    root = await mkdtemp(path.join(tmpdir(), 'atelier-uploads-'));
    folder = path.join(root, 'uploads');
    await mkdir(folder);
    await writeFile(path.join(folder, 'left-over'), 'x');
    clock = createManualClock();
    store = await createInputStore({ folder, clock, logger, maxFileBytes: 1000, keepMs: 600_000 });
  });
  afterEach(async () => {
    await store.close();
    await rm(root, { recursive: true, force: true });
  });

  const untilGone = async (): Promise<void> => {
    await expect.poll(() => readdir(folder)).toEqual([]);
  };

  it('begins empty and gives back what it was given', async () => {
    expect(await readdir(folder)).toEqual([]);
    const { uploadId, sizeBytes } = await store.put(bytes(400, 500), { contentType: 'image/png' });
    expect(sizeBytes).toBe(900);
    const opened = await store.open(uploadId);
    const chunks: Uint8Array[] = [];
    for await (const chunk of opened.body) chunks.push(chunk);
    expect(opened).toMatchObject({ contentType: 'image/png', sizeBytes: 900 });
    expect(Buffer.concat(chunks).equals(Buffer.alloc(900, 7))).toBe(true);
  });

  it('stops at the limit and leaves nothing of it', async () => {
    await expect(store.put(bytes(600, 600), { contentType: '' })).rejects.toMatchObject({ code: 'INPUT_TOO_LARGE' });
    expect(await readdir(folder)).toEqual([]);
  });

  it('leaves nothing of a sender that went away', async () => {
    const broken = async function* (): AsyncGenerator<Uint8Array> {
      yield new Uint8Array(10);
      throw new Error('gone');
    };
    await expect(store.put(broken(), { contentType: '' })).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
    expect(await readdir(folder)).toEqual([]);
  });

  it('says when the disk refuses', async () => {
    await rm(folder, { recursive: true });
    await expect(store.put(bytes(1), { contentType: '' })).rejects.toMatchObject({ code: 'STORE_WRITE_FAILED' });
  });

  it('knows nothing of other names, wherever they lead', async () => {
    await expect(store.open('../root')).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    expect(() => store.hold('nothing')).toThrow(expect.objectContaining({ code: 'INPUT_INVALID' }));
    expect(store.has('nothing')).toBe(false);
  });

  it('removes what nobody uses any more, and only that', async () => {
    const { uploadId } = await store.put(bytes(1), { contentType: '' });
    const release = store.hold(uploadId);
    const other = store.hold(uploadId);
    release();
    release();
    await clock.advance(1_200_000);
    expect(store.has(uploadId)).toBe(true);
    other();
    await clock.advance(500_000);
    expect(store.has(uploadId)).toBe(true);
    await clock.advance(200_000);
    expect(store.has(uploadId)).toBe(false);
    await untilGone();
  });

  it('takes its folder with it', async () => {
    await store.put(bytes(1), { contentType: '' });
    await store.close();
    expect(existsSync(folder)).toBe(false);
    expect(clock.pending()).toBe(0);
  });
});
