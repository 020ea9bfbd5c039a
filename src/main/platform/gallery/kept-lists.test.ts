import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { GalleryFilter } from '#contract/models/gallery.ts';
import { noPromptFacts } from '#core/gallery/prompt-facts.ts';
import type { GalleryIndex, PromptFacts } from '#core/ports/gallery.ts';
import { openGalleryIndex } from './gallery-index.ts';

const logger = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

const temporaryPath = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'gallery-lists-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return join(folder, 'gallery.sqlite');
};

const open = (path = temporaryPath()): GalleryIndex => {
  const index = openGalleryIndex({ path, logger });
  onTestFinished(() => index.close());
  return index;
};

const promptOf = (positive: string, model: string): PromptFacts => ({
  ...noPromptFacts,
  title: positive,
  positive,
  models: [model],
  workflow: { key: `w-${model}`, kind: 'text-to-image', nodeCount: 7 },
});

const filters: readonly GalleryFilter[] = [
  {},
  { kinds: ['image'] },
  { kinds: ['video', 'audio'], since: 500 },
  { instanceId: 'one', before: 700 },
  { model: 'loras/b' },
  { workflowKey: 'w-loras/a' },
  { text: 'fox' },
  { text: '狐' },
  { text: 'fo 狐狸', model: 'loras/a' },
  { text: 'owl sits', kinds: ['image'] },
];

const texts = ['a fox 狐狸', 'an owl sits', 'fog and 狐', 'A FOX and an owl'] as const;
const models = ['loras/a', 'loras/b'] as const;

const pick = <Value>(values: readonly Value[], at: number): Value => {
  const value = values[at % values.length];
  if (value === undefined) throw new Error('nothing to pick from');
  return value;
};

const jobId = (number: number): string => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;

/** One change of each kind, at places that differ from step to step. */
const change = (index: GalleryIndex, folder: number, step: number): void => {
  const ids = index.ids({}, 0, 200);
  const some = ids.filter((id) => (id * 7 + step) % 5 === 0);
  const facts = promptOf(pick(texts, step), pick(models, step));
  const kinds = ['image', 'video'] as const;
  const changes = [
    () =>
      index.putFiles(
        folder,
        pick(['', 'sub'], step),
        Array.from({ length: 6 }, (_, at) => ({
          name: `${(step * 3 + at) % 40}.png`,
          kind: pick(kinds, step + at),
          sizeBytes: step,
          modifiedAtMs: (step * 97 + at * 13) % 1000,
        })),
      ),
    () =>
      index.putFacts(
        some.map((id) => ({
          id,
          file: {
            kind: pick(kinds, id),
            state: 'ready',
            width: 1,
            height: 1,
            sizeBytes: 1,
            modifiedAtMs: (id * 31) % 1000,
            texts: {},
            excerpt: '',
          },
          prompt: id % 4 === 0 ? null : promptOf(pick(texts, id + step), pick(models, id)),
        })),
      ),
    () =>
      index.putJobResults([
        {
          jobId: jobId(step),
          index: 0,
          instanceId: pick(['one', 'two'], step),
          createdAt: (step * 53) % 1000,
          kind: 'image',
          storage: 'output',
          folder: '/out',
          subfolder: '',
          name: `${step % 40}.png`,
          text: '',
          facts,
        },
      ]),
    () => index.hide(some.slice(0, 3)),
    () => index.show(some),
    () => index.drop(some.slice(0, 4)),
    () => index.forgetJob(jobId(step - 4)),
    () => void index.dropDirectory(folder, 'sub', 3),
  ];
  pick(changes, Math.floor(step / 3) + (step % 3))();
};

describe('lists that are kept while the index changes', () => {
  it('are always what they would be when made anew', () => {
    const path = temporaryPath();
    const index = open(path);
    const folder = index.folderId({ path: '/out', instanceId: 'one' });
    const everFound = new Set<GalleryFilter>();
    for (let step = 0; step < 120; step += 1) {
      change(index, folder, step);
      const fresh = openGalleryIndex({ path, logger });
      for (const filter of filters) {
        const ids = fresh.ids(filter, 0, 1000);
        expect([step, filter, index.ids(filter, 0, 1000)]).toEqual([step, filter, ids]);
        if (ids.length > 0) everFound.add(filter);
        expect(index.total(filter)).toBe(ids.length);
        expect(index.perQuarter(filter)).toEqual(fresh.perQuarter(filter));
        expect(index.page(filter, 1, 3).map(({ id }) => id)).toEqual(ids.slice(1, 4));
      }
      expect(index.facets()).toEqual(fresh.facets());
      fresh.close();
    }
    expect(everFound.size).toBe(filters.length);
  });

  it('take in more changes at once than they note one by one', () => {
    const index = open();
    const folder = index.folderId({ path: '/out', instanceId: null });
    const many = Array.from({ length: 6000 }, (_, at) => ({
      name: `${at}.png`,
      kind: 'image' as const,
      sizeBytes: 1,
      modifiedAtMs: at,
    }));
    index.putFiles(folder, '', many.slice(0, 10));
    expect(index.page({}, 0, 1)).toMatchObject([{ name: '9.png' }]);
    index.putFiles(folder, '', many);
    expect(index.page({}, 0, 1)).toMatchObject([{ name: '5999.png' }]);
    expect(index.page({}, 5999, 9)).toMatchObject([{ name: '0.png' }]);
  });
});

describe('a change that is none', () => {
  it('leaves the revision as it was, so that nobody computes anything again', () => {
    const index = open();
    const folder = index.folderId({ path: '/out', instanceId: null });
    const file = { name: 'a.png', kind: 'image' as const, sizeBytes: 1, modifiedAtMs: 5 };
    index.putFiles(folder, '', [file]);
    const revision = index.revision();
    index.putFiles(folder, '', [file]);
    index.drop([]);
    index.forgetJob(jobId(1));
    expect(index.revision()).toBe(revision);
    index.putFiles(folder, '', [{ ...file, sizeBytes: 2 }]);
    expect(index.revision()).not.toBe(revision);
  });
});

describe('words of one or two letters', () => {
  it('are found wherever they stand, at the very end too, and however many others begin with them', () => {
    const index = open();
    const folder = index.folderId({ path: '/out', instanceId: null });
    const letters = Array.from({ length: 600 }, (_, at) => String.fromCodePoint(0x4e00 + at));
    index.putFiles(folder, '', [
      { name: 'x.png', kind: 'image', sizeBytes: 1, modifiedAtMs: 1 },
      { name: 'y.png', kind: 'image', sizeBytes: 1, modifiedAtMs: 2 },
    ]);
    const [y = 0, x = 0] = index.ids({}, 0, 2);
    const file = { kind: 'image', state: 'ready', width: 1, height: 1, sizeBytes: 1, modifiedAtMs: 1 } as const;
    index.putFacts([
      {
        id: x,
        file: { ...file, texts: {}, excerpt: '' },
        prompt: { ...noPromptFacts, positive: letters.map((letter) => `q${letter}"`).join('') },
      },
      { id: y, file: { ...file, texts: {}, excerpt: '' }, prompt: { ...noPromptFacts, positive: 'the 狐狸' } },
    ]);
    const found = (text: string): readonly number[] => index.ids({ text }, 0, 9);
    expect(found('q')).toEqual([x]);
    expect(found('狐')).toEqual([y]);
    expect(found('狐狸')).toEqual([y]);
    expect(found('ng')).toEqual([y, x]);
    expect(found('g')).toEqual([y, x]);
    expect(found(`q${letters[599]}`)).toEqual([x]);
    expect(found('"')).toEqual([x]);
    expect(found('zq')).toEqual([]);
  });
});
