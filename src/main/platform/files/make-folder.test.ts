import { mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeFolder, makeFolderSync } from './make-folder.ts';

describe.each([
  ['makeFolder', makeFolder],
  ['makeFolderSync', async (path: string) => makeFolderSync(path)],
] as const)('%s', (_, make) => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'atelier-folder-'));
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  it('makes every level that is missing, and again does nothing', async () => {
    const path = join(root, 'a', 'b', 'c');
    await make(path);
    await make(path);
    await make(`${path}/`);
    expect(statSync(path).isDirectory()).toBe(true);
  });

  it('takes a link to a folder, and the root of the disk, as they are', async () => {
    symlinkSync(root, join(root, 'link'));
    await make(join(root, 'link', 'a'));
    expect(statSync(join(root, 'a')).isDirectory()).toBe(true);
    await make('/');
  });

  it('lets several make the same folder at once', async () => {
    const path = join(root, 'a', 'b', 'c', 'd');
    await Promise.all(Array.from({ length: 8 }, () => make(path)));
    expect(statSync(path).isDirectory()).toBe(true);
  });

  it('fails where a file or a dangling link stands', async () => {
    writeFileSync(join(root, 'file'), '');
    symlinkSync(join(root, 'nowhere'), join(root, 'dangling'));
    await expect(make(join(root, 'file'))).rejects.toMatchObject({ code: 'EEXIST' });
    await expect(make(join(root, 'file', 'a', 'b'))).rejects.toMatchObject({ code: 'ENOTDIR' });
    await expect(make(join(root, 'dangling'))).rejects.toMatchObject({ code: 'EEXIST' });
    await expect(make('a\0b')).rejects.toMatchObject({ code: 'ERR_INVALID_ARG_VALUE' });
  });

  // Node's recursive mkdir never comes back from these.
  it.runIf(process.platform === 'linux').each(['/proc/nope', '/proc/nope/deeper/still'])(
    'fails at once in a folder that takes no new names: %s',
    async (path) => {
      await expect(make(path)).rejects.toMatchObject({ code: 'ENOENT' });
    },
    1000,
  );
});
