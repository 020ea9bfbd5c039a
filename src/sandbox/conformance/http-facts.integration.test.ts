import { existsSync, mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exchange, formOf, postJson, type Sent } from './http-client.ts';
import { type SandboxProcess, startSandboxProcess } from './sandbox-process.ts';

/**
 * Answers of a running ComfyUI 0.33.0 to requests that the recordings do not have. Each row was sent to both servers, and
 * both answered alike.
 */
let sandbox: SandboxProcess;

const input = (name: string): string => join(sandbox.base, 'input', name);

beforeAll(async () => {
  sandbox = await startSandboxProcess();
  mkdirSync(join(sandbox.base, 'input'), { recursive: true });
  const colours = { raw: { width: 2, height: 1, channels: 3 as const } };
  await sharp(Buffer.from([255, 0, 0, 0, 0, 255]), colours)
    .png()
    .toFile(input('rgb.png'));
  await sharp(Buffer.from([255, 0, 0, 0, 0, 255]), colours)
    .png({ palette: true })
    .toFile(input('palette.png'));
  writeFileSync(input('note.txt'), 'hello');
});
afterAll(() => sandbox.dispose());

const send = (path: string, more: Omit<Sent, 'path'> = {}) => exchange(sandbox.port, { path, ...more });

const form = 'multipart/form-data; boundary=x';

describe('paths that no route knows', () => {
  it.each([
    ['GET', '/ws', 400, 'No WebSocket UPGRADE hdr: None\n Can "Upgrade" only to "WebSocket".'],
    ['GET', '/api/ws', 400, 'No WebSocket UPGRADE hdr: None\n Can "Upgrade" only to "WebSocket".'],
    ['GET', '/internal/nope', 404, '404: Not Found'],
    ['GET', '/api/assets/x', 404, ''],
    ['POST', '/api/assets/x', 405, '405: Method Not Allowed'],
    ['PUT', '/api/assets', 405, '405: Method Not Allowed'],
    ['POST', '/api/tags', 405, '405: Method Not Allowed'],
  ])('%s %s', async (method, path, status, text) => {
    expect(await send(path, { method })).toMatchObject({ status, text });
  });

  it('assets are told apart by UUID', async () => {
    const path = '/api/assets/3f2b1c4d-0000-4000-8000-00000000000a/content';
    expect((await send(path)).status).toBe(503);
  });

  it('the start page is there below /api as well', async () => {
    expect((await send('/api/')).headers).toMatchObject({ 'Content-Type': 'text/html', Pragma: 'no-cache' });
  });

  it('caches know a missing picture as one that is there', async () => {
    const { status, headers } = await send('/nope.png');
    expect([status, headers['Cache-Control']]).toEqual([404, 'public, max-age=86400']);
  });
});

describe('bodies of the wrong kind', () => {
  it.each([
    ['/queue', '[]', 200],
    ['/queue', '"text"', 200],
    ['/queue', 'null', 500],
    ['/history', '[]', 200],
    ['/history', '5', 500],
    ['/users', '{}', 500],
    ['/users', '{"username":5}', 500],
  ])('POST %s %s', async (path, body, status) => {
    expect((await send(path, { method: 'POST', body })).status).toBe(status);
  });

  it('names of the server itself are no user names', async () => {
    const { status, json } = await postJson(sandbox.port, '/users', { username: '__mine' });
    expect([status, json]).toEqual([400, { error: 'System User prefix not allowed' }]);
  });

  it('job ids are UUIDs in small letters, and come back as text', async () => {
    const ids = [5, 'AAAAAAAA-0000-4000-8000-000000000001'];
    const { status, json } = await postJson(sandbox.port, '/api/jobs/cancel', { job_ids: ids });
    expect([status, json]).toEqual([
      400,
      { error: 'job_ids contains invalid id(s)', invalid_ids: ['5', 'AAAAAAAA-0000-4000-8000-000000000001'] },
    ]);
  });

  it('a client id that is no text subscribes nobody to the logs', async () => {
    const body = JSON.stringify({ clientId: 5, enabled: true });
    expect((await send('/internal/logs/subscribe', { method: 'PATCH', body })).status).toBe(200);
  });
});

describe('uploads', () => {
  const upload = (name: string, bytes: Uint8Array, path = '/upload/image', fields = {}) =>
    send(path, { method: 'POST', ...formOf(fields, { name, bytes }) });

  it('a form that ends in the middle of a file is an error, and the server goes on', async () => {
    const body = '--x\r\nContent-Disposition: form-data; name="image"; filename="cut.png"\r\n\r\nabc';
    expect((await send('/upload/image', { method: 'POST', body, headers: { 'Content-Type': form } })).status).toBe(500);
    expect((await send('/prompt')).status).toBe(200);
  });

  it('a body of another type is a form without a file', async () => {
    const headers = { 'Content-Type': 'application/json' };
    expect((await send('/upload/image', { method: 'POST', body: '{}', headers })).status).toBe(400);
  });

  it('leading slashes of a name are dropped, and folders in it are not made', async () => {
    expect((await upload('/abs.txt', Buffer.from('x'))).json).toMatchObject({ name: 'abs.txt' });
    expect((await upload('d/e.txt', Buffer.from('x'))).status).toBe(500);
    expect(existsSync(input('d'))).toBe(false);
  });

  const maskOf = (width: number): Promise<Buffer> =>
    sharp(Buffer.from(Array.from({ length: width * 4 }, (_, index) => (index % 4 === 3 ? 51 : 0))), {
      raw: { width, height: 1, channels: 4 },
    })
      .png()
      .toBuffer();
  const reference = (filename: string) => ({ original_ref: JSON.stringify({ filename, type: 'input' }) });

  it.each(['rgb.png', 'palette.png'])('a mask becomes the alpha channel of %s', async (original) => {
    const name = `masked-${original}`;
    await upload(name, await maskOf(2), '/upload/mask', reference(original));
    const { data, info } = await sharp(readFileSync(input(name)))
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect(info.channels).toBe(4);
    expect([...data]).toEqual([255, 0, 0, 51, 0, 0, 255, 51]);
  });

  it('a mask of another size is an error', async () => {
    expect((await upload('large.png', await maskOf(3), '/upload/mask', reference('rgb.png'))).status).toBe(500);
    expect(existsSync(input('large.png'))).toBe(false);
  });
});

describe('/view', () => {
  it('serves names of any script, in UTF-8 and with quotes escaped', async () => {
    writeFileSync(input('日本 "x".txt'), 'here');
    const { status, headers, text } = await send(`/view?type=input&filename=${encodeURIComponent('日本 "x".txt')}`);
    const disposition = Buffer.from(headers['Content-Disposition'] ?? '', 'latin1').toString('utf8');
    expect([status, text, disposition]).toEqual([200, 'here', 'filename="日本 \\"x\\".txt"']);
  });

  it('the time of a file is rounded up', async () => {
    writeFileSync(input('late.txt'), 'x');
    utimesSync(input('late.txt'), 1_700_000_000.25, 1_700_000_000.25);
    const { headers } = await send('/view?type=input&filename=late.txt');
    expect(headers['Last-Modified']).toBe('Tue, 14 Nov 2023 22:13:21 GMT');
  });

  it.each([
    [{ Range: 'junk' }, 416, ['Content-Range']],
    [{ 'If-Match': '"x"' }, 412, []],
  ])('%j gets no tag and no time', async (headers, status, kept) => {
    const answer = await send('/view?type=input&filename=note.txt', { headers });
    expect(answer.status).toBe(status);
    const names = ['Content-Range', 'ETag', 'Last-Modified', 'Accept-Ranges'];
    expect(names.filter((name) => name in answer.headers)).toEqual(kept);
  });

  it('takes the last nine letters for the folder, whatever stands before them', async () => {
    expect((await send('/view?filename=rgb.png%20[input]')).status).toBe(200);
    expect((await send('/view?filename=rgb.png[input]')).status).toBe(404);
  });

  it('the alpha channel of a picture with a palette is opaque', async () => {
    const { bytes } = await send('/view?type=input&filename=palette.png&channel=a');
    expect([...(await sharp(bytes).raw().toBuffer())]).toEqual([0, 0, 0, 255, 0, 0, 0, 255]);
  });
});

describe('user data', () => {
  const put = (name: string) => send(`/userdata/${encodeURIComponent(name)}`, { method: 'POST', body: 'x' });

  beforeAll(async () => {
    for (const name of ['B.txt', 'a.txt', 'd/c.txt', 'd/.hid', '.hid', 'user.css']) await put(name);
  });

  it('lists files before those of folders, and none that starts with a dot', async () => {
    expect((await send('/userdata?dir=.&recurse=true')).json).toEqual(['B.txt', 'a.txt', 'user.css', 'd/c.txt']);
    expect((await send('/userdata?dir=a.txt')).json).toEqual([]);
  });

  it('the newer list has folders first, then everything by name', async () => {
    const { json } = await send('/v2/userdata');
    const names = (json as { name: string }[]).map(({ name }) => name);
    expect(names).toEqual(['d', '.hid', '.hid', 'a.txt', 'B.txt', 'c.txt', 'user.css']);
  });

  it.each([
    ['/v2/userdata?path=..', 400, 'Invalid path requested'],
    ['/v2/userdata?path=%252e%252e', 400, 'Invalid path requested'],
    ['/v2/userdata?path=/etc', 400, 'Invalid path requested'],
  ])('GET %s', async (path, status, text) => {
    expect(await send(path)).toMatchObject({ status, text });
  });

  it('a folder cannot be read, and cannot be written as a file', async () => {
    expect((await send('/userdata/d')).status).toBe(403);
    expect(await put('d')).toMatchObject({ status: 400, text: '' });
  });

  it('the style sheet of the user is shown, not downloaded', async () => {
    expect((await send('/userdata/user.css')).headers['Content-Disposition']).toBe('inline');
  });

  it('what is moved onto a folder goes into it', async () => {
    expect((await send('/userdata/B.txt/move/d', { method: 'POST' })).json).toBe('d');
    expect((await send('/userdata?dir=d')).json).toEqual(['B.txt', 'c.txt']);
  });
});

describe('models', () => {
  const place = (): string => join(sandbox.base, 'models', 'checkpoints');
  const metadata = { author: 'somebody' };

  beforeAll(() => {
    const json = Buffer.from(JSON.stringify({ __metadata__: metadata }));
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(json.length));
    mkdirSync(join(place(), '.cache'), { recursive: true });
    for (const name of ['a.safetensors', '.hidden.safetensors', '.cache/b.safetensors']) {
      writeFileSync(join(place(), name), Buffer.concat([length, json]));
    }
  });

  it('the experimental list leaves out what starts with a dot', async () => {
    const { json } = await send('/experiment/models/checkpoints');
    expect((json as { name: string }[]).map(({ name }) => name)).toEqual(['a.safetensors']);
    expect((await send('/models/checkpoints')).json).toContain('.hidden.safetensors');
  });

  it('a name that climbs counts from the place', async () => {
    const { json } = await send('/view_metadata/checkpoints?filename=../a.safetensors');
    expect(json).toEqual(metadata);
  });

  it.each([
    ['9', 404],
    ['x', 400],
  ])('a preview in place %s', async (index, status) => {
    expect((await send(`/experiment/models/preview/checkpoints/${index}/a.safetensors`)).status).toBe(status);
  });
});
