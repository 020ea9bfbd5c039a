import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFileInspector } from './file-inspector.ts';
import { createFileWriter } from './file-writer.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'atelier-inspect-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const files = createFileInspector();
const at = (...parts: readonly string[]): string => join(folder, ...parts);

describe('the file inspector', () => {
  it('tells files, folders and what is not there apart', async () => {
    await writeFile(at('main.py'), '');
    await symlink(at('nowhere'), at('dangling'));
    await symlink(folder, at('linked'));
    expect(await files.kind(folder)).toBe('folder');
    expect(await files.kind(at('linked'))).toBe('folder');
    expect(await files.kind(at('main.py'))).toBe('file');
    expect(await files.kind(at('missing'))).toBe('missing');
    expect(await files.kind(at('dangling'))).toBe('missing');
    expect(await files.kind(at('main.py', 'below-a-file'))).toBe('missing');
    expect(await files.kind('\0')).toBe('missing');
    expect(await files.kind(`/${'x'.repeat(5000)}`)).toBe('missing');
  });

  it('calls a loop of links unreadable', async () => {
    await symlink(at('b'), at('a'));
    await symlink(at('a'), at('b'));
    expect(await files.kind(at('a'))).toBe('unreadable');
  });

  it('knows what can be run: a file with the execute bit', async () => {
    await writeFile(at('python'), '');
    expect(await files.isExecutable(at('python'))).toBe(false);
    await chmod(at('python'), 0o755);
    expect(await files.isExecutable(at('python'))).toBe(true);
    expect(await files.isExecutable(folder)).toBe(false);
    expect(await files.isExecutable(at('missing'))).toBe(false);
  });

  it('knows folders that can be written into', async () => {
    await writeFile(at('file'), '');
    expect(await files.isWritable(folder)).toBe(true);
    expect(await files.isWritable(at('file'))).toBe(false);
    expect(await files.isWritable(at('missing'))).toBe(false);
  });

  it('makes folders with their parents, and says with a code when it cannot', async () => {
    await files.ensureFolder(at('deep', 'er'));
    await files.ensureFolder(at('deep', 'er'));
    expect(await files.kind(at('deep', 'er'))).toBe('folder');
    await writeFile(at('file'), '');
    await expect(files.ensureFolder(at('file', 'below'))).rejects.toMatchObject({ code: 'STORE_WRITE_FAILED' });
  });

  it('lists sub-folders, linked ones too, and nothing of a folder that is not there', async () => {
    await mkdir(at('models', 'vae'), { recursive: true });
    await mkdir(at('models', 'loras'));
    await writeFile(at('models', 'readme'), '');
    await symlink(at('models', 'vae'), at('models', 'also-vae'));
    await symlink(at('nowhere'), at('models', 'broken'));
    expect(await files.subfolders(at('models'))).toEqual(['also-vae', 'loras', 'vae']);
    expect(await files.subfolders(at('missing'))).toEqual([]);
  });
});

describe('the file writer', () => {
  it('makes the folder and leaves nothing but the file', async () => {
    const writer = createFileWriter();
    await writer.write(at('new', 'paths.yaml'), 'a: 1\n');
    await writer.write(at('new', 'paths.yaml'), 'a: 2\n');
    expect(await readFile(at('new', 'paths.yaml'), 'utf8')).toBe('a: 2\n');
    expect(await readdir(at('new'))).toEqual(['paths.yaml']);
    expect((await stat(at('new', 'paths.yaml'))).mode & 0o777).toBe(0o644);
  });

  it('fails with a code', async () => {
    await writeFile(at('file'), '');
    await expect(createFileWriter().write(at('file', 'x.yaml'), '')).rejects.toMatchObject({
      code: 'STORE_WRITE_FAILED',
      details: { systemCode: expect.stringMatching(/^(?:ENOTDIR|EEXIST)$/) },
    });
  });
});
