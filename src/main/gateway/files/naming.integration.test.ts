import { afterAll, beforeAll, expect, it } from 'vitest';
import { type FilesWorld, openFilesWorld } from './gateway-files.fixture.ts';

let world: FilesWorld;

beforeAll(async () => {
  world = await openFilesWorld({ instances: 1 });
});
afterAll(() => world.close());

/** Numbers that are the same in every run (mulberry32). */
const createRandom = (seed: number): (() => number) => {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};

const names = ['a.png', 'a (1).png', '.png', 'a', 'a.tar.gz', 'ü.png', 'two words.webp', 'a%2Fb.png', '(1).png'];
const subfolders = ['', 'sub', 'sub/dir', './sub', 'sub/../other', '../x', '/etc', 'sub/./dir'];
const types = ['input', 'input', 'input', 'temp', 'output'];

it('names, numbers and refuses uploads as one ComfyUI does, whatever comes in whatever order', async () => {
  const random = createRandom(4);
  const pick = <Item>(items: readonly Item[]): Item => {
    const item = items[Math.floor(random() * items.length)];
    if (item === undefined) throw new Error('nothing to pick');
    return item;
  };
  const instance = world.sandboxes[0]?.endpoint.baseUrl ?? '';
  for (let round = 0; round < 300; round += 1) {
    const [name, subfolder, type] = [pick(names), pick(subfolders), pick(types)];
    const fields = { subfolder, type, ...(random() < 0.2 ? { overwrite: pick(['true', '1', 'false']) } : {}) };
    const content = `content ${Math.floor(random() * 5)}`;
    const upload = async (base: string): Promise<unknown> => {
      const form = new FormData();
      form.append('image', new Blob([content]), name);
      for (const [field, value] of Object.entries(fields)) form.append(field, value);
      const answer = await fetch(`${base}/upload/image`, { method: 'POST', body: form });
      const text = await answer.text();
      return { status: answer.status, body: answer.status === 200 ? JSON.parse(text) : text };
    };
    const [own, real] = [await upload(world.address), await upload(instance)];
    expect(own, JSON.stringify({ round, name, content, ...fields })).toEqual(real);
  }
});
