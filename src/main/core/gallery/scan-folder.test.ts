import { describe, expect, it } from 'vitest';
import type { FoundFile, GalleryFiles, GalleryIndex, KnownDirectory } from '#core/ports/gallery.ts';
import { type ScanParts, scanFolder } from './scan-folder.ts';

type Tree = Map<string, { modifiedAtMs: number; files: string[]; folders: string[] }>;

/** A disk and an index in memory, with a count of what was looked at. */
const world = (tree: Tree, maxItems = 1000, rest: () => Promise<boolean> = async () => true) => {
  const rows = new Map<string, Set<string>>();
  const directories = new Map<string, KnownDirectory>();
  const looks = { listed: [] as string[], described: 0, mostDropped: 0 };
  const idOf = (subfolder: string, name: string): string => `${subfolder}|${name}`;
  const ids: string[] = [];
  const files: Pick<GalleryFiles, 'modifiedAt' | 'entries' | 'stat'> = {
    modifiedAt: async (_folder, subfolder) => tree.get(subfolder)?.modifiedAtMs ?? null,
    entries: async function* entries(_folder, subfolder) {
      looks.listed.push(subfolder);
      const found = tree.get(subfolder);
      yield [
        ...(found?.files ?? []).map((name) => ({ name, isFolder: false })),
        ...(found?.folders ?? []).map((name) => ({ name, isFolder: true })),
      ];
    },
    stat: async (_folder, _subfolder, names) => {
      looks.described += names.length;
      return names.map((name) => ({ name, sizeBytes: 1, modifiedAtMs: 1 }));
    },
  };
  const index: Pick<
    GalleryIndex,
    'folderId' | 'directory' | 'putDirectory' | 'dropDirectory' | 'names' | 'putFiles' | 'drop' | 'total'
  > = {
    folderId: () => 1,
    directory: (_id, subfolder) => directories.get(subfolder) ?? null,
    putDirectory: (_id, subfolder, known) => void directories.set(subfolder, known),
    dropDirectory: (_id, subfolder, limit) => {
      let left = limit;
      for (const [key, names] of rows) {
        if (key !== subfolder && !key.startsWith(`${subfolder}/`)) continue;
        for (const name of [...names].slice(0, left)) {
          names.delete(name);
          left -= 1;
        }
      }
      looks.mostDropped = Math.max(looks.mostDropped, limit - left);
      return left > 0;
    },
    names: (_id, subfolder, after, limit) =>
      [...(rows.get(subfolder) ?? [])]
        .sort()
        .filter((name) => name > after)
        .slice(0, limit)
        .map((name) => ({ id: ids.push(idOf(subfolder, name)) - 1, name, isShown: true })),
    putFiles: (_id, subfolder, found: readonly FoundFile[]) => {
      const names = rows.get(subfolder) ?? new Set();
      for (const { name } of found) names.add(name);
      rows.set(subfolder, names);
    },
    drop: (gone) => {
      looks.mostDropped = Math.max(looks.mostDropped, gone.length);
      for (const id of gone) {
        const [subfolder = '', name = ''] = (ids[id] ?? '').split('|');
        rows.get(subfolder)?.delete(name);
      }
    },
    total: () => [...rows.values()].reduce((sum, names) => sum + names.size, 0),
  };
  const parts = {
    index: index as GalleryIndex,
    files: files as GalleryFiles,
    now: () => 100_000,
    rest,
    maxItems,
  } satisfies ScanParts;
  const scan = (isThorough = false) => scanFolder(parts, { path: '/out', instanceId: null }, isThorough);
  const names = () => [...rows].flatMap(([subfolder, found]) => [...found].map((name) => idOf(subfolder, name))).sort();
  return { scan, names, looks };
};

const directory = (files: string[], folders: string[] = [], modifiedAtMs = 1000) => ({ files, folders, modifiedAtMs });

describe('a look at an output folder', () => {
  it('finds results in it and below it, and leaves out what is none', async () => {
    const { scan, names } = world(
      new Map([
        ['', directory(['a.png', 'x.latent', '.hidden.png'], ['sub', '.trash'])],
        ['sub', directory(['b.mp4', 'notes.json'])],
        ['.trash', directory(['c.png'])],
      ]),
    );
    expect(await scan()).toBe('complete');
    expect(names()).toEqual(['sub|b.mp4', '|a.png']);
  });

  it('lists again only what changed, and describes only what is new', async () => {
    const tree: Tree = new Map([
      ['', directory(['a.png'], ['sub'])],
      ['sub', directory(['b.png'])],
    ]);
    const { scan, names, looks } = world(tree);
    await scan();
    tree.set('sub', directory(['b.png', 'c.png'], [], 2000));
    looks.listed = [];
    looks.described = 0;
    await scan();
    expect(looks).toMatchObject({ listed: ['sub'], described: 1 });
    expect(names()).toEqual(['sub|b.png', 'sub|c.png', '|a.png']);
    looks.described = 0;
    await scan(true);
    expect(looks.described).toBe(3);
  });

  it('lists a folder again that changed just before it was listed', async () => {
    const { scan, looks } = world(new Map([['', directory(['a.png'], [], 99_000)]]));
    await scan();
    await scan();
    expect(looks.listed).toEqual(['', '']);
  });

  it('forgets files and folders that are gone, and nothing when the whole disk is away', async () => {
    const tree: Tree = new Map([
      ['', directory(['a.png', 'b.png'], ['sub'])],
      ['sub', directory(['c.png'])],
    ]);
    const { scan, names } = world(tree);
    await scan();
    tree.set('', directory(['b.png'], [], 2000));
    tree.delete('sub');
    await scan();
    expect(names()).toEqual(['|b.png']);
    tree.clear();
    expect(await scan()).toBe('no-folder');
    expect(names()).toEqual(['|b.png']);
  });

  it('takes out many files a few at a time, and goes on with a folder that is half gone', async () => {
    const many = Array.from({ length: 700 }, (_, index) => `${index}.png`);
    const tree: Tree = new Map([
      ['', directory(many, ['sub'])],
      ['sub', directory(many)],
    ]);
    let [rests, most] = [0, Number.POSITIVE_INFINITY];
    const { scan, names, looks } = world(tree, 5000, async () => (rests += 1) <= most);
    await scan();
    expect(names()).toHaveLength(1400);
    tree.set('', directory([], [], 2000));
    tree.delete('sub');
    [rests, most] = [0, 7];
    expect(await scan()).toBe('ended');
    expect(names().length).toBeGreaterThan(0);
    most = Number.POSITIVE_INFINITY;
    expect(await scan()).toBe('complete');
    expect(names()).toEqual([]);
    expect(looks.mostDropped).toBe(200);
  });

  it('stops where there is more than it may keep in mind', async () => {
    const many = Array.from({ length: 300 }, (_, index) => `${index}.png`);
    const { scan, names } = world(new Map([['', directory(many)]]), 200);
    expect(await scan()).toBe('truncated');
    expect(names()).toHaveLength(128);
  });
});
