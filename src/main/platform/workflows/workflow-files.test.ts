import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { WorkflowRecord } from '#core/ports/workflow-store.ts';
import { createWorkflowFiles } from './workflow-files.ts';

const folders: string[] = [];
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

const id = (number: number): string => `00000000-0000-4000-8000-00000000000${number}`;

const record = (number: number, name = `n${number}`): WorkflowRecord => ({
  id: id(number),
  revision: 1,
  content: {
    name,
    tags: [],
    prompt: { '1': { class_type: 'SaveImage', inputs: { filename_prefix: '<script>' }, odd: [1] } },
    editor: null,
    pinned: [],
    seeds: {},
  },
  picture: null,
  createdAt: 1,
  changedAt: 1,
  lastRunAt: null,
  deletedAt: null,
});

const openStore = async () => {
  const folder = await mkdtemp(join(tmpdir(), 'workflow-files-'));
  folders.push(folder);
  const logger = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
  let ids = 0;
  const makeId = (): string => {
    ids += 1;
    return `id${ids}`;
  };
  return { folder, store: createWorkflowFiles({ folder, now: () => 1000, makeId, logger }) };
};

describe('saved workflows on disk', () => {
  it('come back as they were', async () => {
    const { store } = await openStore();
    await store.save(record(1));
    await store.save(record(2));
    await store.save({ ...record(1, 'changed'), revision: 2 });
    const { records, notices } = await store.loadAll();
    expect(records.toSorted((a, b) => (a.id < b.id ? -1 : 1))).toEqual([
      { ...record(1, 'changed'), revision: 2 },
      record(2),
    ]);
    expect(notices).toEqual([]);
    expect(await store.load(id(3))).toBeNull();
  });

  it('are taken from the newest backup where the file is torn, which is kept beside it', async () => {
    const { folder, store } = await openStore();
    await store.save(record(1));
    await writeFile(join(folder, `${id(1)}.json`), '{"version": 1, "docu');
    const { records, notices } = await store.loadAll();
    expect(records).toEqual([record(1)]);
    expect(notices).toMatchObject([{ code: 'STORE_CORRUPT', severity: 'warning' }]);
    expect((await readdir(folder)).filter((name) => name.includes('.corrupt-'))).toHaveLength(1);
  });

  it('of a newer program stay as they are, and keep no other from loading', async () => {
    const { folder, store } = await openStore();
    await store.save(record(1));
    const text = '{"version": 99, "document": {}}';
    await writeFile(join(folder, `${id(2)}.json`), text);
    const { records, notices } = await store.loadAll();
    expect(records).toEqual([record(1)]);
    expect(notices).toMatchObject([{ code: 'STORE_NEWER_VERSION' }]);
    expect(await readFile(join(folder, `${id(2)}.json`), 'utf8')).toBe(text);
  });

  it('are no other files that somebody put there', async () => {
    const { folder, store } = await openStore();
    await store.save(record(1));
    await writeFile(join(folder, 'notes.json'), '{}');
    await writeFile(join(folder, `${id(4)}.json`), await readFile(join(folder, `${id(1)}.json`), 'utf8'));
    await mkdir(join(folder, 'sub'));
    expect((await store.loadAll()).records).toEqual([record(1)]);
  });

  it('leave nothing behind when they are purged, and nothing of others goes', async () => {
    const { folder, store } = await openStore();
    await store.save(record(1));
    await store.save({ ...record(1), revision: 2 });
    await store.save(record(2));
    await store.purge(id(1));
    const names = [...(await readdir(folder)), ...(await readdir(join(folder, 'backups')))];
    expect(names.filter((name) => name.startsWith(id(1)))).toEqual([]);
    expect((await store.loadAll()).records).toEqual([record(2)]);
  });
});
