import { beforeEach, describe, expect, it } from 'vitest';
import type { Prompt } from '#contract/models/workflow.ts';
import { createManualClock, type ManualClock } from '#core/jobs/manual-clock.fixture.ts';
import type { InputStore } from '#core/ports/input-store.ts';
import { createImageBuffer, type ImageBuffer } from './image-buffer.ts';

/** Knows which uploads are held, as the store on disk does. */
const createFakeStore = (): InputStore & { readonly held: () => readonly string[] } => {
  const held = new Map<string, number>();
  let count = 0;
  return {
    put: async (body) => {
      let sizeBytes = 0;
      for await (const chunk of body) sizeBytes += chunk.byteLength;
      count += 1;
      return { uploadId: `upload-${count}`, sizeBytes };
    },
    has: () => true,
    holders: (uploadId) => held.get(uploadId) ?? 0,
    hold: (uploadId) => {
      held.set(uploadId, (held.get(uploadId) ?? 0) + 1);
      return () => held.delete(uploadId);
    },
    dismiss: () => undefined,
    open: () => Promise.reject(new Error('not asked for')),
    close: () => Promise.resolve(),
    held: () => [...held.keys()],
  };
};

async function* bytes(count: number): AsyncGenerator<Uint8Array> {
  yield new Uint8Array(count);
}

const graph = (...inputs: readonly Record<string, unknown>[]): Prompt =>
  Object.fromEntries(inputs.map((one, index) => [String(index), { class_type: 'ETN_LoadImageCache', inputs: one }]));

let clock: ManualClock;
let store: ReturnType<typeof createFakeStore>;
let buffer: ImageBuffer;

beforeEach(() => {
  clock = createManualClock();
  store = createFakeStore();
  buffer = createImageBuffer({ inputs: store, clock }, { keepMs: 600_000, maxImages: 3, maxBytes: 100 });
});

const put = (id: string, size = 10): Promise<void> => buffer.put(id, bytes(size), { contentType: 'image/png' });
const named = (...ids: readonly string[]): readonly string[] =>
  buffer.inputsFor(graph(...ids.map((id) => ({ id })))).map(({ uploadId }) => uploadId);

describe('images that a client put', () => {
  it('are inputs of a graph that names them, each once, whatever the node calls its input', async () => {
    await put('a');
    await put('b');
    expect(buffer.inputsFor(graph({ id: 'b' }, { image_id: 'a', other: ['1', 0], seed: 5 }, { id: 'b' }))).toEqual([
      { name: 'b', uploadId: 'upload-2', kind: 'image-cache', subfolder: '', type: '' },
      { name: 'a', uploadId: 'upload-1', kind: 'image-cache', subfolder: '', type: '' },
    ]);
    expect(buffer.inputsFor(graph({ text: 'a picture of b' }))).toEqual([]);
  });

  it('are replaced by a later one of the same id, which lets go of the first', async () => {
    await put('a');
    await put('a');
    expect(named('a')).toEqual(['upload-2']);
    expect(store.held()).toEqual(['upload-2']);
  });

  it('go when they were not used for long, while those in use stay', async () => {
    await put('a');
    await put('b');
    await clock.advance(400_000);
    named('a');
    await clock.advance(300_000);
    expect(named('a', 'b')).toEqual(['upload-1']);
    expect(store.held()).toEqual(['upload-1']);
  });

  it('make room for newer ones by number and by size, least recently used first', async () => {
    for (const id of ['a', 'b', 'c']) await put(id);
    buffer.find('a');
    await put('d');
    expect(named('a', 'b', 'c', 'd')).toEqual(['upload-1', 'upload-3', 'upload-4']);
    await put('large', 1000);
    expect(named('a', 'b', 'c', 'd', 'large')).toEqual(['upload-5']);
    expect(store.held()).toEqual(['upload-5']);
  });

  it.each(['', '../a', 'a/b', 'a b', 'x'.repeat(201)])(
    'are refused under an id that no graph can name: %j',
    async (id) => {
      await expect(put(id)).rejects.toMatchObject({ code: 'INPUT_INVALID' });
      expect(store.held()).toEqual([]);
    },
  );

  it('are let go of at the end', async () => {
    await put('a');
    buffer.close();
    expect(store.held()).toEqual([]);
    await put('b');
    expect(store.held()).toEqual([]);
  });
});
