import { expect, it } from 'vitest';
import type { GalleryFiles, GalleryIndex, GalleryLocation } from '#core/ports/gallery.ts';
import { readUnread } from './read-files.ts';

const locationOf = (id: number): GalleryLocation => ({
  id,
  storage: 'output',
  folder: '/out',
  subfolder: '',
  name: `${id}.png`,
  kind: 'image',
  state: 'unread',
  version: '0',
  jobId: null,
  jobIndex: null,
});

/** An index whose writes take so many milliseconds a file; files whose number ends in 9 are gone. */
const world = (count: number, msOfFile: number) => {
  let now = 0;
  const unread = Array.from({ length: count }, (_, id) => id);
  const pieces: number[] = [];
  const dropped: number[] = [];
  const index: Pick<GalleryIndex, 'unread' | 'drop' | 'putFacts'> = {
    unread: (limit) => unread.slice(0, limit).map(locationOf),
    drop: (ids) => dropped.push(...ids),
    putFacts: (facts) => {
      pieces.push(facts.length);
      now += facts.length * msOfFile;
    },
  };
  const files: Pick<GalleryFiles, 'read'> = {
    read: async ({ kind, name }) =>
      name.endsWith('9.png')
        ? null
        : { kind, state: 'ready', width: 1, height: 1, sizeBytes: 1, modifiedAtMs: 1, texts: {}, excerpt: '' },
  };
  const seen: number[] = [];
  const read = (rest: () => Promise<boolean>) =>
    readUnread({ index: index as GalleryIndex, files, now: () => now }, rest, (locations) => {
      seen.push(...unread.splice(0, locations.length));
    });
  return { read, pieces, dropped, seen };
};

it('looks into everything, and lets those leave that are gone', async () => {
  const { read, pieces, dropped, seen } = world(1000, 0);
  expect(await read(async () => true)).toBe(true);
  expect(seen).toHaveLength(1000);
  expect(dropped).toHaveLength(100);
  expect(pieces.reduce((sum, files) => sum + files, 0)).toBe(900);
});

it('writes as many files at once as take a moment, however long their prompts are', async () => {
  const quick = world(2000, 0.01);
  await quick.read(async () => true);
  expect(Math.max(...quick.pieces)).toBeGreaterThan(50);
  expect(Math.max(...quick.pieces)).toBeLessThanOrEqual(64);
  const slow = world(2000, 3);
  await slow.read(async () => true);
  expect(Math.max(...slow.pieces.slice(2))).toBeLessThanOrEqual(8);
});

it('ends between two pieces when all work is to end', async () => {
  const { read, seen } = world(1000, 0);
  expect(await read(async () => false)).toBe(false);
  expect(seen.length).toBeLessThan(100);
});
