import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it, onTestFinished } from 'vitest';
import { noPromptFacts } from '#core/gallery/prompt-facts.ts';
import type { FileFacts, GalleryIndex, JobResult } from '#core/ports/gallery.ts';
import { openGalleryIndex } from './gallery-index.ts';

const jobId = (number: number): string => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;

const temporaryPath = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'gallery-index-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return join(folder, 'gallery.sqlite');
};

const warnings: string[] = [];
const logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: (message: string) => void warnings.push(message),
  error: () => undefined,
};

const open = (path = ':memory:', startedAtMs = 1_790_000_000_000): GalleryIndex => {
  const index = openGalleryIndex({ path: path === ':memory:' ? temporaryPath() : path, logger, startedAtMs });
  if (path === ':memory:') onTestFinished(() => index.close());
  return index;
};

const file = (name: string, modifiedAtMs: number) => ({ name, kind: 'image' as const, sizeBytes: 10, modifiedAtMs });

const fileFacts = (changes: Partial<FileFacts> = {}): FileFacts => ({
  kind: 'image',
  state: 'ready',
  width: 64,
  height: 32,
  sizeBytes: 10,
  modifiedAtMs: 1000,
  texts: {},
  excerpt: '',
  ...changes,
});

const result = (changes: Partial<JobResult> = {}): JobResult => ({
  jobId: jobId(1),
  index: 0,
  instanceId: 'one',
  createdAt: 5000,
  kind: 'image',
  storage: 'output',
  folder: '/out',
  subfolder: '',
  name: 'a.png',
  text: '',
  facts: {
    ...noPromptFacts,
    title: 'a fox',
    positive: 'a fox in snow',
    models: ['checkpoints/dream.safetensors'],
    workflow: { key: 'w1', kind: 'text-to-image', nodeCount: 7 },
  },
  ...changes,
});

const names = (index: GalleryIndex, filter = {}): string[] => index.page(filter, 0, 100).map(({ name }) => name);

describe('the index of the gallery', () => {
  it('lists what was found, newest first, and pages through it', () => {
    const index = open();
    const folder = index.folderId({ path: '/out', instanceId: 'one' });
    index.putFiles(folder, '', [file('a.png', 1000), file('b.png', 3000), file('c.png', 2000)]);
    expect(names(index)).toEqual(['b.png', 'c.png', 'a.png']);
    expect(index.page({}, 1, 1)).toMatchObject([{ name: 'c.png', state: 'unread', instanceId: 'one', isFile: true }]);
    expect(index.total({})).toBe(3);
    const [b, c] = index.ids({}, 0, 2);
    expect(index.position({}, c ?? 0)).toBe(1);
    expect(index.position({ kinds: ['video'] }, b ?? 0)).toBeNull();
    expect(index.location(b ?? 0)).toMatchObject({ folder: '/out', subfolder: '', name: 'b.png', storage: 'output' });
  });

  it('joins the file that a job made with what was found on the disk, whichever comes first', () => {
    for (const order of ['job-first', 'file-first']) {
      const index = open();
      const folder = index.folderId({ path: '/out', instanceId: null });
      if (order === 'file-first') index.putFiles(folder, '', [file('a.png', 1000)]);
      index.putJobResults([result()]);
      if (order === 'job-first') index.putFiles(folder, '', [file('a.png', 1000)]);
      expect(index.total({})).toBe(1);
      const [item] = index.page({}, 0, 10);
      expect(item).toMatchObject({ jobId: jobId(1), instanceId: 'one', createdAt: 5000, title: 'a fox' });
      index.putFacts([{ id: item?.id ?? 0, file: fileFacts(), prompt: { ...noPromptFacts, title: 'from the file' } }]);
      expect(index.details(item?.id ?? 0)).toMatchObject({
        knownFrom: 'job',
        title: 'a fox',
        positive: 'a fox in snow',
        models: ['checkpoints/dream.safetensors'],
        width: 64,
        createdAt: 5000,
        path: join('/out', 'a.png'),
        workflow: { key: 'w1', kind: 'text-to-image', nodeCount: 7 },
      });
    }
  });

  it('filters by workflow, model, instance, kind, date and words of the prompt, together too', () => {
    const index = open();
    index.putJobResults([
      result(),
      result({
        jobId: jobId(2),
        name: 'b.mp4',
        kind: 'video',
        instanceId: 'two',
        createdAt: 9000,
        facts: {
          ...noPromptFacts,
          title: 'CROW over 狐狸',
          positive: 'a crow "over" 100% 狐狸',
          models: ['loras/x.safetensors'],
        },
      }),
    ]);
    expect(names(index, { workflowKey: 'w1' })).toEqual(['a.png']);
    expect(names(index, { model: 'loras/x.safetensors' })).toEqual(['b.mp4']);
    expect(names(index, { instanceId: 'two' })).toEqual(['b.mp4']);
    expect(names(index, { kinds: ['image', 'audio'] })).toEqual(['a.png']);
    expect(names(index, { since: 9000 })).toEqual(['b.mp4']);
    expect(names(index, { before: 9000 })).toEqual(['a.png']);
    expect(names(index, { text: 'FOX snow' })).toEqual(['a.png']);
    expect(names(index, { text: 'a.p' })).toEqual(['a.png']);
    expect(names(index, { text: '狐狸' })).toEqual(['b.mp4']);
    expect(names(index, { text: '"over" 0%' })).toEqual(['b.mp4']);
    expect(names(index, { text: 'fox crow' })).toEqual([]);
    expect(names(index, { text: 'fox', instanceId: 'two' })).toEqual([]);
    expect(index.total({ text: 'crow' })).toBe(1);
    expect(index.facets()).toEqual({
      workflows: [{ key: 'w1', kind: 'text-to-image', nodeCount: 7, count: 1, title: 'a fox' }],
      models: [
        { name: 'checkpoints/dream.safetensors', count: 1 },
        { name: 'loras/x.safetensors', count: 1 },
      ],
      instances: [
        { instanceId: 'one', count: 1 },
        { instanceId: 'two', count: 1 },
      ],
      kinds: [
        { kind: 'image', count: 1 },
        { kind: 'video', count: 1 },
      ],
    });
  });

  it('leaves out of what there is to filter by what is hidden', () => {
    const index = open();
    index.putJobResults([result(), result({ jobId: jobId(2), name: 'b.png', instanceId: 'two' })]);
    expect(index.facets().models).toEqual([{ name: 'checkpoints/dream.safetensors', count: 2 }]);
    const [id = 0, other = 0] = index.ids({}, 0, 2);
    index.hide([id]);
    expect(index.facets()).toMatchObject({
      models: [{ name: 'checkpoints/dream.safetensors', count: 1 }],
      workflows: [{ key: 'w1', count: 1 }],
      kinds: [{ kind: 'image', count: 1 }],
    });
    index.hide([other]);
    expect(index.facets()).toEqual({ workflows: [], models: [], instances: [], kinds: [] });
    index.show([id, other]);
    expect(index.facets().instances).toEqual([
      { instanceId: 'one', count: 1 },
      { instanceId: 'two', count: 1 },
    ]);
  });

  it('keeps a file without its job, and forgets what only the job had', () => {
    const index = open();
    index.putJobResults([
      result(),
      result({ index: 1, kind: 'text', storage: 'job', folder: null, name: '', text: 'a poem about snow' }),
    ]);
    expect(index.page({ kinds: ['text'] }, 0, 9)).toMatchObject([
      { text: 'a poem about snow', isFile: false, state: 'ready' },
    ]);
    expect(names(index, { text: 'poem' })).toHaveLength(1);
    index.forgetJob(jobId(1));
    expect(index.page({}, 0, 9)).toMatchObject([{ name: 'a.png', jobId: null, title: 'a fox' }]);
    expect(index.knowsJob(jobId(1))).toBe(false);
  });

  it('forgets files that are gone, hides what a job names, and shows it when it is there again', () => {
    const index = open();
    const folder = index.folderId({ path: '/out', instanceId: null });
    index.putFiles(folder, 'sub', [file('x.png', 1000)]);
    index.putFiles(folder, 'sub/deep', [file('y.png', 1000)]);
    index.putFiles(folder, 'subway', [file('z.png', 1000)]);
    index.putJobResults([result()]);
    expect(index.dropDirectory(folder, 'sub', 1)).toBe(false);
    expect(names(index)).toEqual(['a.png', 'z.png', 'y.png']);
    expect(index.dropDirectory(folder, 'sub', 9)).toBe(true);
    expect(names(index)).toEqual(['a.png', 'z.png']);
    const [id = 0] = index.ids({}, 0, 1);
    index.drop([id]);
    expect(names(index)).toEqual(['z.png']);
    expect(index.item(id)).toBeNull();
    index.putJobResults([result()]);
    expect(names(index)).toEqual(['z.png']);
    index.putFiles(folder, '', [file('a.png', 1000)]);
    expect(index.item(id)).toMatchObject({ name: 'a.png', state: 'unread', title: 'a fox' });
  });

  it('looks into a file again when it is another one', () => {
    const index = open();
    const folder = index.folderId({ path: '/out', instanceId: null });
    index.putFiles(folder, '', [file('a.png', 1000)]);
    const [item] = index.page({}, 0, 1);
    const id = item?.id ?? 0;
    index.putFacts([{ id, file: fileFacts({ modifiedAtMs: 1000.25 }), prompt: null }]);
    index.putFiles(folder, '', [file('a.png', 1000.25)]);
    expect(index.unreadCount()).toBe(0);
    expect(index.item(id)?.createdAt).toBe(1000);
    index.putFiles(folder, '', [file('a.png', 2000)]);
    expect(index.unread(9)).toMatchObject([{ id, name: 'a.png' }]);
    expect(index.item(id)?.version).not.toBe(item?.version);
  });

  it('is there again after an end, and made anew when the file is damaged or of another program', () => {
    const path = temporaryPath();
    const first = open(path);
    first.putFiles(first.folderId({ path: '/out', instanceId: null }), '', [file('a.png', 1000)]);
    first.setNote('x', 'y');
    first.close();
    const second = open(path);
    expect([names(second), second.note('x'), second.note('z')]).toEqual([['a.png'], 'y', null]);
    second.close();
    writeFileSync(path, 'this is no database, and long enough to be taken for one'.repeat(100));
    const third = open(path);
    expect(names(third)).toEqual([]);
    expect(warnings).toContain('The index of the gallery is made anew');
    third.close();
  });

  it('is looked through after the machine ended with it, and not when only the studio did', () => {
    const leave = (): string => {
      const path = temporaryPath();
      const index = open(path);
      const folder = index.folderId({ path: '/out', instanceId: null });
      const found = Array.from({ length: 2000 }, (_, at) => file(`${at}.png`, at));
      index.putFiles(folder, '', found);
      index.close();
      // As it is while a studio is at work, with a page that never reached the disk.
      const database = new DatabaseSync(path);
      database.exec("UPDATE notes SET value = '1790000000000' WHERE name = 'open'");
      const page = database.prepare("SELECT rootpage FROM sqlite_master WHERE name = 'items_of_folder'").get();
      database.close();
      const bytes = readFileSync(path);
      bytes.fill(0, (Number(page?.['rootpage']) - 1) * 4096, Number(page?.['rootpage']) * 4096);
      writeFileSync(path, bytes);
      return path;
    };
    const sameRun = open(leave(), 1_790_000_004_000);
    expect(sameRun.total({})).toBe(2000);
    sameRun.close();
    const nextRun = open(leave(), 1_790_000_500_000);
    expect(nextRun.total({})).toBe(0);
    nextRun.close();
  });
});
