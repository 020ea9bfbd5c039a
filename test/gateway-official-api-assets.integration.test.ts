import { randomBytes, randomUUID } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import net from 'node:net';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { shareFleet } from './gateway/fleet.ts';
import { waitFor } from './studio-client.ts';

const maxBytes = 1024 ** 2;
const fleet = shareFleet({ count: 1, settings: { gatewayMaxUploadBytes: maxBytes } });
const address = (): string => fleet().address;

/** Sends bytes as they are and answers what comes back before the connection ends, or until an answer is whole. */
const sendRaw = (pieces: readonly (string | Uint8Array)[], limitMs = 10_000): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = net.connect(fleet().port, '127.0.0.1');
    let text = '';
    const timer = setTimeout(() => socket.destroy(new Error(`no whole answer: ${text}`)), limitMs);
    const settle = (): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(text);
    };
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1');
      const [head = '', body] = text.split('\r\n\r\n');
      const length = Number(/^content-length: (\d+)$/imu.exec(head)?.[1] ?? Number.NaN);
      if (body !== undefined && body.length >= length) settle();
    });
    socket.once('error', (error) => {
      clearTimeout(timer);
      // What was answered before the other side hung up counts.
      if (text === '') reject(error);
      else resolve(text);
    });
    socket.once('close', settle);
    for (const piece of pieces) socket.write(piece);
  });

const headOf = (headers: Readonly<Record<string, string>>): string =>
  `POST /api/v2/assets HTTP/1.1\r\nhost: 127.0.0.1\r\n${Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('')}\r\n`;

const field = (name: string, value: string): string =>
  `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
const fileHead =
  '--b\r\nContent-Disposition: form-data; name="file"; filename="x.png"\r\nContent-Type: image/png\r\n\r\n';
const fields = field('content_type', 'image/png') + field('file_path', 'x.png');
const formType = 'multipart/form-data; boundary=b';

const statusAndCode = (answer: string): readonly [number, string] => {
  const [head = '', body = ''] = answer.split('\r\n\r\n');
  const { error } = JSON.parse(body) as { error: { code: string; message: string } };
  expect(error.message).not.toBe('');
  return [Number(/^HTTP\/1\.1 (\d+)/u.exec(head)?.[1]), error.code];
};

const sendForm = async (
  body: string | Uint8Array,
  headers: Readonly<Record<string, string>> = {},
): Promise<readonly [number, string]> => {
  const length = String(Buffer.byteLength(body));
  return statusAndCode(
    await sendRaw([headOf({ 'content-type': formType, 'content-length': length, ...headers }), body]),
  );
};

const partialFiles = async (): Promise<readonly string[]> =>
  (await readdir(path.join(fleet().dataFolder, 'uploads'))).filter((name) => name.endsWith('.part'));

const untilAlive = async (): Promise<void> => {
  expect((await fetch(`${address()}/api/v2/jobs/${randomUUID()}`)).status).toBe(404);
  await waitFor('no partial file', partialFiles, (names) => names.length === 0);
};

describe('an asset beyond the limit', () => {
  const chunk = (bytes: number): Uint8Array =>
    Buffer.concat([Buffer.from(`${bytes.toString(16)}\r\n`), randomBytes(bytes), Buffer.from('\r\n')]);
  const textChunk = (text: string): string => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;
  const head = headOf({ 'content-type': formType, 'transfer-encoding': 'chunked' });

  it('is answered at once while its sender still has more, and leaves nothing behind', async () => {
    const pieces = [head, textChunk(fields + fileHead), chunk(maxBytes), chunk(maxBytes), chunk(1000)];
    expect(statusAndCode(await sendRaw(pieces))).toEqual([413, 'payload_too_large']);
    await untilAlive();
  });

  it('is answered before it is sent where its length is told', async () => {
    const answer = await sendRaw([headOf({ 'content-type': formType, 'content-length': String(maxBytes + 1) })]);
    expect(statusAndCode(answer)).toEqual([413, 'payload_too_large']);
  });

  it('is as good as the sender itself when that goes away', async () => {
    const socket = net.connect(fleet().port, '127.0.0.1');
    socket.write(head);
    socket.write(textChunk(fields + fileHead));
    socket.write(chunk(200_000));
    await waitFor('a partial file', partialFiles, (names) => names.length === 1);
    socket.destroy();
    await untilAlive();
  });
});

describe('a form that is none', () => {
  it.each([
    ['no boundary', 'multipart/form-data; x="boundary="'],
    ['an empty boundary', 'multipart/form-data; boundary='],
    ['a quoted empty boundary', 'multipart/form-data; boundary=""'],
    ['a boundary of another name', 'multipart/form-data; xboundary=b'],
    ['nothing behind the type', 'multipart/form-data'],
    ['another kind', 'multipart/mixed; boundary=b'],
    ['a broken escape', "multipart/form-data; boundary*=utf-8''%zz"],
    ['a very long boundary', `multipart/form-data; boundary=${'b'.repeat(4000)}`],
    ['nothing but semicolons', 'multipart/form-data;;;;'],
    ['no type', ''],
  ])('for its header: %s', async (_name, type) => {
    const [status, code] = await sendForm(`${fields}${fileHead}x\r\n--b--\r\n`, { 'content-type': type });
    expect([status, code]).toEqual([422, 'invalid_request']);
    await untilAlive();
  });

  it.each([
    'multipart/form-data; boundary="b',
    "multipart/form-data; boundary*=x-none''b; charset=x-none",
    'multipart/form-data; boundary=b; boundary=c',
    'multipart/form-data; =; boundary=b',
  ])('is taken or refused for its header: %s', async (type) => {
    const answer = await fetch(`${address()}/api/v2/assets`, {
      method: 'POST',
      headers: { 'content-type': type },
      body: `${fields}${fileHead}x\r\n--b--\r\n`,
    });
    expect([200, 201, 422]).toContain(answer.status);
    await untilAlive();
  });

  it('is taken or refused whatever bytes of it are wrong', async () => {
    const whole = Buffer.from(`${fields}${field('tags', 'x')}${fileHead}${'x'.repeat(300)}\r\n--b--\r\n`);
    let seed = 7;
    const next = (below: number): number => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      return Math.floor((seed / 2_147_483_648) * below);
    };
    const odd = ['\r\n', '--b', '"', ';', ':', '\0', '*=', "utf-8''%", '\u00ff', '--', ' ', '='];
    for (let round = 0; round < 300; round += 1) {
      const body = Buffer.from(whole);
      const at = next(body.length);
      const put = Buffer.from(odd[next(odd.length)] ?? '', 'latin1');
      const broken = Buffer.concat([body.subarray(0, at), put, body.subarray(at + next(30))]);
      const headers = { 'content-type': formType };
      const answer = await fetch(`${address()}/api/v2/assets`, { method: 'POST', headers, body: broken });
      expect([200, 201, 422], broken.toString('latin1')).toContain(answer.status);
      await answer.arrayBuffer();
    }
    await untilAlive();
  });

  it.each([
    ['nothing', ''],
    ['no parts', '--b--\r\n'],
    ['a part without a head', `--b\r\n\r\nx\r\n${fields}--b--\r\n`],
    ['a part without a name', `${fields}--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--\r\n`],
    ['a head that breaks off', `${fields}--b\r\nContent-Disposition: form-da`],
    ['a file that breaks off', `${fields}${fileHead}xxxxxxxx`],
    ['a broken name', `${fields}--b\r\nContent-Disposition: form-data; name*=utf-8''%zz\r\n\r\nx\r\n--b--\r\n`],
    ['a head without a colon', `${fields}--b\r\nContent-Disposition\r\n\r\nx\r\n--b--\r\n`],
    ['a huge head', `${fields}--b\r\nX: ${'x'.repeat(100_000)}\r\n\r\nx\r\n--b--\r\n`],
    ['another file field', `${fields}${fileHead.replace('name="file"', 'name="other"')}x\r\n--b--\r\n`],
    ['a file before its fields', `${fileHead}x\r\n${fields}--b--\r\n`],
    ['sixty fields', `${field('x', 'y').repeat(60)}${fields}${fileHead}x\r\n--b--\r\n`],
    ['zeroes', '\0'.repeat(5000)],
  ])('for its body: %s', async (_name, body) => {
    expect(await sendForm(body)).toEqual([422, 'invalid_request']);
    await untilAlive();
  });

  it('for an unknown charset of a field', async () => {
    const odd = `--b\r\nContent-Disposition: form-data; name="content_type"\r\nContent-Type: text/plain; charset=x-none\r\n\r\nimage/png\r\n`;
    const [head = ''] = (
      await sendRaw([
        headOf({ 'content-type': formType, 'transfer-encoding': 'chunked' }),
        ...[odd, field('file_path', 'x.png'), fileHead, 'x', '\r\n--b--\r\n'].map(
          (text) => `${text.length.toString(16)}\r\n${text}\r\n`,
        ),
        '0\r\n\r\n',
      ])
    ).split('\r\n');
    expect(head).toMatch(/^HTTP\/1\.1 (?:2|4)\d\d /u);
    await untilAlive();
  });

  it.each([
    'a\r\nset-cookie: x=1',
    'a/b\r\nset-cookie: x=1',
    'image/✓',
    'image',
    '/',
    'image/png; x',
    'image/png; x="\u0001"',
    `image/${'x'.repeat(300)}`,
  ])('for its content type: %j', async (type) => {
    const body = Buffer.from(`${field('content_type', type)}${field('file_path', 'x.png')}${fileHead}x\r\n--b--\r\n`);
    expect(await sendForm(body)).toEqual([422, 'invalid_request']);
  });

  it('has its content type back where that is one', async () => {
    const made = new FormData();
    made.append('content_type', 'text/plain; charset="utf-8"');
    made.append('file_path', 'note.txt');
    made.append('file', new Blob(['x']), 'x');
    const answer = await fetch(`${address()}/api/v2/assets`, { method: 'POST', body: made });
    const { id, url } = (await answer.json()) as { id: string; url: string };
    const content = await fetch(`${address()}${url}`);
    expect([content.status, content.headers.get('content-type'), await content.text()]).toEqual([
      200,
      'text/plain; charset="utf-8"',
      'x',
    ]);
    expect((await fetch(`${address()}/api/v2/assets/${id}`, { method: 'DELETE' })).status).toBe(204);
  });
});

describe('requests under one key at a time', () => {
  it('make one asset', async () => {
    const key = randomUUID();
    const post = (name: string): Promise<Response> => {
      const made = new FormData();
      made.append('content_type', 'image/png');
      made.append('file_path', name);
      made.append('file', new Blob([randomBytes(200_000)]), 'x.png');
      return fetch(`${address()}/api/v2/assets`, { method: 'POST', headers: { 'idempotency-key': key }, body: made });
    };
    const answers = await Promise.all(['1.png', '2.png', '3.png', '4.png'].map(post));
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 422, 422, 422]);
    const bodies = await Promise.all(
      answers.map((answer) => answer.json() as Promise<{ id?: string; file_path?: string }>),
    );
    const taken = bodies.find(({ id }) => id !== undefined);
    const stored = (await (await fetch(`${address()}/api/v2/assets/${taken?.id}`)).json()) as { file_path: string };
    expect(stored.file_path).toBe(taken?.file_path);
    expect((await post('5.png')).status).toBe(422);
  });
});
