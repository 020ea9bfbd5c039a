import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunRecord } from '#core/ports/process-host.ts';
import { createRunRecordStore } from './run-record-store.ts';

let folder = '';
let warnings: string[] = [];
beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'atelier-run-')), 'run');
  warnings = [];
});
afterEach(() => rm(join(folder, '..'), { recursive: true, force: true }));

const open = () =>
  createRunRecordStore({
    folder,
    now: () => 77,
    logger: { debug: () => {}, info: () => {}, warn: (message) => warnings.push(message), error: () => {} },
  });

const record = (instanceId: string, pid = 4120): RunRecord => ({
  instanceId,
  pid,
  startTime: '123456',
  bootId: 'boot',
  host: '127.0.0.1',
  port: 8188,
  launchedAt: 1,
  planHash: 'hash',
});

describe('run records', () => {
  it('are none where the folder does not exist yet', async () => {
    expect(await open().list()).toEqual([]);
  });

  it('are listed by id as they were written last, for another studio too', async () => {
    const store = open();
    await store.write(record('b'));
    await store.write(record('a'));
    await store.write(record('a', 9));
    expect(await open().list()).toEqual([record('a', 9), record('b')]);
  });

  it('are gone after a removal, and a second removal is fine', async () => {
    const store = open();
    await store.write(record('a'));
    await store.remove('a');
    await store.remove('a');
    expect(await store.list()).toEqual([]);
    expect(await readdir(folder)).toEqual([]);
  });

  it.each([
    ['cut off', '{"instanceId":"a","pid":41'],
    ['empty', ''],
    ['of another instance', JSON.stringify(record('b'))],
    ['without a pid', JSON.stringify({ ...record('a'), pid: null })],
    ['with pid 0, which would name our own group', JSON.stringify({ ...record('a'), pid: 0 })],
  ])('ignore a file that is %s, keep it aside and say so once', async (_, text) => {
    const store = open();
    await store.write(record('good'));
    await writeFile(join(folder, 'a.json'), text);
    expect(await store.list()).toEqual([record('good')]);
    expect(await readFile(join(folder, 'a.json.damaged-77'), 'utf8')).toBe(text);
    expect(await store.list()).toEqual([record('good')]);
    expect(warnings).toHaveLength(1);
  });

  it('ignore files that are no records and what a kill left of a write', async () => {
    const store = open();
    await store.write(record('a'));
    await writeFile(join(folder, 'notes.txt'), 'hello');
    await writeFile(join(folder, 'a.json.tmp-01234567-89ab-cdef-0123-456789abcdef'), '{');
    expect(await store.list()).toEqual([record('a')]);
    expect((await readdir(folder)).toSorted()).toEqual(['a.json', 'notes.txt']);
  });

  it('cannot climb out of their folder', async () => {
    await expect(async () => open().remove('../fleet')).rejects.toThrow();
    await expect(async () => open().write(record('../fleet'))).rejects.toThrow();
  });
});
