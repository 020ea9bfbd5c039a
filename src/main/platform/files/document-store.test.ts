import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { StudioError } from '#contract/errors.ts';
import type { Logger } from '#core/ports/logger.ts';
import { type WriteFile, writeFileAtomically } from './atomic-file.ts';
import { createDocumentStore, type DocumentStoreDependencies } from './document-store.ts';
import type { DocumentDefinition } from './stored-document.ts';

interface Note {
  readonly text: string;
}

const definition: DocumentDefinition<Note> = {
  name: 'note',
  schema: z.object({ text: z.string() }),
  upgrades: [],
  empty: { text: '' },
};

const secondVersion: DocumentDefinition<Note> = {
  ...definition,
  upgrades: [(document) => ({ text: z.object({ body: z.string() }).parse(document).body })],
};

const silent: Logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

let folder = '';
let ids = 0;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'atelier-store-'));
  ids = 0;
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const dependencies = (extra: Partial<DocumentStoreDependencies> = {}): DocumentStoreDependencies => ({
  folder,
  now: () => Date.UTC(2026, 0, 2, 3, 4, 5),
  makeId: () => `id-${(ids += 1)}`,
  logger: silent,
  ...extra,
});

const open = (extra: Partial<DocumentStoreDependencies> = {}, of = definition) =>
  createDocumentStore(of, dependencies(extra));
const main = () => join(folder, 'note.json');
const textOf = (text: string, version = 1) => JSON.stringify({ version, document: { text } });
const corruptFiles = async () => (await readdir(folder)).filter((name) => name.startsWith('note.corrupt-'));
const codeOf = async (promise: Promise<unknown>) =>
  promise.then(
    () => 'no error',
    (error: unknown) => (error instanceof StudioError ? error.code : error),
  );

describe('a document store', () => {
  it('starts with the empty document and without a notice', async () => {
    expect(await open().load()).toEqual({ document: { text: '' }, notices: [] });
    expect(await readdir(folder)).toEqual([]);
  });

  it('gives back what was saved, to another store on the same folder too', async () => {
    await open().save({ text: 'hello' });
    expect(await open().load()).toEqual({ document: { text: 'hello' }, notices: [] });
    expect(JSON.parse(await readFile(main(), 'utf8'))).toEqual({ version: 1, document: { text: 'hello' } });
    expect((await stat(main())).mode & 0o777).toBe(0o600);
  });

  it.each([
    ['truncated', (text: string) => text.slice(0, -5)],
    ['empty', () => ''],
    ['filled with zeros', (text: string) => '\0'.repeat(text.length)],
    ['of another shape', () => '{"version":1,"document":{"text":7}}'],
    ['without a version', () => '{"text":"x"}'],
    ['not an object', () => '[]'],
  ])('uses the newest backup when the file is %s, keeps the file, and says so once', async (_, damage) => {
    const store = open();
    await store.save({ text: 'first' });
    await store.save({ text: 'second' });
    const damaged = damage(await readFile(main(), 'utf8'));
    await writeFile(main(), damaged);

    const { document, notices } = await open().load();

    expect(document).toEqual({ text: 'second' });
    const [keptAs = 'none'] = await corruptFiles();
    expect(keptAs).toBe('note.corrupt-2026-01-02T03-04-05.000Z-id-1.json');
    expect(await readFile(join(folder, keptAs), 'utf8')).toBe(damaged);
    expect(notices).toMatchObject([
      {
        severity: 'warning',
        code: 'STORE_CORRUPT',
        details: { file: 'note.json', keptAs, backup: 'note-00000002.json' },
      },
    ]);
    expect(await open().load()).toEqual({ document: { text: 'second' }, notices: [] });
  });

  it.each([
    ['{', 'not JSON'],
    [' ', 'empty file'],
    ['{"version":0}', 'no version number'],
    ['{"version":1,"document":{"text":7}}', 'wrong content at text'],
  ])('says what is wrong with %j', async (text, reason) => {
    await writeFile(main(), text);
    expect((await open().load()).notices).toMatchObject([{ details: { reason } }]);
  });

  it('goes back to an older backup when the newest one is damaged as well', async () => {
    const store = open();
    await store.save({ text: 'first' });
    await store.save({ text: 'second' });
    await writeFile(main(), '{');
    await writeFile(join(folder, 'backups', 'note-00000002.json'), '{');
    expect((await open().load()).document).toEqual({ text: 'first' });
  });

  it('starts empty with an error notice when the file is damaged and there is no backup', async () => {
    await writeFile(main(), '{');
    const { document, notices } = await open().load();
    expect(document).toEqual({ text: '' });
    expect(notices).toMatchObject([{ severity: 'error', code: 'STORE_CORRUPT' }]);
    expect(await corruptFiles()).toHaveLength(1);
  });

  it('restores a file that is gone while its backups are there', async () => {
    await open().save({ text: 'kept' });
    await rm(main());
    const { document, notices } = await open().load();
    expect(document).toEqual({ text: 'kept' });
    expect(notices).toMatchObject([{ severity: 'warning', details: { keptAs: null } }]);
    expect(await readFile(main(), 'utf8')).toContain('kept');
  });

  it('refuses a newer version in load and save and leaves the file as it is', async () => {
    const newer = textOf('from tomorrow', 2);
    await writeFile(main(), newer);
    expect(await codeOf(open().load())).toBe('STORE_NEWER_VERSION');
    expect(await codeOf(open().save({ text: 'mine' }))).toBe('STORE_NEWER_VERSION');
    expect(await readFile(main(), 'utf8')).toBe(newer);
    expect(await readdir(folder)).toEqual(['note.json']);
  });

  it('does not go back behind a newer version when the file is damaged', async () => {
    await open({}, secondVersion).save({ text: 'new' });
    await writeFile(main(), '{');
    expect(await codeOf(open().load())).toBe('STORE_NEWER_VERSION');
    expect(await readFile(main(), 'utf8')).toBe('{');
  });

  it('upgrades an older version and keeps the older file', async () => {
    const older = JSON.stringify({ version: 1, document: { body: 'old words' } });
    await writeFile(main(), older);
    const store = open({}, secondVersion);
    expect(await store.load()).toEqual({ document: { text: 'old words' }, notices: [] });
    await store.save({ text: 'new words' });
    expect(await readFile(join(folder, 'note.version-1.json'), 'utf8')).toBe(older);
    expect(JSON.parse(await readFile(main(), 'utf8'))).toEqual({ version: 2, document: { text: 'new words' } });
  });

  it('takes a file that no upgrade step can read for damaged', async () => {
    await writeFile(main(), textOf('no body'));
    const { notices } = await open({}, secondVersion).load();
    expect(notices).toMatchObject([{ details: { reason: 'cannot be upgraded from version 1' } }]);
  });

  it('keeps the five latest states, and the same state once', async () => {
    const store = open();
    for (const text of ['1', '2', '2', '3', '4', '5', '6', '7']) await store.save({ text });
    expect(await readdir(join(folder, 'backups'))).toEqual(
      [3, 4, 5, 6, 7].map((number) => `note-0000000${number}.json`),
    );
    expect(await readFile(join(folder, 'backups', 'note-00000003.json'), 'utf8')).toContain('"3"');
  });

  it('backs up a file that was changed by hand before it is replaced', async () => {
    const store = open();
    await store.save({ text: 'ours' });
    await writeFile(main(), textOf('by hand'));
    await store.save({ text: 'ours again' });
    expect(await readFile(join(folder, 'backups', 'note-00000002.json'), 'utf8')).toContain('by hand');
  });

  it('sets a file aside that was damaged between load and save', async () => {
    const store = open();
    await store.save({ text: 'ours' });
    await writeFile(main(), 'scribble');
    await store.save({ text: 'next' });
    const [keptAs = 'none'] = await corruptFiles();
    expect(await readFile(join(folder, keptAs), 'utf8')).toBe('scribble');
    expect((await open().load()).document).toEqual({ text: 'next' });
  });

  it('runs saves in the order of the calls', async () => {
    const store = open();
    await Promise.all(Array.from({ length: 30 }, (_, index) => store.save({ text: String(index) })));
    expect((await store.load()).document).toEqual({ text: '29' });
    expect((await readdir(folder)).toSorted()).toEqual(['backups', 'note.json']);
  });

  it('refuses a document that would not load again', async () => {
    const store = open();
    await store.save({ text: 'good' });
    expect(await codeOf(store.save({ text: undefined } as unknown as Note))).toBe('INTERNAL');
    expect((await store.load()).document).toEqual({ text: 'good' });
  });

  it('keeps the old state and goes on when the disk is full', async () => {
    let isFull = false;
    const write: WriteFile = async (...target) => {
      if (isFull) throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
      await writeFileAtomically(...target);
    };
    const store = open({ write });
    await store.save({ text: 'before' });
    isFull = true;
    const failure = await store.save({ text: 'lost' }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'STORE_WRITE_FAILED', details: { file: 'note.json', systemCode: 'ENOSPC' } });
    expect((await store.load()).document).toEqual({ text: 'before' });
    isFull = false;
    await store.save({ text: 'after' });
    expect((await store.load()).document).toEqual({ text: 'after' });
  });

  it('counts a save as done when only its backup cannot be written', async () => {
    const write: WriteFile = async (path, ...rest) => {
      if (path.includes('backups')) throw Object.assign(new Error('full'), { code: 'ENOSPC' });
      await writeFileAtomically(path, ...rest);
    };
    await open({ write }).save({ text: 'safe' });
    expect((await open().load()).document).toEqual({ text: 'safe' });
  });

  it('still serves the backup of a damaged file on a disk that takes no writes', async () => {
    await open().save({ text: 'kept' });
    await writeFile(main(), '{');
    const write: WriteFile = async () => {
      throw Object.assign(new Error('read-only'), { code: 'EROFS' });
    };
    expect((await open({ write }).load()).document).toEqual({ text: 'kept' });
  });

  it('fails with a code when the data folder is no folder', async () => {
    await writeFile(join(folder, 'file'), '');
    expect(await codeOf(open({ folder: join(folder, 'file', 'data') }).save({ text: 'x' }))).toBe('STORE_READ_FAILED');
  });

  it('does not take a file for damaged that cannot be read', async () => {
    await mkdir(main());
    expect(await codeOf(open().load())).toBe('STORE_READ_FAILED');
    expect((await stat(main())).isDirectory()).toBe(true);
  });

  it('removes what a kill in the middle of a write left', async () => {
    await open().save({ text: 'x' });
    await writeFile(join(folder, 'note.json.tmp-01234567-89ab-cdef-0123-456789abcdef'), '{"ver');
    await open().load();
    expect((await readdir(folder)).toSorted()).toEqual(['backups', 'note.json']);
  });

  it('writes through a symbolic link', async () => {
    const elsewhere = join(folder, 'elsewhere.json');
    await writeFile(elsewhere, textOf('linked'));
    await symlink(elsewhere, main());
    await open().save({ text: 'through' });
    expect(await readFile(elsewhere, 'utf8')).toContain('through');
    expect((await stat(main())).isFile()).toBe(true);
  });
});
