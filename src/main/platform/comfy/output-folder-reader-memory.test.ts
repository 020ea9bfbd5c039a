import { mkdtemp, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createOutputFolderReader } from './output-folder-reader.ts';
import { createSmallFiles, type SmallFilesOptions } from './output-folder-reader-memory.ts';

let folder: string;
const later = (): number => Date.now() + 60_000;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'atelier-small-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

describe('small files that were read', () => {
  const fill = async (options: Partial<SmallFilesOptions>, names: readonly string[]) => {
    const files = createSmallFiles({ now: later, maxFileBytes: 8, maxBytes: 20, ...options });
    for (const name of names) {
      const path = join(folder, name);
      await writeFile(path, name);
      files.keep(path, await stat(path, { bigint: true }), Buffer.from(name));
    }
    const get = async (name: string): Promise<string | undefined> =>
      files.get(join(folder, name), await stat(join(folder, name), { bigint: true }))?.toString();
    return { files, get };
  };

  it('are kept, those that were not used for the longest time go first', async () => {
    const { files, get } = await fill({}, ['first000', 'second00']);
    expect(await get('first000')).toBe('first000');
    const path = join(folder, 'third000');
    await writeFile(path, 'third000');
    files.keep(path, await stat(path, { bigint: true }), Buffer.from('third000'));
    expect(await get('second00')).toBeUndefined();
    expect(await get('first000')).toBe('first000');
    expect(await get('third000')).toBe('third000');
  });

  it('are not kept where they are large, or may still change unseen', async () => {
    expect(await (await fill({}, ['much-too-long'])).get('much-too-long')).toBeUndefined();
    expect(await (await fill({ now: Date.now }, ['new'])).get('new')).toBeUndefined();
    expect(await (await fill({}, ['old'])).get('old')).toBe('old');
  });

  it('are not kept where they were read in part', async () => {
    const { files, get } = await fill({}, []);
    await writeFile(join(folder, 'whole'), 'whole');
    files.keep(join(folder, 'whole'), await stat(join(folder, 'whole'), { bigint: true }), Buffer.from('who'));
    expect(await get('whole')).toBeUndefined();
  });
});

describe('a small file that is asked for again', () => {
  const read = async (reader: ReturnType<typeof createOutputFolderReader>, range?: string): Promise<string> => {
    const headers = range === undefined ? {} : { range };
    const { body } = await reader.open(folder, { filename: 'a.txt', subfolder: '' }, { headers });
    const pieces: Buffer[] = [];
    await body.forEachPiece?.(async (piece) => {
      pieces.push(Buffer.from(piece));
    });
    return Buffer.concat(pieces).toString();
  };

  it('is the one that is there now, even where it looks like the old one', async () => {
    const reader = createOutputFolderReader({ now: later });
    const path = join(folder, 'a.txt');
    await writeFile(path, 'first');
    const { atime, mtime } = await stat(path);
    expect([await read(reader), await read(reader), await read(reader, 'bytes=1-3')]).toEqual([
      'first',
      'first',
      'irs',
    ]);
    await writeFile(path, 'other');
    await utimes(path, atime, mtime);
    expect([await read(reader), await read(reader)]).toEqual(['other', 'other']);
    await rm(path);
    await expect(read(reader)).rejects.toMatchObject({ code: 'JOB_NOT_FOUND' });
  });

  it('is kept after it was read whole only', async () => {
    const reader = createOutputFolderReader({ now: later });
    await writeFile(join(folder, 'a.txt'), 'first');
    expect(await read(reader, 'bytes=0-1')).toBe('fi');
    expect(await read(reader)).toBe('first');
    await writeFile(join(folder, 'a.txt'), '');
    expect([await read(reader), await read(reader)]).toEqual(['', '']);
  });
});
