import { describe, expect, it } from 'vitest';
import { StudioError } from '#contract/errors.ts';
import { libraryLimits, type WorkflowContent } from '#contract/models/library.ts';
import type { WorkflowRecord, WorkflowStore } from '#core/ports/workflow-store.ts';
import { createWorkflowLibrary, type WorkflowLibrary } from './workflow-library.ts';

const content = (name: string, changes: Partial<WorkflowContent> = {}): WorkflowContent => ({
  name,
  tags: [],
  prompt: { '1': { class_type: 'CheckpointLoaderSimple', inputs: { ckpt_name: 'xl.safetensors' } } },
  editor: null,
  pinned: [],
  seeds: {},
  ...changes,
});

const memoryStore = (records: Map<string, WorkflowRecord>): WorkflowStore => ({
  loadAll: async () => ({ records: [...records.values()], notices: [] }),
  load: async (id) => records.get(id) ?? null,
  save: async (record) => void records.set(record.id, structuredClone(record)),
  purge: async (id) => void records.delete(id),
});

interface World {
  readonly library: WorkflowLibrary;
  readonly records: Map<string, WorkflowRecord>;
  readonly events: string[];
  now: number;
}

const openWorld = (records = new Map<string, WorkflowRecord>(), changes: Partial<WorkflowStore> = {}): World => {
  let ids = 0;
  const world = { now: 1000, records, events: [] as string[] };
  const library = createWorkflowLibrary({
    store: { ...memoryStore(records), ...changes },
    clock: { now: () => world.now },
    makeId: () => {
      ids += 1;
      return `w${ids + records.size}`;
    },
    logger: { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined },
    onNotice: () => undefined,
  });
  library.feed.listen((_revision, event) => world.events.push(event.type));
  library.open();
  return Object.assign(world, { library });
};

const everything = { search: '', tag: null, deleted: false };

const codeOf = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work;
  } catch (error) {
    if (error instanceof StudioError) return error.code;
    throw error;
  }
  return 'accepted';
};

const namesOf = async ({ library }: World, filter = {}): Promise<string[]> =>
  (await library.list({ ...everything, ...filter })).map(({ name }) => name);

describe('saving', () => {
  it('keeps a workflow with its values, and tells the windows', async () => {
    const world = openWorld();
    const saved = await world.library.save(null, null, content('Fox', { tags: ['a', 'A', 'b'] }));
    expect(saved).toMatchObject({
      revision: 1,
      name: 'Fox',
      tags: ['a', 'b'],
      nodeCount: 1,
      models: ['checkpoints/xl.safetensors'],
      createdAt: 1000,
    });
    expect(world.events).toEqual(['changed']);
    expect(world.library.feed.snapshot()).toEqual({ workflows: [saved] });
    expect(await openWorld(world.records).library.get(saved.id)).toEqual({
      workflow: saved,
      content: content('Fox', { tags: ['a', 'b'] }),
    });
  });

  it('refuses to overwrite what another window saved, and says what is there', async () => {
    const { library } = openWorld();
    const first = await library.save(null, null, content('Fox'));
    const [mine, theirs] = [content('Mine'), content('Theirs')];
    expect(await library.save(first.id, 1, theirs)).toMatchObject({ revision: 2, name: 'Theirs' });
    expect(await codeOf(library.save(first.id, 1, mine))).toBe('WORKFLOW_CHANGED');
    expect(await codeOf(library.change(first.id, 1, { name: 'Mine' }))).toBe('WORKFLOW_CHANGED');
    expect((await library.get(first.id)).content.name).toBe('Theirs');
  });

  it('takes one of two that are saved at the same moment', async () => {
    const { library } = openWorld();
    const { id } = await library.save(null, null, content('Fox'));
    const codes = await Promise.all([
      codeOf(library.save(id, 1, content('A'))),
      codeOf(library.save(id, 1, content('B'))),
    ]);
    expect(codes).toEqual(['accepted', 'WORKFLOW_CHANGED']);
  });

  it('gives new ones names that are free', async () => {
    const world = openWorld();
    for (const name of ['Fox', 'fox', 'Fox (2)']) await world.library.save(null, null, content(name));
    await world.library.duplicate((await world.library.list({ ...everything, search: 'fox' }))[0]?.id ?? '');
    expect((await namesOf(world)).toSorted()).toEqual(['Fox', 'Fox (3)', 'Fox (4)', 'fox (2)'].toSorted());
  });

  it('changes nothing when the disk refuses', async () => {
    const failing = new StudioError('STORE_WRITE_FAILED');
    const world = openWorld(new Map(), { save: () => Promise.reject(failing) });
    expect(await codeOf(world.library.save(null, null, content('Fox')))).toBe('STORE_WRITE_FAILED');
    expect(await namesOf(world)).toEqual([]);
    expect(world.events).toEqual([]);
  });

  it('has an end', async () => {
    const full = new Map(
      Array.from({ length: libraryLimits.workflows }, (_, index): [string, WorkflowRecord] => [
        `r${index}`,
        {
          id: `r${index}`,
          revision: 1,
          content: content(`n${index}`),
          picture: null,
          createdAt: 0,
          changedAt: 0,
          lastRunAt: null,
          deletedAt: null,
        },
      ]),
    );
    const { library } = openWorld(full);
    expect(await codeOf(library.save(null, null, content('One more')))).toBe('WORKFLOW_LIBRARY_FULL');
  });
});

describe('finding', () => {
  it('looks at names, tags and models, the latest changed first', async () => {
    const world = openWorld();
    for (const [name, tag] of [
      ['Red fox', 'animals'],
      ['Clock', 'brass'],
      ['Arctic fox', 'snow'],
    ] as const) {
      world.now += 1000;
      await world.library.save(null, null, content(name, { tags: [tag] }));
    }
    expect(await namesOf(world)).toEqual(['Arctic fox', 'Clock', 'Red fox']);
    expect(await namesOf(world, { search: 'FOX xl' })).toEqual(['Arctic fox', 'Red fox']);
    expect(await namesOf(world, { tag: 'brass' })).toEqual(['Clock']);
    expect(await namesOf(world, { search: 'snow clock' })).toEqual([]);
  });
});

describe('deleting', () => {
  it('can be taken back, with everything', async () => {
    const world = openWorld();
    const saved = await world.library.save(null, null, content('Fox'));
    await world.library.setPicture(saved.id, { contentType: 'image/webp', base64: 'AA==', isChosen: true });
    expect(await world.library.remove([saved.id, 'unknown'])).toBe(1);
    expect(await codeOf(world.library.get(saved.id))).toBe('WORKFLOW_NOT_FOUND');
    expect(await namesOf(world, { deleted: true })).toEqual(['Fox']);
    expect(await world.library.restore([saved.id])).toBe(1);
    expect(await namesOf(world)).toEqual(['Fox']);
    expect((await world.library.picture(saved.id)).base64).toBe('AA==');
    expect(world.events).toEqual(['changed', 'changed', 'removed', 'changed']);
  });

  it('is for good after 30 days', async () => {
    const world = openWorld();
    const { id } = await world.library.save(null, null, content('Fox'));
    await world.library.remove([id]);
    world.now += (libraryLimits.deletedDays + 1) * 86_400_000;
    await world.library.remove([]);
    expect(world.records.size).toBe(0);
    expect(await codeOf(world.library.restore([id]))).toBe('WORKFLOW_NOT_FOUND');
  });
});

describe('pictures and runs', () => {
  it('change no revision, so that nobody is told of another content', async () => {
    const world = openWorld();
    const { id } = await world.library.save(null, null, content('Fox'));
    world.now = 5000;
    await world.library.noteRun(id);
    const shown = await world.library.setPicture(id, { contentType: 'image/webp', base64: 'AA==', isChosen: false });
    expect(shown).toMatchObject({ revision: 1, picture: 1, pictureChosen: false, lastRunAt: 5000 });
    expect(await world.library.setPicture(id, null)).toMatchObject({ picture: null });
  });
});
