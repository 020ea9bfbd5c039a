import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createOutputFolderReader } from './output-folder-reader.ts';

let place: string;
let folder: string;

beforeEach(async () => {
  place = await mkdtemp(join(tmpdir(), 'atelier-outputs-'));
  folder = join(place, 'output');
  await mkdir(join(folder, 'day', 'one'), { recursive: true });
  await writeFile(join(folder, 'a.png'), '0123456789');
  await writeFile(join(folder, 'day', 'one', 'b.webp'), 'deep');
  await writeFile(join(folder, 'page.html'), '<script>');
  await writeFile(join(folder, 'empty.txt'), '');
  await writeFile(join(place, 'secret.png'), 'secret');
});

afterEach(() => rm(place, { recursive: true, force: true }));

const open = async (filename: string, subfolder = '', headers: Readonly<Record<string, string>> = {}) => {
  const answer = await createOutputFolderReader().open(folder, { filename, subfolder }, { headers });
  const chunks: Uint8Array[] = [];
  for await (const chunk of answer.body) chunks.push(chunk);
  return { ...answer, text: Buffer.concat(chunks).toString() };
};

describe('a file of an output folder', () => {
  it('comes whole, with its type and length', async () => {
    expect(await open('a.png')).toMatchObject({
      status: 200,
      text: '0123456789',
      headers: { 'content-type': 'image/png', 'content-length': '10', 'accept-ranges': 'bytes' },
    });
    expect(await open('b.webp', 'day/one')).toMatchObject({ text: 'deep', headers: { 'content-type': 'image/webp' } });
    expect(await open('empty.txt')).toMatchObject({ status: 200, text: '', headers: { 'content-length': '0' } });
  });

  it('that a browser would run is a download', async () => {
    expect((await open('page.html')).headers).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-disposition': 'attachment; filename="page.html"',
      'x-content-type-options': 'nosniff',
    });
  });

  it('comes in part where a part is asked for', async () => {
    expect(await open('a.png', '', { range: 'bytes=2-4' })).toMatchObject({
      status: 206,
      text: '234',
      headers: { 'content-range': 'bytes 2-4/10', 'content-length': '3' },
    });
    expect(await open('a.png', '', { range: 'bytes=10-' })).toMatchObject({
      status: 416,
      text: '',
      headers: { 'content-range': 'bytes */10' },
    });
    expect(await open('a.png', '', { range: 'bytes=2-4', 'if-range': '"old"' })).toMatchObject({ status: 200 });
  });

  it('is not sent twice', async () => {
    const { etag = '', 'last-modified': modified = '' } = (await open('a.png')).headers;
    expect(await open('a.png', '', { 'if-none-match': `"x", ${etag}` })).toMatchObject({ status: 304, text: '' });
    expect(await open('a.png', '', { 'if-none-match': '"x"', 'if-modified-since': modified })).toMatchObject({
      status: 200,
    });
    expect(await open('a.png', '', { 'if-modified-since': modified })).toMatchObject({ status: 304 });
    expect(await open('a.png', '', { 'if-modified-since': 'Thu, 01 Jan 1970 00:00:00 GMT' })).toMatchObject({
      status: 200,
    });
    expect(await open('a.png', '', { range: 'bytes=2-4', 'if-range': etag })).toMatchObject({ status: 206 });
  });
});

describe('what is not in the folder', () => {
  it.each([
    ['../secret.png', ''],
    ['secret.png', '..'],
    ['secret.png', 'day/../..'],
    ['..', ''],
    ['.', ''],
  ])('is refused: %s in %s', async (filename, subfolder) => {
    await expect(open(filename, subfolder)).rejects.toMatchObject({ code: 'INPUT_PATH_OUTSIDE' });
  });

  it('is refused behind a link, too, while the folder itself may be one', async () => {
    await symlink(join(place, 'secret.png'), join(folder, 'link.png'));
    await symlink(place, join(folder, 'up'));
    await expect(open('link.png')).rejects.toMatchObject({ code: 'INPUT_PATH_OUTSIDE' });
    await expect(open('secret.png', 'up')).rejects.toMatchObject({ code: 'INPUT_PATH_OUTSIDE' });
    await symlink(folder, join(place, 'linked'));
    folder = join(place, 'linked');
    expect(await open('a.png')).toMatchObject({ status: 200 });
  });

  it.each([
    ['gone.png', ''],
    ['day', ''],
    ['a.png', 'a.png'],
    ['a\0.png', ''],
    [join('/', 'etc', 'hostname'), ''],
    [`${'x'.repeat(300)}.png`, ''],
  ])('is missing: %s', async (filename, subfolder) => {
    await expect(open(filename, subfolder)).rejects.toMatchObject({ code: 'JOB_NOT_FOUND' });
  });
});

describe('a file that is deleted', () => {
  const remove = (filename: string, subfolder = '') =>
    createOutputFolderReader().remove(folder, { filename, subfolder });

  it('is gone, and nothing else', async () => {
    expect(await remove('b.webp', 'day/one')).toBe(true);
    expect(await readdir(join(folder, 'day', 'one'))).toEqual([]);
    expect((await readdir(folder)).toSorted()).toEqual(['a.png', 'day', 'empty.txt', 'page.html']);
    expect(await remove('b.webp', 'day/one')).toBe(false);
  });

  it.each([
    ['../secret.png', ''],
    ['secret.png', 'day/../..'],
    ['..', ''],
    ['.', ''],
  ])('is never one outside of the folder: %s in %s', async (filename, subfolder) => {
    await expect(remove(filename, subfolder)).rejects.toMatchObject({ code: 'INPUT_PATH_OUTSIDE' });
    expect(await readFile(join(place, 'secret.png'), 'utf8')).toBe('secret');
  });

  it('is never one that a link leads to', async () => {
    await symlink(join(place, 'secret.png'), join(folder, 'out.png'));
    await symlink(place, join(folder, 'up'));
    await expect(remove('out.png')).rejects.toMatchObject({ code: 'INPUT_PATH_OUTSIDE' });
    await expect(remove('secret.png', 'up')).rejects.toMatchObject({ code: 'INPUT_PATH_OUTSIDE' });
    await symlink(join(folder, 'a.png'), join(folder, 'in.png'));
    expect(await remove('in.png')).toBe(true);
    expect(await readFile(join(folder, 'a.png'), 'utf8')).toBe('0123456789');
  });

  it.each([
    ['gone.png', ''],
    ['day', ''],
    ['a\0.png', ''],
    ['a.png', 'a.png'],
  ])('is nothing where there is no file: %s', async (filename, subfolder) => {
    expect(await remove(filename, subfolder)).toBe(false);
  });
});
