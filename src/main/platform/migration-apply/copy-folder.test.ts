import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type WritePiece, writePiece } from './copy-file.ts';
import { createMigrationFiles } from './migration-files.ts';

let folder = '';
let from = '';
let to = '';
const runId = '20261121T101112-0123abcd';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'atelier-copy-'));
  from = join(folder, 'old', 'user');
  to = join(folder, 'data', 'user');
  mkdirSync(from, { recursive: true });
  mkdirSync(join(folder, 'data'));
  mkdirSync(join(folder, 'journals', runId), { recursive: true });
});
afterEach(() => {
  execFileSync('chmod', ['-R', 'u+rwx', folder]);
  rmSync(folder, { recursive: true, force: true });
});

const put = (path: string, text = path): void => {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
};

const filesWith = (write: WritePiece = writePiece) => createMigrationFiles({ folder: join(folder, 'journals'), write });

const signal = new AbortController().signal;
const copyIt = (write?: WritePiece, options: { signal?: AbortSignal; onProgress?: (bytes: number) => void } = {}) =>
  filesWith(write).copy({ runId, index: 0, from, to }, { onProgress: () => undefined, signal, ...options });
const removeIt = (targetExisted = false) => filesWith().removeCopy({ runId, index: 0, from, to, targetExisted });

const fail = (code: string): never => {
  throw Object.assign(new Error(code), { code });
};

const namesBelow = (path: string): readonly string[] =>
  existsSync(path) ? readdirSync(path, { recursive: true, encoding: 'utf8' }).toSorted() : [];

describe('a copy of a folder', () => {
  it('has the bytes, modes and times of its source, which stays as it is', async () => {
    put('old/user/a.json');
    put('old/user/deep/er/b.bin', 'x'.repeat(3_000_000));
    put('old/user/run.sh', '#!/bin/sh');
    chmodSync(join(from, 'run.sh'), 0o750);
    utimesSync(join(from, 'a.json'), 1_600_000_000, 1_600_000_000.25);
    let told = 0;
    const report = await copyIt(undefined, { onProgress: (bytes) => (told += bytes) });
    const expected = Buffer.byteLength('old/user/a.json') + 3_000_000 + 9;
    expect(report).toEqual({ files: 3, bytes: expected, skipped: [] });
    expect(told).toBe(expected);
    expect(readFileSync(join(to, 'deep', 'er', 'b.bin'))).toEqual(readFileSync(join(from, 'deep', 'er', 'b.bin')));
    expect(lstatSync(join(to, 'run.sh')).mode & 0o777).toBe(0o750);
    expect(lstatSync(join(to, 'a.json')).mtimeMs).toBeCloseTo(1_600_000_000_250, 0);
    expect(namesBelow(dirname(to))).toEqual(['user', ...namesBelow(to).map((name) => `user/${name}`)].toSorted());
  });

  it('keeps links as links, and never follows one', async () => {
    put('outside/secret.txt');
    put('old/user/in.json');
    mkdirSync(join(from, 'sub'));
    symlinkSync('../in.json', join(from, 'sub', 'inside'));
    symlinkSync('../../outside', join(from, 'out'));
    symlinkSync(join(folder, 'outside'), join(from, 'absolute'));
    symlinkSync('sub', join(from, 'loop'));
    symlinkSync('nothing', join(from, 'dangling'));
    const { files } = await copyIt();
    expect(files).toBe(1);
    const links = ['sub/inside', 'out', 'absolute', 'loop', 'dangling'].map((name) => readlinkSync(join(to, name)));
    expect(links).toEqual(['../in.json', join(folder, 'outside'), join(folder, 'outside'), 'sub', 'nothing']);
    expect(readFileSync(join(to, 'sub', 'inside'), 'utf8')).toBe('old/user/in.json');
    await removeIt();
    expect(existsSync(join(folder, 'outside', 'secret.txt'))).toBe(true);
    expect(existsSync(to)).toBe(false);
  });

  it('can be made of a read-only source, and taken away again', async () => {
    put('old/user/locked/a.json');
    chmodSync(join(from, 'locked', 'a.json'), 0o444);
    chmodSync(join(from, 'locked'), 0o555);
    chmodSync(from, 0o555);
    await copyIt();
    expect(readFileSync(join(to, 'locked', 'a.json'), 'utf8')).toBe('old/user/locked/a.json');
    expect(await removeIt()).toEqual({ kept: [] });
    expect(existsSync(to)).toBe(false);
  });

  it('leaves out what is no file, and says so', async () => {
    put('old/user/a.json');
    execFileSync('mkfifo', [join(from, 'pipe')]);
    expect(await copyIt()).toMatchObject({ files: 1, skipped: [{ path: 'pipe', reason: 'special' }] });
    expect(namesBelow(to)).toEqual(['a.json']);
  });

  it('of a link to a folder is a copy of that folder', async () => {
    put('elsewhere/a.json');
    rmSync(from, { recursive: true });
    symlinkSync(join(folder, 'elsewhere'), from);
    expect(await copyIt()).toMatchObject({ files: 1 });
    expect(lstatSync(to).isDirectory()).toBe(true);
  });

  it('is tried again while its source is written to, and says when that does not end', async () => {
    put('old/user/log.txt', 'x'.repeat(2_000_000));
    put('old/user/still.json');
    let writes = 0;
    const grow: WritePiece = async (handle, bytes) => {
      await writePiece(handle, bytes);
      writes += 1;
      if (bytes.byteLength > 1000) appendFileSync(join(from, 'log.txt'), 'one more line\n');
    };
    const report = await copyIt(grow);
    expect(writes).toBeGreaterThan(4);
    expect(report).toMatchObject({ files: 2, skipped: [{ path: 'log.txt', reason: 'still-changing' }] });
    expect(await removeIt()).toEqual({ kept: [] });
  });
});

describe('a copy that cannot be made', () => {
  it.each(['ENOSPC', 'EDQUOT', 'EIO'])('(%s) leaves nothing behind, and can be tried again', async (code) => {
    put('old/user/a.json');
    put('old/user/b.json', 'x'.repeat(5_000_000));
    let left = 3_000_000;
    const full: WritePiece = async (handle, bytes) => {
      left -= bytes.byteLength;
      if (left < 0) fail(code);
      await writePiece(handle, bytes);
    };
    await expect(copyIt(full)).rejects.toMatchObject({
      code: 'STORE_WRITE_FAILED',
      details: { path: to, systemCode: code },
    });
    expect(namesBelow(dirname(to))).toEqual([]);
    expect(await copyIt()).toMatchObject({ files: 2 });
  });

  it('never replaces a folder with something in it', async () => {
    put('old/user/a.json', 'new');
    put('data/user/a.json', 'mine');
    await expect(copyIt()).rejects.toMatchObject({ code: 'STORE_WRITE_FAILED' });
    expect(readFileSync(join(to, 'a.json'), 'utf8')).toBe('mine');
    expect(await removeIt(true)).toEqual({ kept: [] });
    expect(readFileSync(join(to, 'a.json'), 'utf8')).toBe('mine');
    expect(namesBelow(dirname(to))).toEqual(['user', 'user/a.json']);
  });

  it('says when its source is gone', async () => {
    rmSync(from, { recursive: true });
    await expect(copyIt()).rejects.toMatchObject({ code: 'STORE_READ_FAILED' });
  });

  it('ends at once when it is cancelled', async () => {
    put('old/user/a.json');
    put('old/user/b.bin', 'x'.repeat(5_000_000));
    const abort = new AbortController();
    const copying = copyIt(
      async (handle, bytes) => {
        await writePiece(handle, bytes);
        if (bytes.byteLength > 100_000) abort.abort();
      },
      { signal: abort.signal },
    );
    await expect(copying).rejects.toThrow();
    expect(existsSync(to)).toBe(false);
    expect(await removeIt()).toEqual({ kept: [] });
    expect(namesBelow(dirname(to))).toEqual([]);
  });
});

describe('a copy that was cut off', () => {
  const cutOff = async (): Promise<void> => {
    const abort = new AbortController();
    await copyIt(
      async (handle, bytes) => {
        await writePiece(handle, bytes);
        abort.abort();
      },
      { signal: abort.signal },
    ).catch(() => undefined);
  };

  it('is begun anew where it was not whole', async () => {
    put('old/user/a.json');
    put('old/user/b.json');
    await cutOff();
    expect(readdirSync(dirname(to))).toHaveLength(1);
    expect(await copyIt()).toMatchObject({ files: 2 });
    expect(readdirSync(dirname(to))).toEqual(['user']);
  });

  it('only changes its name where it was whole', async () => {
    put('old/user/a.json');
    await copyIt();
    // As if the kill had come right before the rename.
    execFileSync('mv', [to, `${to}.atelier-${runId}-0`]);
    writeFileSync(join(from, 'a.json'), 'changed since');
    expect(await copyIt()).toMatchObject({ files: 1 });
    expect(readFileSync(join(to, 'a.json'), 'utf8')).toBe('old/user/a.json');
  });

  it('is left as it is where it was in its place', async () => {
    put('old/user/a.json');
    const first = await copyIt();
    writeFileSync(join(to, 'a.json'), 'changed since');
    expect(await copyIt()).toEqual(first);
    expect(readFileSync(join(to, 'a.json'), 'utf8')).toBe('changed since');
  });
});

describe('taking a copy back', () => {
  beforeEach(async () => {
    put('old/user/a.json');
    put('old/user/sub/b.json');
    put('old/user/sub/c.json');
    symlinkSync('a.json', join(from, 'link'));
    await copyIt();
  });

  it('leaves nothing where nothing was changed', async () => {
    expect(await removeIt()).toEqual({ kept: [] });
    expect(namesBelow(dirname(to))).toEqual([]);
    expect(await removeIt()).toEqual({ kept: [] });
    expect(namesBelow(from)).toEqual(['a.json', 'link', 'sub', 'sub/b.json', 'sub/c.json']);
  });

  it('leaves the empty folder that was there before', async () => {
    await removeIt(true);
    expect(namesBelow(dirname(to))).toEqual(['user']);
  });

  it('keeps what was changed, added or put in the place of something, and names it', async () => {
    // As long as before: only its bytes tell.
    writeFileSync(join(to, 'sub', 'b.json'), 'OLD/USER/SUB/B.JSON');
    writeFileSync(join(to, 'sub', 'new.json'), 'new');
    rmSync(join(to, 'link'));
    symlinkSync('elsewhere', join(to, 'link'));
    expect(await removeIt()).toEqual({ kept: ['link', 'sub/b.json', 'sub/new.json'] });
    expect(namesBelow(to)).toEqual(['link', 'sub', 'sub/b.json', 'sub/new.json']);
  });

  it('does not follow a folder that was replaced by a link', async () => {
    mkdirSync(join(folder, 'kept'));
    put('kept/b.json', 'old/user/sub/b.json');
    rmSync(join(to, 'sub'), { recursive: true });
    symlinkSync(join(folder, 'kept'), join(to, 'sub'));
    expect(await removeIt()).toEqual({ kept: ['sub'] });
    expect(readFileSync(join(folder, 'kept', 'b.json'), 'utf8')).toBe('old/user/sub/b.json');
  });
});
