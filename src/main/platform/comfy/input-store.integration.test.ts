import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
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

  it('clears away what is no upload, and gives back what it was given', async () => {
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

  it('keeps the same bytes once, whoever sends them and however often at once', async () => {
    const puts = await Promise.all(
      ['image/png', 'image/webp', ''].map((contentType) => store.put(bytes(100, 200), { contentType })),
    );
    expect(new Set(puts.map(({ uploadId }) => uploadId)).size).toBe(1);
    expect(puts[0]?.uploadId).toMatch(/^[0-9a-f]{64}$/u);
    expect(await readdir(folder)).toHaveLength(1);
    expect((await store.put(bytes(300), { contentType: '' })).uploadId).toBe(puts[0]?.uploadId);
    expect((await store.put(bytes(299), { contentType: '' })).uploadId).not.toBe(puts[0]?.uploadId);
    expect(await readdir(folder)).toHaveLength(2);
  });

  it('has the bytes that come again while it lets go of them', async () => {
    const { uploadId } = await store.put(bytes(5), { contentType: '' });
    for (let round = 0; round < 20; round += 1) {
      const put = store.put(bytes(5), { contentType: '' });
      await clock.advance(700_000);
      await put;
      const { body } = await store.open(uploadId);
      for await (const chunk of body) expect(chunk).toHaveLength(5);
    }
  });

  it('has a file back that somebody deleted', async () => {
    const { uploadId } = await store.put(bytes(5), { contentType: '' });
    for (const name of await readdir(folder)) await rm(path.join(folder, name));
    await store.put(bytes(5), { contentType: '' });
    for await (const chunk of (await store.open(uploadId)).body) expect(chunk).toHaveLength(5);
  });

  it('reads uploads of earlier versions, whose ids were random', async () => {
    const old = crypto.randomUUID();
    await store.close();
    await writeFile(path.join(folder, `${old}~aW1hZ2UvcG5n`), 'old');
    store = await createInputStore({ folder, clock, logger, keepMs: 600_000 });
    expect((await store.open(old)).contentType).toBe('image/png');
  });

  it('takes a smaller limit for one upload', async () => {
    await expect(store.put(bytes(600), { contentType: '', maxBytes: 500 })).rejects.toMatchObject({
      code: 'INPUT_TOO_LARGE',
      details: { maxBytes: 500 },
    });
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

  it('has its uploads again after a restart, but no half ones', async () => {
    const { uploadId } = await store.put(bytes(5), { contentType: 'image/png; x="ü"' });
    await writeFile(path.join(folder, `${uploadId.replace(/^./u, '0')}.part`), 'half');
    await store.close();
    expect(clock.pending()).toBe(0);
    store = await createInputStore({ folder, clock, logger, keepMs: 600_000 });
    const { body, ...rest } = await store.open(uploadId);
    expect(rest).toEqual({ contentType: 'image/png; x="ü"', sizeBytes: 5 });
    for await (const chunk of body) expect(chunk).toEqual(Buffer.alloc(5, 7));
    expect(await readdir(folder)).toHaveLength(1);
  });

  it('tells holders of one kind from those of another', async () => {
    const { uploadId } = await store.put(bytes(1), { contentType: '' });
    const count = () => (['job', 'shelf', 'book'] as const).map((holder) => store.holders(uploadId, holder));
    const job = store.hold(uploadId);
    const shelf = store.hold(uploadId, 'shelf');
    store.hold(uploadId, 'shelf');
    expect(count()).toEqual([1, 2, 0]);
    job();
    job();
    shelf();
    expect(count()).toEqual([0, 1, 0]);
    expect(store.holders('nothing', 'job')).toBe(0);
  });

  it('removes soon what nobody wants any more, unless somebody does', async () => {
    const uploads = [await store.put(bytes(1), { contentType: '' }), await store.put(bytes(2), { contentType: '' })];
    const [gone = '', again = ''] = uploads.map(({ uploadId }) => uploadId);
    const release = store.hold(gone, 'book');
    store.dismiss(gone);
    await clock.advance(180_000);
    expect(store.has(gone)).toBe(true);
    release();
    store.dismiss(gone);
    store.dismiss(again);
    store.dismiss('nothing');
    expect(store.has(gone)).toBe(true);
    await store.put(bytes(2), { contentType: '' });
    await clock.advance(120_000);
    expect([store.has(gone), store.has(again)]).toEqual([false, true]);
  });

  it('removes uploads of an earlier studio that nobody holds again', async () => {
    const [held, lost] = [
      await store.put(bytes(1), { contentType: '' }),
      await store.put(bytes(2), { contentType: '' }),
    ];
    await store.close();
    for (const fileName of await readdir(folder)) await utimes(path.join(folder, fileName), 0, 0);
    store = await createInputStore({ folder, clock, logger, keepMs: 600_000 });
    store.hold(held.uploadId);
    await clock.advance(120_000);
    expect([store.has(held.uploadId), store.has(lost.uploadId)]).toEqual([true, false]);
  });
});
