import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createManualClock, type ManualClock } from '#core/jobs/manual-clock.fixture.ts';
import type { InputStore } from '#core/ports/input-store.ts';
import type { UploadNames } from '#core/ports/upload-names.ts';
import { createInputStore } from '#main/platform/comfy/input-store.ts';
import { openUploadNames } from '#main/platform/comfy/input-store-names.ts';
import { createUploadShelf, type UploadShelf } from './upload-shelf.ts';

const logger = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const day = 86_400_000;

let root: string;
let clock: ManualClock;
let inputs: InputStore;
let names: UploadNames;
let shelf: UploadShelf;

const limits = { keepMs: 30 * day, maxBytes: 1000, maxNames: 20 };

const open = async (): Promise<void> => {
  inputs = await createInputStore({ folder: path.join(root, 'uploads'), clock, logger, keepMs: 60_000 });
  names = await openUploadNames({ file: path.join(root, 'names.jsonl'), logger });
  shelf = createUploadShelf({ inputs, names, clock, logger }, limits);
};

const close = async (): Promise<void> => {
  shelf.close();
  await names.close();
  await inputs.close();
};

beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'atelier-shelf-'));
  clock = createManualClock();
  await open();
});

afterEach(async () => {
  await close();
  await rm(root, { recursive: true, force: true });
});

const store = (text: string) =>
  inputs.put(
    (async function* body() {
      yield Buffer.from(text);
    })(),
    { contentType: 'image/png' },
  );

const put = async (
  text: string,
  fileName: string,
  { subfolder = '', overwrite = false, folder = 'input' as const } = {},
): Promise<string> => {
  const answer = await shelf.put({ ...(await store(text)), folder, subfolder, fileName, overwrite });
  return `${answer.type}/${answer.subfolder}/${answer.name}`;
};

const read = async (name: string, subfolder = ''): Promise<string | null> => {
  const found = shelf.find({ name, subfolder, type: 'input' });
  if (found === null) return null;
  const { body } = await shelf.open(found);
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
};

describe('names', () => {
  it('give way to each other as in ComfyUI', async () => {
    expect(await put('one', 'a.png')).toBe('input//a.png');
    expect(await put('one', 'a.png')).toBe('input//a.png');
    expect(await put('two', 'a.png')).toBe('input//a (1).png');
    expect(await put('three', 'a.png')).toBe('input//a (2).png');
    expect(await put('two', 'a.png')).toBe('input//a (1).png');
    expect(await put('four', 'a.png', { overwrite: true })).toBe('input//a.png');
    expect(await put('one', 'a.png', { subfolder: 'sub/dir' })).toBe('input/sub/dir/a.png');
    expect([await read('a.png'), await read('a (1).png'), await read('a.png', 'sub/dir')]).toEqual([
      'four',
      'two',
      'one',
    ]);
    expect(await read('dir/a.png', 'sub')).toBe('one');
    expect(shelf.list('input').map(({ path: one }) => one)).toHaveLength(4);
    expect(shelf.list('output')).toEqual([]);
  });

  it('of one moment never meet', async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, (_, index) => put(`text ${index}`, 'a.png')));
    expect(new Set(answers).size).toBe(10);
    const texts = await Promise.all(shelf.list('input').map((entry) => read(entry.path)));
    expect(new Set(texts).size).toBe(10);
  });

  it.each([
    ['../a.png', ''],
    ['a.png', '..'],
    ['a.png', '../../x'],
    ['a.png', '/etc'],
    ['a.png', '..\\x'],
    ['/etc/a.png', ''],
    ['..', ''],
    ['.', ''],
    ['', ''],
    ['a\0.png', ''],
    [`${'x'.repeat(300)}.png`, ''],
  ])('that lead out of the folder are refused: %j in %j', async (name, subfolder) => {
    await expect(put('x', name, { subfolder })).rejects.toMatchObject({ code: 'INPUT_PATH_OUTSIDE' });
    expect(shelf.list('input')).toEqual([]);
  });

  it('that no Windows can store are changed to such that it can', async () => {
    expect(await put('x', 'a:b?.png')).toBe('input//a_b_.png');
    expect(await put('x', 'con.png')).toBe('input//_con.png');
    expect(await put('x', 'end. ')).toBe('input//end__');
    expect(await put('x', '..%2F..%2Fevil.png')).toBe('input//..%2F..%2Fevil.png');
    expect(await read('a_b_.png')).toBe('x');
  });

  it('are there after a restart, with what changed last', async () => {
    await put('one', 'a.png');
    await put('two', 'a.png', { overwrite: true });
    await put('three', 'b.png', { subfolder: 'clipspace' });
    await close();
    await open();
    expect([await read('a.png'), await read('b.png', 'clipspace')]).toEqual(['two', 'three']);
    await clock.advance(3_600_000);
    expect([await read('a.png'), await read('b.png', 'clipspace')]).toEqual(['two', 'three']);
    await expect.poll(async () => (await readdir(path.join(root, 'uploads'))).length).toBe(2);
  });

  it('survive a kill in the middle of a write, and of a put', async () => {
    await put('one', 'a.png');
    await close();
    const file = path.join(root, 'names.jsonl');
    await writeFile(file, `${await readFile(file, 'utf8')}{"kind":"set","entry":{"folder":"inp`);
    await writeFile(path.join(root, 'uploads', `${crypto.randomUUID()}.part`), 'half');
    await open();
    expect(shelf.list('input').map(({ path: one }) => one)).toEqual(['a.png']);
    expect(await readdir(path.join(root, 'uploads'))).toHaveLength(1);
    expect(await put('two', 'a.png')).toBe('input//a (1).png');
    await close();
    await open();
    expect(await read('a (1).png')).toBe('two');
  });

  it('without their content are none', async () => {
    await put('one', 'a.png');
    await close();
    await rm(path.join(root, 'uploads'), { recursive: true });
    await open();
    expect(shelf.list('input')).toEqual([]);
    expect(await put('two', 'a.png')).toBe('input//a.png');
  });

  it('that are taken away are gone, after a restart as well', async () => {
    await put('one', 'a.png', { subfolder: 'assets' });
    await put('one', 'a.png');
    let told = 0;
    shelf.onChange(() => {
      told += 1;
    });
    shelf.remove(({ path: one }) => one.startsWith('assets/'));
    shelf.remove(() => false);
    expect(told).toBe(1);
    await close();
    await open();
    expect([await read('a.png'), await read('a.png', 'assets')]).toEqual(['one', null]);
  });

  it('are not given where they cannot be written', async () => {
    await put('one', 'a.png');
    await names.close();
    await expect(put('two', 'a.png', { overwrite: true })).rejects.toMatchObject({ code: 'STORE_WRITE_FAILED' });
    await expect(put('two', 'b.png')).rejects.toMatchObject({ code: 'STORE_WRITE_FAILED' });
    expect([await read('a.png'), await read('b.png')]).toEqual(['one', null]);
    names = await openUploadNames({ file: path.join(root, 'names.jsonl'), logger });
  });
});

describe('what nobody uses', () => {
  it('goes after its time, and what a job holds does not', async () => {
    await put('one', 'a.png');
    await put('two', 'b.png');
    const held = shelf.find({ name: 'b.png', subfolder: '', type: 'input' });
    const release = inputs.hold(held?.uploadId ?? '');
    await clock.advance(31 * day);
    expect([await read('a.png'), await read('b.png')]).toEqual([null, 'two']);
    release();
    await clock.advance(31 * day);
    expect(await read('b.png')).toBeNull();
    await expect.poll(() => readdir(path.join(root, 'uploads'))).toEqual([]);
  });

  it('goes although others than jobs hold it', async () => {
    await put('one', 'a.png');
    const { uploadId = '' } = shelf.find({ name: 'a.png', subfolder: '', type: 'input' }) ?? {};
    inputs.hold(uploadId, 'book');
    await clock.advance(31 * day);
    expect([await read('a.png'), inputs.has(uploadId)]).toEqual([null, true]);
  });

  it('is kept by its use, over a restart as well', async () => {
    await put('one', 'a.png');
    await clock.advance(20 * day);
    const prompt = { '1': { class_type: 'LoadImage', inputs: { image: 'a.png' } } };
    expect(shelf.inputsFor(prompt)).toHaveLength(1);
    await close();
    await open();
    await clock.advance(20 * day);
    expect(await read('a.png')).toBe('one');
  });

  it('goes beyond the size, the oldest first', async () => {
    await put('x'.repeat(600), 'a.png');
    await clock.advance(1000);
    await put('y'.repeat(300), 'b.png');
    await put('y'.repeat(300), 'same.png');
    await clock.advance(1000);
    await put('z'.repeat(400), 'c.png');
    await clock.advance(3_600_000);
    expect(shelf.list('input').map(({ path: one }) => one)).toEqual(['c.png', 'b.png', 'same.png']);
  });

  it('goes at once beyond the number of names', async () => {
    for (let index = 0; index < 25; index += 1) await put(String(index), `${index}.png`);
    expect(shelf.list('input')).toHaveLength(20);
    expect(await read('24.png')).toBe('24');
  });
});

describe('the inputs of a graph', () => {
  const node = (required: Record<string, unknown>) => ({ input: { required } });
  const upload = node({ image: [['x.png'], { image_upload: true }] });

  it('are the files that it names, each once', async () => {
    await put('one', 'a.png');
    await put('two', 'm.png', { subfolder: 'clipspace' });
    const prompt = {
      '1': { class_type: 'LoadImage', inputs: { image: 'a.png' } },
      '2': { class_type: 'LoadImage', inputs: { image: 'a.png [input]' } },
      '3': { class_type: 'LoadImageMask', inputs: { image: 'clipspace/m.png [input]', channel: 'alpha' } },
      '4': { class_type: 'LoadImage', inputs: { image: 'a.png [output]' } },
      '5': { class_type: 'LoadImage', inputs: { image: ['1', 0] } },
    };
    const inputsFor = shelf.inputsFor(prompt, (classType) => (classType === 'LoadImage' ? upload : null));
    expect(inputsFor.map(({ name, subfolder, type, kind }) => [name, subfolder, type, kind])).toEqual([
      ['a.png', '', 'input', 'input'],
      ['m.png', 'clipspace', 'input', 'input'],
    ]);
    expect(inputsFor.every(({ uploadId }) => inputs.has(uploadId))).toBe(true);
  });

  it('are no words of a prompt', async () => {
    await put('one', 'fox');
    const prompt = { '1': { class_type: 'CLIPTextEncode', inputs: { text: 'fox' } } };
    expect(shelf.inputsFor(prompt, () => node({ text: ['STRING', { multiline: true }] }))).toEqual([]);
  });

  it('stay what they were when a name gets another content', async () => {
    await put('one', 'a.png');
    const prompt = { '1': { class_type: 'LoadImage', inputs: { image: 'a.png' } } };
    const [before] = shelf.inputsFor(prompt);
    const release = inputs.hold(before?.uploadId ?? '');
    await put('two', 'a.png', { overwrite: true });
    await clock.advance(2 * day);
    expect(inputs.has(before?.uploadId ?? '')).toBe(true);
    expect(shelf.inputsFor(prompt)[0]?.uploadId).not.toBe(before?.uploadId);
    release();
  });
});
