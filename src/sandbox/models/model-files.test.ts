import { mkdir, mkdtemp, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SandboxFolders } from '../nodes/node-definition.ts';
import { createModelFiles } from './model-files.ts';
import { createPlaceholderModels, placeholderModels } from './placeholder-models.ts';

let base: string;
let folders: SandboxFolders;
beforeEach(async () => {
  base = await mkdtemp(path.join(tmpdir(), 'sandbox-models-'));
  const models = new Map([['checkpoints', [path.join(base, 'checkpoints'), path.join(base, 'more')]]]);
  folders = { base, input: base, output: base, temp: base, user: base, models };
});
afterEach(() => rm(base, { recursive: true, force: true }));

const put = async (name: string, content = ''): Promise<void> => {
  await mkdir(path.dirname(path.join(base, name)), { recursive: true });
  await writeFile(path.join(base, name), content);
};

describe('list', () => {
  it('names models of all places, with subfolders, sorted and once', async () => {
    await put('checkpoints/b.safetensors');
    await put('checkpoints/sub/dir/a.CKPT');
    await put('checkpoints/notes.txt');
    await put('checkpoints/.git/x.safetensors');
    await put('more/b.safetensors');
    await put('more/a.gguf.bin');
    expect(await createModelFiles().list('checkpoints', folders)).toEqual([
      'a.gguf.bin',
      'b.safetensors',
      path.join('sub', 'dir', 'a.CKPT'),
    ]);
  });

  it('is empty for folders that do not exist or are not known', async () => {
    const files = createModelFiles();
    expect(await files.list('checkpoints', folders)).toEqual([]);
    expect(await files.list('loras', folders)).toEqual([]);
    await put('checkpoints/new.pt');
    expect(await files.list('checkpoints', folders)).toEqual(['new.pt']);
  });

  it('reads a folder again when its time has changed, and only then', async () => {
    await put('checkpoints/sub/a.pt');
    const folder = path.join(base, 'checkpoints', 'sub');
    const early = new Date('2026-01-01T00:00:00Z');
    await utimes(folder, early, early);
    const files = createModelFiles();
    await files.list('checkpoints', folders);
    await put('checkpoints/sub/b.pt');
    await utimes(folder, early, early);
    expect(await files.list('checkpoints', folders)).toEqual([path.join('sub', 'a.pt')]);
    await utimes(folder, early, new Date('2026-01-01T00:00:02Z'));
    expect(await files.list('checkpoints', folders)).toEqual([path.join('sub', 'a.pt'), path.join('sub', 'b.pt')]);
  });

  it('follows links and survives those that lead nowhere or back', async () => {
    await put('elsewhere/linked.pt');
    await put('checkpoints/a.pt');
    await symlink(path.join(base, 'elsewhere'), path.join(base, 'checkpoints', 'link'));
    await symlink(path.join(base, 'checkpoints'), path.join(base, 'checkpoints', 'loop'));
    await symlink(path.join(base, 'gone'), path.join(base, 'checkpoints', 'broken'));
    const names = await createModelFiles().list('checkpoints', folders);
    expect(names.slice(0, 2)).toEqual(['a.pt', path.join('link', 'linked.pt')]);
  });
});

describe('files', () => {
  it('are those of one kind, the first place winning', async () => {
    await put('checkpoints/a.pt');
    await put('checkpoints/a.yaml');
    await put('more/a.pt');
    await put('more/sub/b.YAML');
    const places = [path.join(base, 'checkpoints'), path.join(base, 'more')];
    const files = createModelFiles();
    expect(await files.files({ name: 'x', places, suffixes: ['.pt'] })).toEqual([
      { name: 'a.pt', path: path.join(base, 'checkpoints', 'a.pt'), pathIndex: 0 },
    ]);
    expect(await files.files({ name: 'x', places, suffixes: ['.yaml'] })).toMatchObject([
      { name: 'a.yaml', pathIndex: 0 },
      { name: path.join('sub', 'b.YAML'), pathIndex: 1 },
    ]);
    expect((await files.files({ name: 'x', places, suffixes: [] })).map(({ name }) => name)).toEqual([
      'a.pt',
      'a.yaml',
      path.join('sub', 'b.YAML'),
    ]);
  });
});

describe('find', () => {
  it('takes the first place that has the file', async () => {
    await put('more/a.pt', '12345');
    const files = createModelFiles();
    expect(await files.find('checkpoints', 'a.pt', folders)).toEqual({
      path: path.join(base, 'more', 'a.pt'),
      bytes: 5,
    });
    await put('checkpoints/a.pt', '1');
    expect(await files.find('checkpoints', 'a.pt', folders)).toMatchObject({ bytes: 1 });
  });

  it('finds nothing outside the places', async () => {
    await put('secret.pt', '12345');
    expect(await createModelFiles().find('checkpoints', '../secret.pt', folders)).toBeNull();
    expect(await createModelFiles().find('checkpoints', 'none.pt', folders)).toBeNull();
  });

  it('takes the size that a small file claims', async () => {
    const json = JSON.stringify({ __metadata__: { pretended_bytes: '7000000000' } });
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(json.length));
    await put('checkpoints/x.safetensors', length.toString('latin1') + json);
    expect(await createModelFiles().find('checkpoints', 'x.safetensors', folders)).toMatchObject({ bytes: 7e9 });
  });
});

describe('placeholder models', () => {
  it('show their full size and take next to no disk', async () => {
    await createPlaceholderModels(base);
    for (const { file, bytes } of placeholderModels) {
      const found = await stat(path.join(base, file));
      expect(found.size).toBe(bytes);
      expect(found.blocks * 512).toBeLessThan(1 << 17);
    }
    expect(await createModelFiles().list('checkpoints', folders)).toEqual([
      'sandbox-v1.safetensors',
      'sandbox-xl.safetensors',
    ]);
  });

  it('leave files that are there as they are', async () => {
    await put('checkpoints/sandbox-xl.safetensors', 'mine');
    await createPlaceholderModels(base);
    await createPlaceholderModels(base);
    expect((await stat(path.join(base, 'checkpoints', 'sandbox-xl.safetensors'))).size).toBe(4);
  });
});
