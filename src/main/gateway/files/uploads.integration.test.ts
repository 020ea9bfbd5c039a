import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { request } from 'node:http';
import { connect } from 'node:net';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import recordings from '#sandbox/conformance/fixtures/upload.json' with { type: 'json' };
import { type FilesWorld, openFilesWorld } from './gateway-files.fixture.ts';

let world: FilesWorld;

const form = (
  fields: Readonly<Record<string, string>>,
  file?: readonly [name: string, content: Uint8Array],
): FormData => {
  const body = new FormData();
  if (file !== undefined) body.append('image', new Blob([Buffer.from(file[1])]), file[0]);
  for (const [name, value] of Object.entries(fields)) body.append(name, value);
  return body;
};

const post = async (
  fields: Readonly<Record<string, string>>,
  file?: readonly [name: string, content: Uint8Array],
  target = '/upload/image',
) => {
  const answer = await fetch(`${world.address}${target}`, { method: 'POST', body: form(fields, file) });
  const text = await answer.text();
  return { status: answer.status, text, body: text.startsWith('{') ? JSON.parse(text) : null };
};

const view = async (file: Readonly<Record<string, string>>, headers: Record<string, string> = {}) => {
  const answer = await fetch(`${world.address}/view?${new URLSearchParams(file).toString()}`, { headers });
  return { status: answer.status, headers: answer.headers, bytes: Buffer.from(await answer.arrayBuffer()) };
};

const leftovers = async (): Promise<readonly string[]> =>
  (await readdir(path.join(world.root, 'uploads'))).filter((name) => name.endsWith('.part'));

/** Bytes on a socket, as a client that goes wrong would send them. */
const sendRaw = async (text: string, then: 'wait' | 'leave'): Promise<string> => {
  const { hostname, port } = new URL(world.address);
  const socket = connect(Number(port), hostname);
  let heard = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    heard += chunk;
  });
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  socket.write(text);
  if (then === 'wait') await expect.poll(() => heard, { timeout: 10_000 }).toContain('\r\n\r\n');
  else await new Promise((resolve) => setImmediate(resolve));
  socket.destroy();
  await once(socket, 'close');
  return heard;
};

const part = (name: string, extra: string, content: string): string =>
  `--b\r\nContent-Disposition: form-data; name="${name}"${extra}\r\n\r\n${content}`;

const raw = (body: string, length = body.length): string =>
  `POST /upload/image HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: ${length}\r\n\r\n${body}`;

describe('uploads', () => {
  beforeEach(async () => {
    world = await openFilesWorld({ instances: 0 });
  });
  afterEach(() => world.close());

  it('are answered as a real server answered them', async () => {
    const first = Buffer.from('first content');
    const contents: Readonly<Record<string, Buffer>> = {
      'different bytes, same name': Buffer.from('second'),
      'overwrite=true': Buffer.from('second'),
    };
    // ComfyUI's 500s are 400s with words here; the body over its limit has a test of its own.
    for (const entry of recordings.filter(({ path: target }) => target === '/upload/image')) {
      const { note, fields, filename, status } = entry;
      if (status === 413) continue;
      const given = Object.fromEntries(Object.entries(fields ?? {}));
      const sent = (filename ?? '').replaceAll('/', '%2F');
      const isFile = note !== 'no image field';
      const answer = await post(given, isFile ? [sent, contents[note ?? ''] ?? first] : undefined);
      expect(answer.status, note).toBe(status === 500 ? 400 : status);
      if (status === 200) expect(answer.body, note).toEqual('json' in entry ? entry.json : null);
      if (status === 400) expect(answer.text, note).toBe('');
      if (status === 500) expect(answer.body, note).toMatchObject({ error: {}, node_errors: {} });
    }
    expect(await leftovers()).toEqual([]);
  });

  it('work under /api and with the fields behind the file', async () => {
    expect((await post({ subfolder: 'clipspace' }, ['a.png', Buffer.from('x')], '/api/upload/image')).body).toEqual({
      name: 'a.png',
      subfolder: 'clipspace',
      type: 'input',
    });
    expect((await view({ filename: 'a.png', subfolder: 'clipspace', type: 'input' })).bytes.toString()).toBe('x');
    expect((await fetch(`${world.address}/upload/image`, { method: 'PUT' })).status).toBe(405);
  });

  it('are seen as ComfyUI shows its files, in parts and under conditions', async () => {
    await post({}, ['a.png', Buffer.from('0123456789')]);
    const whole = await view({ filename: 'a.png', type: 'input' });
    expect(Object.fromEntries(whole.headers)).toMatchObject({
      'content-type': 'image/png',
      'content-length': '10',
      'content-disposition': 'filename="a.png"',
      'accept-ranges': 'bytes',
      'x-content-type-options': 'nosniff',
    });
    const etag = whole.headers.get('etag') ?? '';
    const range = await view({ filename: 'a.png', type: 'input' }, { range: 'bytes=2-4', 'if-range': etag });
    expect([range.status, range.bytes.toString()]).toEqual([206, '234']);
    expect((await view({ filename: 'a.png [input]' }, { 'if-none-match': etag })).status).toBe(304);
    await post({ overwrite: 'true' }, ['a.png', Buffer.from('abc')]);
    const changed = await view({ filename: 'a.png', type: 'input' }, { range: 'bytes=1-1', 'if-range': etag });
    expect([changed.status, changed.bytes.toString()]).toEqual([200, 'abc']);
    expect((await view({ filename: 'gone.png', type: 'input' })).status).toBe(404);
  });

  it('survive a restart', async () => {
    await post({}, ['a.png', Buffer.from('x')]);
    await world.restart();
    expect((await view({ filename: 'a.png', type: 'input' })).bytes.toString()).toBe('x');
    expect((await post({}, ['a.png', Buffer.from('y')])).body.name).toBe('a (1).png');
  });

  it.each([
    ['cut off in the file', part('image', '; filename="a.png"', 'half of it')],
    ['cut off in a header', '--b\r\nContent-Disposition: form-da'],
    ['without any part', 'nothing at all'],
    ['empty', ''],
    ['with a file that is a text', `${part('image', '', 'text')}\r\n--b--\r\n`],
    ['with a file that has no name', `${part('image', '; filename=""', 'x')}\r\n--b--\r\n`],
    ['with too many parts', `${Array.from({ length: 200 }, () => part('x', '', 'y')).join('\r\n')}\r\n--b--\r\n`],
  ])('that are %s get a 400, and nothing is kept', async (_name, body) => {
    const heard = await sendRaw(raw(body), 'wait');
    expect(heard).toMatch(/^HTTP\/1\.1 400 /u);
    expect(await readdir(path.join(world.root, 'uploads'))).toEqual([]);
    expect(world.shelf.list('input')).toEqual([]);
  });

  it('without a boundary, or of another type, are none', async () => {
    const ask = (type: string) =>
      fetch(`${world.address}/upload/image`, { method: 'POST', body: 'x', headers: { 'content-type': type } });
    expect((await ask('multipart/form-data')).status).toBe(400);
    expect((await ask('application/json')).status).toBe(400);
    expect((await ask('multipart/form-data; boundary=')).status).toBe(400);
  });

  it('of a sender that goes away leave nothing', async () => {
    const body = part('image', '; filename="a.png"', 'x'.repeat(100_000));
    for (let round = 0; round < 5; round += 1) await sendRaw(raw(body, 10_000_000), 'leave');
    await expect.poll(() => readdir(path.join(world.root, 'uploads')), { timeout: 10_000 }).toEqual([]);
    expect(world.shelf.list('input')).toEqual([]);
  });

  it('of a hundred megabytes keep the memory flat', async () => {
    const chunk = Buffer.alloc(1024 ** 2, 7);
    const head = part('image', '; filename="big.bin"', '');
    const tail = '\r\n--b--\r\n';
    const size = 99 * chunk.length;
    const sending = request(`${world.address}/upload/image`, {
      method: 'POST',
      headers: {
        'content-type': 'multipart/form-data; boundary=b',
        'content-length': head.length + size + tail.length,
      },
    });
    const answered = once(sending, 'response');
    const before = process.memoryUsage().rss;
    let most = 0;
    sending.write(head);
    for (let sent = 0; sent < size; sent += chunk.length) {
      if (!sending.write(chunk)) await once(sending, 'drain');
      most = Math.max(most, process.memoryUsage().rss - before);
    }
    sending.end(tail);
    const [answer] = await answered;
    expect(answer.statusCode).toBe(200);
    answer.resume();
    expect(world.shelf.find({ name: 'big.bin', subfolder: '', type: 'input' })?.sizeBytes).toBe(size);
    expect(most).toBeLessThan(80 * 1024 ** 2);
  });
});

describe('uploads beyond the limit', () => {
  beforeEach(async () => {
    world = await openFilesWorld({ instances: 0, settings: { gatewayMaxUploadBytes: 1024 ** 2 } });
  });
  afterEach(() => world.close());

  it('are refused in the words of ComfyUI, whether they tell their length or not', async () => {
    const content = Buffer.alloc(3 * 1024 ** 2);
    const told = await post({}, ['big.bin', content]);
    expect(told).toMatchObject({ status: 413, text: 'Maximum request body size 1048576 exceeded.' });
    const untold = request(`${world.address}/upload/image`, {
      method: 'POST',
      headers: { 'content-type': 'multipart/form-data; boundary=b', 'transfer-encoding': 'chunked' },
    });
    const answered = once(untold, 'response');
    untold.write(part('image', '; filename="big.bin"', ''));
    untold.end(content);
    const [answer] = await answered;
    expect(answer.statusCode).toBe(413);
    answer.resume();
    await expect.poll(() => readdir(path.join(world.root, 'uploads'))).toEqual([]);
  });
});

describe('masks', () => {
  beforeAll(async () => {
    world = await openFilesWorld({ instances: 0 });
  });
  afterAll(() => world.close());

  const picture = (channels: 3 | 4, alpha = 1, size = 8): Promise<Buffer> =>
    sharp({ create: { width: size, height: size, channels, background: { r: 200, g: 100, b: 50, alpha } } })
      .png()
      .toBuffer();

  const original = (filename: string): Record<string, string> => ({
    original_ref: JSON.stringify({ filename, subfolder: '', type: 'input' }),
    subfolder: 'clipspace',
  });

  it('give their alpha to the original, whose words are kept', async () => {
    const text = Buffer.from('tEXtprompt\0{"1":{}}');
    const chunk = Buffer.concat([Buffer.from([0, 0, 0, text.length - 4]), text, Buffer.alloc(4)]);
    chunk.writeUInt32BE(crc(text), chunk.length - 4);
    const plain = await picture(3);
    const marked = Buffer.concat([plain.subarray(0, 33), chunk, plain.subarray(33)]);
    await post({}, ['base.png', marked]);
    const answer = await post(original('base.png'), ['clipspace-mask-1.png', await picture(4, 0.5)], '/upload/mask');
    expect(answer).toMatchObject({
      status: 200,
      body: { name: 'clipspace-mask-1.png', subfolder: 'clipspace', type: 'input' },
    });
    const { bytes } = await view({ filename: 'clipspace-mask-1.png', subfolder: 'clipspace', type: 'input' });
    expect(bytes.includes(chunk)).toBe(true);
    const { data, info } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true });
    expect([info.channels, [...data.subarray(0, 4)]]).toEqual([4, [200, 100, 50, 128]]);
  });

  it.each(['png', 'jpeg', 'webp'] as const)('go onto a grey %s as well', async (format) => {
    const grey = await sharp({ create: { width: 8, height: 8, channels: 3, background: '#777777' } })
      .greyscale()
      .toFormat(format)
      .toBuffer();
    await post({ overwrite: 'true' }, [`grey.${format}`, grey]);
    const answer = await post(original(`grey.${format}`), [`m-${format}.png`, await picture(4, 0)], '/upload/mask');
    const { bytes } = await view({ filename: answer.body.name, subfolder: 'clipspace', type: 'input' });
    expect(await sharp(bytes).metadata()).toMatchObject({ format: 'png', channels: 4, width: 8 });
  });

  it('of a field with the old spelling are taken', async () => {
    await post({ overwrite: 'true' }, ['old.png', await picture(3)]);
    const fields = { originalRef: JSON.stringify({ filename: 'old.png', type: 'input' }), subfolder: 'old' };
    const answer = await post(fields, ['mask.png', await picture(4, 0.2)], '/upload/mask');
    expect(answer.body).toEqual({ name: 'mask.png', subfolder: 'old', type: 'input' });
    expect((await view({ filename: 'mask.png', subfolder: 'old', type: 'input' })).status).toBe(200);
  });

  it.each([
    ['nowhere', { filename: 'gone.png', type: 'input' }],
    ['outside', { filename: '../x.png', type: 'input' }],
    ['in no folder', { filename: 'base.png', type: 'bogus' }],
  ])('of an original %s are answered and not kept', async (_name, reference) => {
    const answer = await post(
      { original_ref: JSON.stringify(reference) },
      ['unwritten.png', await picture(4)],
      '/upload/mask',
    );
    expect(answer).toMatchObject({ status: 200, body: { name: 'unwritten.png', subfolder: '', type: 'input' } });
    expect((await view({ filename: 'unwritten.png', type: 'input' })).status).toBe(404);
  });

  it.each([
    ['no original', {}],
    ['words that are no JSON', { original_ref: '{' }],
    ['no file name', { original_ref: '{}' }],
  ])('with %s are refused', async (_name, fields) => {
    expect(await post(fields, ['m2.png', await picture(4)], '/upload/mask')).toMatchObject({
      status: 400,
      body: { error: { type: 'invalid_original_ref' } },
    });
  });

  it('of another size, or that are no picture, are refused', async () => {
    await post({ overwrite: 'true' }, ['sized.png', await picture(3)]);
    const refused = { status: 400, body: { error: { type: 'invalid_mask' } } };
    expect(await post(original('sized.png'), ['m.png', await picture(4, 1, 9)], '/upload/mask')).toMatchObject(refused);
    expect(await post(original('sized.png'), ['m.png', Buffer.from('text')], '/upload/mask')).toMatchObject(refused);
  });
});

/** The checksum of a PNG chunk. */
const crc = (bytes: Uint8Array): number => {
  let value = 0xffffffff;
  for (const byte of bytes) {
    value ^= byte;
    for (let bit = 0; bit < 8; bit += 1) value = (value >>> 1) ^ (value & 1 ? 0xedb88320 : 0);
  }
  return (value ^ 0xffffffff) >>> 0;
};
