import { once } from 'node:events';
import { mkdir, readdir, readlink, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import recordings from '#sandbox/conformance/fixtures/view.json' with { type: 'json' };
import { type FilesWorld, openFilesWorld } from './gateway-files.fixture.ts';

let world: FilesWorld;

const sandbox = (index: number) => {
  const found = world.sandboxes[index];
  if (found === undefined) throw new Error('no such instance');
  return found;
};

const view = async (query: Readonly<Record<string, string>> | string, init: RequestInit = {}, base = world.address) => {
  const text = typeof query === 'string' ? query : `/view?${new URLSearchParams(query).toString()}`;
  const answer = await fetch(`${base}${text}`, init);
  return { status: answer.status, headers: answer.headers, bytes: Buffer.from(await answer.arrayBuffer()) };
};

const save = async (index: number, name: string, content: string | Uint8Array): Promise<void> => {
  const file = path.join(sandbox(index).folder, 'output', name);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, content);
};

const stop = async (index: number): Promise<void> => {
  const { process } = sandbox(index);
  process.kill('SIGKILL');
  await once(process, 'exit');
  world.fleet.change(String.fromCodePoint(97 + index), { status: 'stopped', health: null, readyAt: null });
};

const graph = (width: number, prefix = 'same') => ({
  '1': { class_type: 'EmptyImage', inputs: { width, height: 16, batch_size: 1, color: 0 } },
  '3': { class_type: 'SaveImage', inputs: { images: ['1', 0], filename_prefix: prefix } },
});

/** Runs a graph and answers the one picture that it made, as the history tells of it. */
const run = async (prompt: unknown): Promise<Record<string, string>> => {
  const submitted = await fetch(`${world.address}/prompt`, { method: 'POST', body: JSON.stringify({ prompt }) });
  const { prompt_id: id } = JSON.parse(await submitted.text());
  const entry = async () => JSON.parse(await (await fetch(`${world.address}/history/${id}`)).text())[id];
  await expect.poll(entry, { timeout: 20_000, interval: 20 }).toBeDefined();
  const { status, outputs } = await entry();
  expect(status).toMatchObject({ status_str: 'success' });
  return outputs['3'].images[0];
};

const formWith = (name: string): FormData => {
  const form = new FormData();
  form.append('image', new Blob(['content']), name);
  return form;
};

const widthOf = (png: Buffer): number => png.readUInt32BE(16);

describe('what a real server answered', () => {
  beforeAll(async () => {
    world = await openFilesWorld({ instances: 1 });
    const { folder } = sandbox(0);
    const picture = await sharp({
      create: { width: 8, height: 8, channels: 4, background: { r: 9, g: 9, b: 9, alpha: 0.5 } },
    })
      .png()
      .toBuffer();
    for (const place of ['input/a.png', 'output/a.png', 'temp/sub/dir/a.png']) {
      await mkdir(path.dirname(path.join(folder, place)), { recursive: true });
      await writeFile(path.join(folder, place), picture);
    }
    await writeFile(path.join(folder, 'input/notes.txt'), 'hello');
  });
  afterAll(() => world.close());

  const headersOf = (entry: (typeof recordings)[number], etag: string): Record<string, string> => {
    if (entry.note === 'Range') return { range: 'bytes=0-9' };
    return entry.note === 'If-None-Match' ? { 'if-none-match': etag } : {};
  };

  it.each(['running', 'stopped'] as const)('is what the gateway answers for an instance that is %s', async (state) => {
    if (state === 'stopped') await stop(0);
    const { headers } = await view({ filename: 'a.png', type: 'input' });
    for (const entry of recordings) {
      const asked = headersOf(entry, headers.get('etag') ?? '');
      const answer = await view(entry.path, { method: entry.method, headers: asked });
      const name = `${entry.method} ${entry.path} ${entry.note ?? ''}`;
      // Its one 500 is a 400 with words here.
      expect(answer.status, name).toBe(entry.status === 500 ? 400 : entry.status);
      if (entry.status >= 400 && entry.status < 500) expect(answer.bytes.length, name).toBe(0);
      const told = Object.entries(entry.headers).filter(
        ([key]) => !/^(?:server|etag|last-modified|content-length)$/iu.test(key),
      );
      for (const [key, value] of told) {
        if (entry.status >= 400) continue;
        expect(answer.headers.get(key), `${name} ${key}`).toBe(
          value.replace(/\/100$/u, `/${headers.get('content-length')}`),
        );
      }
      for (const key of ['ETag', 'Last-Modified'])
        expect(answer.headers.has(key), `${name} ${key}`).toBe(key in entry.headers);
    }
  });
});

describe('a file', () => {
  beforeEach(async () => {
    world = await openFilesWorld({ instances: 2 });
  });
  afterEach(() => world.close());

  it('has the same validators on every way', async () => {
    await save(0, 'one.png', 'content');
    const [own, instance] = [
      await view({ filename: 'one.png' }),
      await view({ filename: 'one.png' }, {}, sandbox(0).endpoint.baseUrl),
    ];
    for (const key of [
      'etag',
      'last-modified',
      'content-type',
      'content-length',
      'content-disposition',
      'accept-ranges',
    ])
      expect(own.headers.get(key), key).toBe(instance.headers.get(key));
    expect(own.headers.get('etag')).toMatch(/^"[0-9a-f]+-7"$/u);
  });

  it('of a name that two instances made is the one that its mark tells, and the latest without one', async () => {
    const files = await Promise.all([8, 16, 24, 32].map((width) => run(graph(width))));
    const pictures = await Promise.all(files.map((file) => view(file)));
    expect(pictures.map(({ bytes }) => widthOf(bytes))).toEqual([8, 16, 24, 32]);
    expect(new Set(files.map(({ filename }) => filename)).size).toBeLessThan(4);
    const plain = { filename: files[0]?.['filename'] ?? '' };
    const makers = world.jobs.records().filter(({ view: { outputs } }) => outputs[0]?.filename === plain.filename);
    const latest = makers.toSorted((a, b) => (a.view.startedAt ?? 0) - (b.view.startedAt ?? 0)).at(-1);
    const made = files.find(
      (file) => file['subfolder'] === `@${latest?.view.instanceId}` && file['filename'] === plain.filename,
    );
    expect((await view(plain)).bytes.equals((await view(made ?? {})).bytes)).toBe(true);
  });

  it('of a stopped instance comes from its folder, conversions included', async () => {
    const picture = await sharp({ create: { width: 30, height: 8, channels: 3, background: 'red' } })
      .png()
      .toBuffer();
    await save(1, 'sub/x.png', picture);
    const running = await view({ filename: 'x.png', subfolder: '@b/sub', preview: 'webp;50' });
    await stop(1);
    expect((await view({ filename: 'x.png', subfolder: '@b/sub' })).bytes.equals(picture)).toBe(true);
    expect(
      (await view({ filename: 'x.png', subfolder: 'sub' }, { headers: { range: 'bytes=1-3' } })).bytes.toString(),
    ).toBe('PNG');
    const stopped = await view({ filename: 'x.png', subfolder: '@b/sub', preview: 'webp;50' });
    for (const { status, headers, bytes } of [running, stopped]) {
      expect([status, headers.get('content-type'), headers.get('etag')]).toEqual([200, 'image/webp', null]);
      expect(await sharp(bytes).metadata()).toMatchObject({ format: 'webp', width: 30, height: 8 });
    }
    const alpha = await view({ filename: 'x.png', subfolder: '@b/sub', channel: 'a' });
    expect(await sharp(alpha.bytes).metadata()).toMatchObject({ format: 'png', channels: 4 });
  });

  it('of an instance that has died without anybody knowing comes all the same', async () => {
    const picture = await sharp({ create: { width: 30, height: 8, channels: 3, background: 'red' } })
      .png()
      .toBuffer();
    await save(0, 'x.png', picture);
    const { process } = sandbox(0);
    process.kill('SIGKILL');
    await once(process, 'exit');
    expect((await view({ filename: 'x.png', subfolder: '@a' })).status).toBe(200);
    expect((await view({ filename: 'x.png', subfolder: '@a', preview: 'jpeg' })).headers.get('content-type')).toBe(
      'image/jpeg',
    );
  });

  it('can be an input of a job on another instance, by its mark', async () => {
    const made = await run(graph(24));
    const maker = made['subfolder']?.slice(1) ?? '';
    world.fleet.change(maker, { status: 'stopped', health: null, readyAt: null });
    const value = `${made['subfolder']}/${made['filename']} [output]`;
    const loaded = await run({
      '1': { class_type: 'LoadImage', inputs: { image: value } },
      '3': { class_type: 'SaveImage', inputs: { images: ['1', 0], filename_prefix: 'again' } },
    });
    expect(loaded['subfolder']).not.toBe(made['subfolder']);
    expect(widthOf((await view(loaded)).bytes)).toBe(24);
    const joined = await view({ filename: `${made['subfolder']}/${made['filename']}` });
    expect(widthOf(joined.bytes)).toBe(24);
    const backwards = await view({ ...made, subfolder: `${made['subfolder']}\\` });
    expect(widthOf(backwards.bytes)).toBe(24);
  });

  it('without a mark can be an input wherever the job runs, and is what it was when the job came', async () => {
    const picture = (width: number): Promise<Buffer> =>
      sharp({ create: { width, height: 8, channels: 3, background: 'red' } })
        .png()
        .toBuffer();
    await save(0, 'own/x.png', await picture(10));
    world.fleet.change('a', { status: 'stopped', health: null, readyAt: null });
    const load = { '1': { class_type: 'LoadImage', inputs: { image: 'own/x.png [output]' } }, '3': graph(8)['3'] };
    const first = await run(load);
    await save(0, 'own/x.png', await picture(20));
    const second = await run(load);
    expect([widthOf((await view(first)).bytes), widthOf((await view(second)).bytes)]).toEqual([10, 20]);
  });

  it('stands in the lists of the folders, ready to be chosen', async () => {
    await save(0, 'one.png', 'x');
    await save(1, 'two.png', 'y');
    await save(1, 'sub/three.png', 'z');
    await fetch(`${world.address}/upload/image`, { method: 'POST', body: formWith('up.png') });
    const list = async (folder: string): Promise<unknown> =>
      JSON.parse(await (await fetch(`${world.address}/internal/files/${folder}`)).text());
    expect(await list('output')).toEqual(['@a/one.png [output]', '@b/two.png [output]']);
    expect(await list('input')).toContain('up.png [input]');
    expect((await fetch(`${world.address}/api/internal/files/input`)).status).toBe(404);
    expect(await list('nope')).toEqual({ error: 'Invalid directory type' });
    await stop(1);
    expect(await list('output')).toEqual(['@a/one.png [output]']);
    await stop(0);
    expect(await list('input')).toEqual(['up.png [input]']);
  });

  it('that was uploaded is, for a job that waits, what it was when the job came', async () => {
    const upload = async (width: number): Promise<unknown> => {
      const picture = await sharp({ create: { width, height: 8, channels: 3, background: 'red' } })
        .png()
        .toBuffer();
      const form = new FormData();
      form.append('image', new Blob([Buffer.from(picture)]), 'up.png');
      form.append('overwrite', 'true');
      const answer = await fetch(`${world.address}/upload/image`, { method: 'POST', body: form });
      return JSON.parse(await answer.text());
    };
    const load = { '1': { class_type: 'LoadImage', inputs: { image: 'up.png' } }, '3': graph(8)['3'] };
    for (const id of ['a', 'b']) world.fleet.change(id, { status: 'stopped', health: null, readyAt: null });
    await upload(10);
    const first = run(load);
    await expect.poll(() => world.jobs.remaining()).toBe(1);
    expect(await upload(20)).toEqual({ name: 'up.png', subfolder: '', type: 'input' });
    const second = run(load);
    await expect.poll(() => world.jobs.remaining()).toBe(2);
    for (const id of ['a', 'b']) world.fleet.change(id, { status: 'running', health: 'healthy', readyAt: 2 });
    const widths = [await first, await second].map(async (file) => widthOf((await view(file)).bytes));
    expect(await Promise.all(widths)).toEqual([10, 20]);
  });

  it('that is no result of anybody stays the words of a prompt', async () => {
    const before = world.shelf.list('output').length;
    const answer = await fetch(`${world.address}/prompt`, {
      method: 'POST',
      body: JSON.stringify({ prompt: { '1': { class_type: 'LoadImage', inputs: { image: '@a/none.png [output]' } } } }),
    });
    expect(answer.status).toBe(400);
    for (const prompt of [null, [], 'x', { '1': null }, { '1': { class_type: 5, inputs: [] } }])
      expect(
        (await fetch(`${world.address}/prompt`, { method: 'POST', body: JSON.stringify({ prompt }) })).status,
      ).toBe(400);
    expect(world.shelf.list('output')).toHaveLength(before);
  });

  it('that nobody is known to have made is the newest of its name', async () => {
    await save(0, 'x.txt', 'old');
    await save(1, 'x.txt', 'new');
    await utimes(path.join(sandbox(0).folder, 'output', 'x.txt'), 1, 1);
    expect((await view({ filename: 'x.txt' })).bytes.toString()).toBe('new');
    await utimes(path.join(sandbox(1).folder, 'output', 'x.txt'), 0, 0);
    expect((await view({ filename: 'x.txt' })).bytes.toString()).toBe('old');
  });

  it('of a remote instance comes from it, and 404 where it has none', async () => {
    world.fleet.change('b', { outputFolders: null });
    await save(1, 'x.txt', 'far away');
    expect((await view({ filename: 'x.txt' })).bytes.toString()).toBe('far away');
    expect((await view({ filename: 'x.txt', subfolder: '@b' }, { headers: { range: 'bytes=0-2' } })).status).toBe(206);
    expect((await view({ filename: 'gone.txt' })).status).toBe(404);
    expect((await view({ filename: 'x.txt', subfolder: '@unknown' })).status).toBe(404);
    world.fleet.change('b', { status: 'stopped' });
    expect((await view({ filename: 'x.txt', subfolder: '@b' })).status).toBeGreaterThanOrEqual(500);
  });

  it('of a remote instance keeps no connection that nobody reads', async () => {
    world.fleet.change('b', { outputFolders: null });
    await save(1, 'big.bin', Buffer.alloc(2 * 1024 ** 2));
    for (let round = 0; round < 40; round += 1) {
      const head = await view({ filename: 'big.bin' }, { method: 'HEAD' });
      expect([head.status, head.headers.get('content-length'), head.bytes.length]).toEqual([200, '2097152', 0]);
    }
    expect((await view({ filename: 'big.bin' })).bytes.length).toBe(2 * 1024 ** 2);
  });

  it('never is one outside of the folders', async () => {
    const secret = path.join(world.root, 'secret.png');
    await writeFile(secret, 'secret');
    const output = path.join(sandbox(0).folder, 'output');
    await mkdir(output, { recursive: true });
    await symlink(secret, path.join(output, 'link.png'));
    await symlink(world.root, path.join(output, 'up'));
    const climbs: readonly (readonly [Record<string, string>, number])[] = [
      [{ filename: '../secret.png' }, 400],
      [{ filename: '/etc/hostname' }, 400],
      [{ filename: 'x\0.png' }, 400],
      [{ filename: 'secret.png', subfolder: '..' }, 403],
      [{ filename: 'secret.png', subfolder: '/etc' }, 403],
      [{ filename: 'secret.png', subfolder: '..\\..' }, 403],
      [{ filename: 'secret.png', subfolder: '@a/../..' }, 403],
      [{ filename: 'secret.png', subfolder: '@a//etc' }, 403],
      [{ filename: 'link.png' }, 404],
      [{ filename: 'secret.png', subfolder: 'up' }, 404],
      [{ filename: 'secret.png', subfolder: '@a/up' }, 404],
      [{ filename: 'up' }, 404],
      [{ filename: 'a.png', type: 'bogus' }, 400],
    ];
    for (const [query, status] of climbs) {
      const answer = await view(query);
      expect([answer.status, answer.bytes.length], JSON.stringify(query)).toEqual([status, 0]);
    }
  });

  it('that a browser would run is a download', async () => {
    await save(0, 'page.html', '<script>');
    await save(0, 'drawing.svg', '<svg/>');
    await save(0, 'bild ü.png', 'x');
    expect(Object.fromEntries((await view({ filename: 'page.html' })).headers)).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-disposition': 'attachment; filename="page.html"',
      'cache-control': 'no-store',
    });
    const shown = await view({ filename: 'drawing.svg' }, { headers: { 'sec-fetch-dest': 'image' } });
    expect(shown.headers.get('content-type')).toBe('image/svg+xml');
    expect((await view({ filename: 'bild ü.png' })).status).toBe(200);
  });

  it('is found without a walk over all jobs', async () => {
    const file = await run(graph(8));
    await view(file);
    const walks = world.jobs.records;
    let count = 0;
    Object.assign(world.jobs, {
      records: () => {
        count += 1;
        return walks();
      },
    });
    for (let round = 0; round < 50; round += 1) expect((await view(file)).status).toBe(200);
    expect(count).toBe(0);
  });

  it('lets go of what nobody reads on', async () => {
    await save(0, 'big.bin', Buffer.alloc(20 * 1024 ** 2));
    const gone = new AbortController();
    const answer = await fetch(`${world.address}/view?filename=big.bin`, { signal: gone.signal });
    gone.abort();
    await expect(answer.arrayBuffer()).rejects.toThrow();
    const open = async (): Promise<number> => {
      const links = await Promise.all(
        (await readdir('/proc/self/fd').catch(() => [])).map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')),
      );
      return links.filter((link) => link.endsWith('big.bin')).length;
    };
    await expect.poll(open, { timeout: 5000 }).toBe(0);
  });

  it('of its own size comes whole', async () => {
    const content = Buffer.alloc(5 * 1024 ** 2 + 3, 'atelier');
    await save(0, 'big.bin', content);
    expect((await view({ filename: 'big.bin' })).bytes.equals(content)).toBe(true);
    await rm(path.join(sandbox(0).folder, 'output', 'big.bin'));
    expect((await view({ filename: 'big.bin' })).status).toBe(404);
    await save(0, 'empty.txt', '');
    const empty = await view({ filename: 'empty.txt' });
    expect([empty.status, empty.headers.get('content-length')]).toEqual([200, '0']);
    expect((await stat(path.join(sandbox(0).folder, 'output', 'empty.txt'))).size).toBe(0);
  });
});
