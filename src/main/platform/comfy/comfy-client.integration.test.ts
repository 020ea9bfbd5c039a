import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ComfySocket, SocketFrame } from '#core/ports/comfy-client.ts';
import { type ComfyConnection, createComfyClient } from './comfy-client.ts';
import { type FakeServer, startFakeServer } from './fake-server.fixture.ts';
import { connectionsOfHost, createRequests } from './requests.ts';
import { findFreePort, type SandboxProcess, startSandbox } from './sandbox-process.fixture.ts';

const limit = { timeoutMs: 5000 };
const id = '7a444704-b871-40b8-8270-be9d2256b4e6';

async function* bytes(...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield new TextEncoder().encode(text);
}

const readAll = async (body: AsyncIterable<Uint8Array>): Promise<Buffer> => {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
};

let client: ComfyConnection;
beforeEach(() => {
  client = createComfyClient();
});
afterEach(() => client.close());

describe('against a server of any kind', () => {
  let server: FakeServer;
  beforeEach(async () => {
    server = await startFakeServer();
  });
  afterEach(() => server.end());

  const answerWith = (status: number, body: string, headers: Record<string, string> = {}): void => {
    server.answer = (_request, response) => response.writeHead(status, headers).end(body);
  };

  it('reads /system_stats as Python writes it', async () => {
    answerWith(
      200,
      '{"system":{"comfyui_version":"0.33.0","argv":["main.py","--x=NaN"]},"devices":[{"name":"cuda:0 \\"NaN\\" Card","type":"cuda","index":0,"vram_total":NaN,"vram_free":-Infinity},{"name":"x","type":"cuda","index":1,"vram_total":1e999,"vram_free":1e30}]}',
    );
    await expect(client.systemStats(server.endpoint, limit)).resolves.toEqual({
      version: '0.33.0',
      arguments: ['main.py', '--x=NaN'],
      devices: [
        { name: 'cuda:0 "NaN" Card', type: 'cuda', index: 0, vramTotalBytes: 0, vramFreeBytes: 0 },
        { name: 'x', type: 'cuda', index: 1, vramTotalBytes: 0, vramFreeBytes: 0 },
      ],
    });
  });

  it.each([
    ['a page', 200, '<html>', 'INSTANCE_WRONG_ANSWER'],
    ['another program', 200, '{"status":"ok"}', 'INSTANCE_WRONG_ANSWER'],
    ['a list', 200, '[]', 'INSTANCE_WRONG_ANSWER'],
    ['a missing page', 404, '{}', 'INSTANCE_WRONG_ANSWER'],
    ['a broken server', 500, '', 'INSTANCE_WRONG_ANSWER'],
    ['a login', 401, '{}', 'INSTANCE_AUTH'],
    ['a refusal', 403, '', 'INSTANCE_AUTH'],
  ])('%s is %i %s: %s', async (_name, status, body, code) => {
    answerWith(status, body);
    await expect(client.systemStats(server.endpoint, limit)).rejects.toMatchObject({ code });
    await expect(client.queueRemaining(server.endpoint, limit)).rejects.toMatchObject({ code });
    await expect(client.queue(server.endpoint, limit)).rejects.toMatchObject({ code });
  });

  it('nobody there is unreachable', async () => {
    const endpoint = { baseUrl: `http://127.0.0.1:${await findFreePort()}`, authorization: null };
    await expect(client.queueRemaining(endpoint, limit)).rejects.toMatchObject({
      code: 'INSTANCE_UNREACHABLE',
      details: { reason: 'ECONNREFUSED' },
    });
    await expect(client.openSocket(endpoint, 'me', limit)).rejects.toMatchObject({ code: 'INSTANCE_UNREACHABLE' });
  });

  it('one that never answers is unreachable after the limit', async () => {
    server.answer = () => undefined;
    const startedAt = performance.now();
    await expect(client.queueRemaining(server.endpoint, { timeoutMs: 200 })).rejects.toMatchObject({
      code: 'INSTANCE_UNREACHABLE',
      details: { reason: 'timeout' },
    });
    expect(performance.now() - startedAt).toBeLessThan(3000);
    await expect(client.openSocket(server.endpoint, 'me', { timeoutMs: 200 })).rejects.toMatchObject({
      code: 'INSTANCE_UNREACHABLE',
    });
  });

  it('one that stops in the middle of an answer is unreachable', async () => {
    server.answer = (_request, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('{"exec', () => response.destroy());
    };
    await expect(client.queueRemaining(server.endpoint, limit)).rejects.toMatchObject({ code: 'INSTANCE_UNREACHABLE' });
    const file = await client.view(server.endpoint, { filename: 'x', subfolder: '', type: 'output' }, {});
    await expect(readAll(file.body)).rejects.toMatchObject({ code: 'INSTANCE_UNREACHABLE' });
  });

  it('an abort is the caller’s own and not a fault of the instance', async () => {
    server.answer = () => undefined;
    const stop = new AbortController();
    const asked = client.queueRemaining(server.endpoint, { ...limit, signal: stop.signal });
    stop.abort();
    await expect(asked).rejects.toMatchObject({ code: 'CALL_CANCELLED' });
    await expect(client.openSocket(server.endpoint, 'me', { ...limit, signal: stop.signal })).rejects.toMatchObject({
      code: 'CALL_CANCELLED',
    });
  });

  it('what was given up before there was a connection for it is never sent', async () => {
    const held: (() => void)[] = [];
    const answer = '{"exec_info":{"queue_remaining":0}}';
    const allBusy = new Promise<void>((resolve) => {
      server.answer = (_request, response) => {
        held.push(() => response.end(answer));
        if (held.length === connectionsOfHost) resolve();
      };
    });
    const busy = Array.from({ length: connectionsOfHost }, () => client.queueRemaining(server.endpoint, limit));
    await allBusy;
    const stop = new AbortController();
    const given = client.queueRemaining(server.endpoint, { ...limit, signal: stop.signal });
    stop.abort();
    await expect(given).rejects.toMatchObject({ code: 'CALL_CANCELLED' });
    for (const release of held) release();
    await Promise.all(busy);
    answerWith(200, answer);
    await client.queueRemaining(server.endpoint, limit);
    expect(server.requests).toHaveLength(connectionsOfHost + 1);
  });

  it.each([
    ['an address that is none', { baseUrl: 'nowhere', authorization: null }],
    ['a login that no header can hold', { baseUrl: 'http://127.0.0.1:9', authorization: 'Bearer a\nb' }],
  ])('%s is unreachable', async (_name, endpoint) => {
    await expect(client.queueRemaining(endpoint, limit)).rejects.toMatchObject({ code: 'INSTANCE_UNREACHABLE' });
  });

  it('an answer larger than its limit is broken off', async () => {
    const requests = createRequests();
    answerWith(200, 'x'.repeat(5000));
    const options = { ...limit, maxBytes: 4999 };
    await expect(requests.bytes(server.endpoint, '/', options)).rejects.toMatchObject({
      code: 'INSTANCE_WRONG_ANSWER',
      details: { reason: 'too-large' },
    });
    await expect(requests.bytes(server.endpoint, '/', { ...options, maxBytes: 5000 })).resolves.toMatchObject({
      status: 200,
    });
    await requests.close();
  });

  it('logs in where it has to, without giving itself away as a page', async () => {
    answerWith(200, '{"exec_info":{"queue_remaining":2}}');
    const endpoint = { ...server.endpoint, authorization: 'Bearer secret' };
    await expect(client.queueRemaining(endpoint, limit)).resolves.toBe(2);
    expect(server.requests[0]?.headers).toMatchObject({ authorization: 'Bearer secret' });
    expect(server.requests[0]?.headers).not.toHaveProperty('origin');
    const heard = Promise.withResolvers<string | undefined>();
    server.connected = (socket, request) => {
      heard.resolve(request.headers.authorization);
      socket.send('{"type":"status","data":{}}');
    };
    const opened = await client.openSocket(endpoint, 'me & you', limit);
    await expect(heard.promise).resolves.toBe('Bearer secret');
    opened.close();
    await opened.closed;
  });

  it('keeps an entry of the submission that it does not know and its own above it', async () => {
    answerWith(200, JSON.stringify({ prompt_id: id, number: 3, node_errors: { '1': {} } }));
    const answer = await client.submit(server.endpoint, {
      promptId: id,
      clientId: 'me',
      prompt: {},
      extraData: { extra_pnginfo: { workflow: {} } },
      passThrough: { partial_execution_targets: ['9'], prompt_id: 'theirs' },
    });
    expect(answer).toEqual({ kind: 'accepted', promptId: id, number: 3, nodeErrors: { '1': {} } });
    expect(JSON.parse(server.requests[0]?.body ?? '')).toEqual({
      prompt: {},
      prompt_id: id,
      client_id: 'me',
      extra_data: { extra_pnginfo: { workflow: {} } },
      partial_execution_targets: ['9'],
    });
  });

  it.each([
    [400, '{"error":{"type":"no_prompt"},"node_errors":{}}', { error: { type: 'no_prompt' }, node_errors: {} }],
    [500, '500 Internal Server Error', '500 Internal Server Error'],
    [413, 'Maximum request body size', 'Maximum request body size'],
  ])('a refused submission carries %i and the body', async (status, text, body) => {
    answerWith(status, text);
    const submission = { promptId: id, clientId: 'me', prompt: {}, extraData: {} };
    await expect(client.submit(server.endpoint, submission)).resolves.toEqual({ kind: 'rejected', status, body });
  });

  it('sends a file in pieces, under a name that cannot break out', async () => {
    answerWith(200, '{"name":"x (1).png","subfolder":"a\\\\b","type":"input"}');
    const stored = await client.uploadInput(server.endpoint, {
      name: 'deep/er/"x"\r\n.png',
      body: bytes('one', 'two'),
      contentType: 'image/png\r\nX: y',
    });
    expect(stored).toEqual({ filename: 'x (1).png', subfolder: 'a/b', type: 'input' });
    const { body, headers } = server.requests[0] ?? { body: '', headers: {} };
    expect(headers['content-type']).toMatch(/^multipart\/form-data; boundary=/u);
    expect(body).toContain('name="subfolder"\r\n\r\ndeep/er\r\n');
    expect(body).toContain(
      'name="image"; filename="%22x%22%0D%0A.png"\r\nContent-Type: image/png  X: y\r\n\r\nonetwo\r\n--',
    );
  });

  it('sends a file into the folder that is asked for', async () => {
    answerWith(200, '{"name":"x.png","subfolder":"clipspace/deep","type":"temp"}');
    const file = {
      name: 'deep/x.png',
      subfolder: 'clipspace',
      type: 'temp',
      body: bytes('one'),
      contentType: 'image/png',
    };
    await expect(client.uploadInput(server.endpoint, file)).resolves.toEqual({
      filename: 'x.png',
      subfolder: 'clipspace/deep',
      type: 'temp',
    });
    const body = server.requests[0]?.body ?? '';
    expect(body).toContain('name="subfolder"\r\n\r\nclipspace/deep\r\n');
    expect(body).toContain('name="type"\r\n\r\ntemp\r\n');
    expect(body).toContain('filename="x.png"');
  });

  it('puts a picture into the image cache, and says who has none', async () => {
    answerWith(201, '{"status":"success"}');
    const image = () => ({ id: 'a/../b', body: bytes('one', 'two'), contentType: 'image/png' });
    await expect(client.putImage(server.endpoint, image())).resolves.toBeUndefined();
    expect(server.requests).toMatchObject([
      { method: 'PUT', url: '/api/etn/image/a%2F..%2Fb', body: 'onetwo', headers: { 'content-type': 'image/png' } },
    ]);
    answerWith(413, '');
    await expect(client.putImage(server.endpoint, image())).rejects.toMatchObject({ code: 'INPUT_TOO_LARGE' });
    answerWith(404, '404: Not Found');
    await expect(client.putImage(server.endpoint, image())).rejects.toMatchObject({ code: 'INSTANCE_WRONG_ANSWER' });
  });

  it('asks for all memory back, and says who could not be asked', async () => {
    answerWith(200, '');
    await expect(client.free(server.endpoint)).resolves.toBeUndefined();
    expect(server.requests).toMatchObject([
      { method: 'POST', url: '/free', body: '{"unload_models":true,"free_memory":true}' },
    ]);
    answerWith(401, '');
    await expect(client.free(server.endpoint)).rejects.toMatchObject({ code: 'INSTANCE_AUTH' });
    answerWith(404, '');
    await expect(client.free(server.endpoint)).rejects.toMatchObject({ code: 'INSTANCE_WRONG_ANSWER' });
  });

  it('interrupts only what is its own', async () => {
    server.answer = (request, response) => {
      const queue = { queue_running: [[0, 'another', {}, {}, []]], queue_pending: [] };
      response.end(request.url === '/queue' && request.method === 'GET' ? JSON.stringify(queue) : '');
    };
    await client.cancel(server.endpoint, id);
    expect(server.requests.map(({ method, url }) => `${method} ${url}`)).toEqual(['POST /queue', 'GET /queue']);
    await client.cancel(server.endpoint, 'another');
    expect(server.requests.at(-1)).toMatchObject({ url: '/interrupt', body: '{"prompt_id":"another"}' });
  });

  it('asks for previews that name their prompt, and loses no frame that comes early', async () => {
    const first = Promise.withResolvers<string>();
    server.connected = (socket) => {
      socket.on('message', (data) => first.resolve(Buffer.isBuffer(data) ? data.toString() : ''));
      socket.send('not json');
      socket.send('{"type":"status","data":{"sid":"me"}}');
      socket.send(Buffer.from([0, 0, 0, 1]));
      socket.send('{"type":"progress","data":{"value":NaN}}');
    };
    const socket = await client.openSocket(server.endpoint, 'me', limit);
    await expect(first.promise).resolves.toBe('{"type":"feature_flags","data":{"supports_preview_metadata":true}}');
    const frames: SocketFrame[] = [];
    const three = new Promise<void>((resolve) => {
      socket.onFrame((frame) => {
        frames.push(frame);
        if (frames.length === 3) resolve();
      });
    });
    await three;
    expect(frames).toMatchObject([
      { kind: 'message', type: 'status', data: { sid: 'me' } },
      { kind: 'binary' },
      { kind: 'message', type: 'progress', data: { value: null } },
    ]);
    socket.close();
    await socket.closed;
  });

  it('a websocket that is refused tells why', async () => {
    server.connected = (socket) => socket.terminate();
    await expect(client.openSocket(server.endpoint, 'me', limit)).rejects.toMatchObject({
      code: 'INSTANCE_UNREACHABLE',
    });
  });
});

describe('against the sandbox server', () => {
  let sandbox: SandboxProcess;
  beforeAll(async () => {
    sandbox = await startSandbox(['--sandbox-clock', '50', '--preview-method', 'auto']);
  });
  afterAll(() => sandbox.end());

  const prompt = {
    '1': { class_type: 'EmptyImage', inputs: { width: 16, height: 8, batch_size: 1, color: 255 } },
    '2': { class_type: 'SaveImage', inputs: { images: ['1', 0], filename_prefix: 'client' } },
  };

  const untilEnded = (socket: ComfySocket): Promise<void> =>
    new Promise((resolve) => {
      socket.onFrame((frame) => {
        if (frame.kind === 'message' && frame.type === 'executing' && frame.data['node'] === null) resolve();
      });
    });

  it('submits, hears the end, reads history and file', async () => {
    const { endpoint } = sandbox;
    const socket = await client.openSocket(endpoint, 'integration', limit);
    const ended = untilEnded(socket);
    const answer = await client.submit(endpoint, { promptId: id, clientId: 'integration', prompt, extraData: {} });
    expect(answer).toMatchObject({ kind: 'accepted', promptId: id });
    await ended;
    const entry = await client.history(endpoint, id);
    expect(entry).toMatchObject({ statusText: 'success', completed: true });
    expect(entry?.messages.map(([event]) => event)).toEqual([
      'execution_start',
      'execution_cached',
      'execution_success',
    ]);
    const images = entry?.outputs['2']?.['images'];
    expect(images).toEqual([{ filename: 'client_00001_.png', subfolder: '', type: 'output' }]);
    const file = await client.view(endpoint, { filename: 'client_00001_.png', subfolder: '', type: 'output' }, {});
    expect(file).toMatchObject({ status: 200, headers: { 'content-type': 'image/png' } });
    const content = await readAll(file.body);
    expect(content.subarray(1, 4).toString()).toBe('PNG');
    const part = await client.view(
      endpoint,
      { filename: 'client_00001_.png', subfolder: '', type: 'output' },
      { headers: { range: 'bytes=1-3' } },
    );
    expect(part.status).toBe(206);
    expect((await readAll(part.body)).toString()).toBe('PNG');
    await expect(client.queueRemaining(endpoint, limit)).resolves.toBe(0);
    await expect(client.history(endpoint, 'unknown')).resolves.toBeNull();
    socket.close();
  });

  it('knows its nodes and its system', async () => {
    const catalog = await client.nodeCatalog(sandbox.endpoint, limit);
    expect(catalog.classes).toContain('KSampler');
    expect(catalog.outputClasses).toContain('SaveImage');
    expect(catalog.outputClasses).not.toContain('KSampler');
    expect(catalog.combos.get('KSampler')?.get('sampler_name')).toContain('euler');
    expect(catalog.combos.get('CheckpointLoaderSimple')?.get('ckpt_name')?.size).toBeGreaterThan(0);
    expect(catalog.combos.get('LoadImage')?.has('image') ?? false).toBe(false);
    await expect(client.nodeClasses(sandbox.endpoint, limit)).resolves.toEqual(catalog.classes);
    const stats = await client.systemStats(sandbox.endpoint, limit);
    expect(stats.arguments).toContain('--port');
    expect(stats.devices[0]?.vramTotalBytes).toBeGreaterThan(0);
  });

  it('frees what it holds, so that nothing of the run before is cached', async () => {
    const { endpoint } = sandbox;
    const invert = {
      '1': { class_type: 'EmptyImage', inputs: { width: 8, height: 8, batch_size: 1, color: 77 } },
      '2': { class_type: 'SaveImage', inputs: { images: ['1', 0], filename_prefix: 'freed' } },
    };
    const socket = await client.openSocket(endpoint, 'freeing', limit);
    const cachedIn = async (promptId: string): Promise<unknown> => {
      const ended = untilEnded(socket);
      await client.submit(endpoint, { promptId, clientId: 'freeing', prompt: invert, extraData: {} });
      await ended;
      const entry = await client.history(endpoint, promptId);
      return entry?.messages.find(([event]) => event === 'execution_cached')?.[1]['nodes'];
    };
    expect(await cachedIn(crypto.randomUUID())).toEqual([]);
    expect(await cachedIn(crypto.randomUUID())).toHaveLength(2);
    await client.free(endpoint);
    expect(await cachedIn(crypto.randomUUID())).toEqual([]);
    socket.close();
  });

  it('uploads, and gets another name for other content of the same name', async () => {
    const upload = (text: string) =>
      client.uploadInput(sandbox.endpoint, { name: 'a b.png', body: bytes(text), contentType: 'image/png' });
    await expect(upload('one')).resolves.toMatchObject({ filename: 'a b.png' });
    await expect(upload('one')).resolves.toMatchObject({ filename: 'a b.png' });
    await expect(upload('two')).resolves.toMatchObject({ filename: 'a b (1).png' });
  });

  it('a file that is not there is an answer, not an error', async () => {
    const file = await client.view(sandbox.endpoint, { filename: 'none.png', subfolder: '', type: 'output' }, {});
    expect(file.status).toBe(404);
    await readAll(file.body);
  });
});
