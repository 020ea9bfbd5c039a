import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { StudioError } from '#contract/errors.ts';
import { createManualClock, type ManualClock } from '#core/jobs/manual-clock.fixture.ts';
import { createUploadHolds, type UploadHolds } from '#core/jobs/upload-holds.ts';
import type { AssetRecord } from '#core/ports/asset-store.ts';
import type { InputStore } from '#core/ports/input-store.ts';
import type { UploadNames } from '#core/ports/upload-names.ts';
import { createInputStore } from '#main/platform/comfy/input-store.ts';
import { openUploadNames } from '#main/platform/comfy/input-store-names.ts';
import { createAssetStore } from '#main/platform/files/asset-store.ts';
import { createUploadShelf, type UploadShelf } from '../files/upload-shelf.ts';
import { type AssetBook, openAssetBook } from './asset-book.ts';
import { assetFolder, nameOfAsset } from './asset-names.ts';

const logger = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const minute = 60_000;
const day = 86_400_000;
const limits = { maxAssets: 5, maxBytes: 1000 };

let root: string;
let clock: ManualClock;
let inputs: InputStore;
let names: UploadNames;
let shelf: UploadShelf;
let book: AssetBook;
let jobs: UploadHolds;
let disk: { full: boolean };
let count: number;

const open = async (): Promise<void> => {
  inputs = await createInputStore({ folder: path.join(root, 'uploads'), clock, logger });
  names = await openUploadNames({ file: path.join(root, 'names.jsonl'), logger });
  shelf = createUploadShelf({ inputs, names, clock, logger });
  jobs = createUploadHolds(inputs);
  const store = createAssetStore({ folder: root, now: clock.now, makeId: () => crypto.randomUUID(), logger });
  const save: typeof store.save = (document) =>
    disk.full ? Promise.reject(new StudioError('STORE_WRITE_FAILED')) : store.save(document);
  book = await openAssetBook({ store: { ...store, save }, inputs, shelf, logger }, limits);
};

const close = async (): Promise<void> => {
  jobs.stop();
  shelf.close();
  await names.close();
  await inputs.close();
};

const restart = async (): Promise<void> => {
  await close();
  await open();
};

beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'atelier-assets-'));
  clock = createManualClock(day);
  disk = { full: false };
  count = 0;
  await open();
});

afterEach(async () => {
  await close();
  await rm(root, { recursive: true, force: true });
});

/** An asset of so many bytes, all of one kind. */
const give = async (sizeBytes: number, fill: number, filePath = 'fox.png'): Promise<AssetRecord> => {
  const body = (async function* bytes() {
    yield Buffer.alloc(sizeBytes, fill);
  })();
  const { uploadId } = await inputs.put(body, { contentType: 'image/png' });
  count += 1;
  const id = `00000000-0000-4000-8000-${String(count).padStart(12, '0')}`;
  // Hashes are told from each other by what they begin with.
  const hash = `blake3:${String(fill).repeat(64).slice(0, 32)}${String(sizeBytes).padStart(32, '0')}`;
  const contentType = 'image/png';
  const record = { id, hash, sizeBytes, contentType, filePath, tags: [], createdAt: clock.now(), uploadId };
  await book.add(record);
  return record;
};

const put = async (record: AssetRecord): Promise<void> => {
  const { uploadId, sizeBytes } = record;
  const place = { folder: 'input', subfolder: assetFolder, fileName: nameOfAsset(record), overwrite: false } as const;
  await shelf.put({ uploadId, sizeBytes, ...place });
};

const idsLeft = (...records: readonly AssetRecord[]): readonly boolean[] =>
  records.map(({ id }) => book.find(id) !== undefined);

describe('an asset', () => {
  it('that a job used can be removed once the job has ended, with its bytes', async () => {
    const asset = await give(10, 1);
    await put(asset);
    jobs.hold('job', [asset]);
    expect(await book.remove(asset.id)).toBe('in-use');
    jobs.release('job');
    expect(await book.remove(asset.id)).toBe('removed');
    expect(await book.remove(asset.id)).toBe('unknown');
    expect([book.find(asset.id), book.byHash(asset.hash), shelf.list('input')]).toEqual([undefined, undefined, []]);
    await clock.advance(3 * minute);
    expect(inputs.has(asset.uploadId)).toBe(false);
    await expect.poll(() => readdir(path.join(root, 'uploads'))).toEqual([]);
    await restart();
    expect(book.find(asset.id)).toBeUndefined();
  });

  it('is there after a restart, whoever held it, and is held by those alone that still do', async () => {
    const asset = await give(10, 1);
    await put(asset);
    jobs.hold('job', [asset]);
    await restart();
    jobs.hold('job', [asset]);
    expect(await book.remove(asset.id)).toBe('in-use');
    await restart();
    await clock.advance(2 * day);
    expect([book.find(asset.id), inputs.has(asset.uploadId)]).toEqual([asset, true]);
    expect(await book.remove(asset.id)).toBe('removed');
  });

  it('shares bytes with others, which keep them', async () => {
    const asset = await give(10, 1);
    const other = await give(10, 1, 'cat.png');
    await put(asset);
    expect(await book.remove(asset.id)).toBe('removed');
    await clock.advance(3 * minute);
    expect([inputs.has(other.uploadId), book.byHash(asset.hash), shelf.list('input').length]).toEqual([true, other, 1]);
  });

  it('leaves alone what people gave another name', async () => {
    const asset = await give(10, 1);
    const { uploadId, sizeBytes } = asset;
    await shelf.put({ uploadId, sizeBytes, folder: 'input', subfolder: '', fileName: 'mine.png', overwrite: false });
    await put(asset);
    await book.remove(asset.id);
    await clock.advance(3 * minute);
    expect([shelf.list('input').map((file) => file.path), inputs.has(uploadId)]).toEqual([['mine.png'], true]);
  });

  it('is not there where it could not be written down', async () => {
    disk.full = true;
    await expect(give(10, 1)).rejects.toMatchObject({ code: 'STORE_WRITE_FAILED' });
    disk.full = false;
    const { uploadId } = await give(10, 2);
    expect(book.find('00000000-0000-4000-8000-000000000001')).toBeUndefined();
    await clock.advance(3 * minute);
    await expect.poll(async () => (await readdir(path.join(root, 'uploads'))).length).toBe(1);
    expect(inputs.has(uploadId)).toBe(true);
  });
});

describe('beyond the limits', () => {
  it('those go that were not used for the longest time, with their names', async () => {
    const [first, second, third] = [await give(400, 1), await give(400, 2), await give(100, 3)];
    await put(first);
    await put(second);
    book.noteUse(first.id);
    const fourth = await give(300, 4);
    expect(idsLeft(first, second, third, fourth)).toEqual([true, false, true, true]);
    expect(shelf.list('input').map(({ uploadId }) => uploadId)).toEqual([first.uploadId]);
    await clock.advance(3 * minute);
    expect([inputs.has(second.uploadId), inputs.has(first.uploadId)]).toEqual([false, true]);
  });

  it('the same bytes count once', async () => {
    const [first, second] = [await give(900, 1), await give(900, 1, 'cat.png')];
    const third = await give(100, 2);
    expect(idsLeft(first, second, third)).toEqual([true, true, true]);
    expect(idsLeft(await give(101, 3), first, second)).toEqual([true, false, false]);
  });

  it('as many go as are too many', async () => {
    const six: AssetRecord[] = [];
    for (let fill = 1; fill <= 6; fill += 1) six.push(await give(1, fill));
    expect(idsLeft(...six)).toEqual([false, true, true, true, true, true]);
  });

  it('none goes that a job needs, and no more come than there is room for', async () => {
    const [first, second] = [await give(500, 1), await give(400, 2)];
    jobs.hold('job', [first]);
    const third = await give(500, 3);
    expect(idsLeft(first, second, third)).toEqual([true, false, true]);
    jobs.hold('other', [third]);
    await expect(give(1, 4)).rejects.toMatchObject({ code: 'STORE_WRITE_FAILED' });
    expect(idsLeft(first, third)).toEqual([true, true]);
    jobs.release('job');
    await expect(give(1001, 5)).rejects.toMatchObject({ code: 'STORE_WRITE_FAILED' });
    expect(idsLeft(first, third)).toEqual([true, true]);
  });
});
