import { connect as connectSocket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { type ClientOptions, WebSocket } from 'ws';
import { createStudioClient, type StudioClient } from '#contract/client.ts';
import { StudioError } from '#contract/errors.ts';
import type { CallHandlers } from '#contract/handlers.ts';
import { messageLimits } from '#contract/wire.ts';
import { wireConstants } from '#contract/wire-constants.ts';
import { webSocketClientWire } from '#contract/wires/web-socket-client.ts';
import { ask, startTestServer, type TestServer } from '../http-server.fixture.ts';
import type { HttpServer, HttpServerOptions } from '../http-server.ts';

const closing: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

const start = async (
  handlers: Partial<CallHandlers> = {},
  options: Partial<HttpServerOptions> = {},
): Promise<TestServer> => {
  const started = await startTestServer(handlers, { closeTimeoutMs: 500, ...options });
  closing.push(() => started.close());
  return started;
};

const open = (
  server: HttpServer,
  options: ClientOptions = {},
  path: string = wireConstants.webSocketPath,
): WebSocket => {
  const socket = new WebSocket(`ws://127.0.0.1:${server.port}${path}`, options);
  socket.on('error', () => undefined);
  closing.push(() => socket.terminate());
  return socket;
};

/** How an attempt to connect ended: `open`, or the status of the refusal. */
const attempt = (server: HttpServer, options: ClientOptions = {}, path?: string): Promise<number | 'open'> =>
  new Promise((resolve, reject) => {
    const socket = open(server, options, path);
    socket.once('open', () => resolve('open'));
    socket.once('unexpected-response', (request, response) => {
      resolve(response.statusCode ?? 0);
      request.destroy();
    });
    socket.once('close', () => reject(new Error('closed')));
  });

const opened = (socket: WebSocket): Promise<void> => new Promise((resolve) => socket.once('open', () => resolve()));
const closeCode = (socket: WebSocket): Promise<number> => new Promise((resolve) => socket.once('close', resolve));

const clientOf = (server: HttpServer): StudioClient => {
  const client = createStudioClient(() => webSocketClientWire(open(server)), {
    schedule: (delayMs, task) => {
      const timer = setTimeout(task, delayMs);
      return () => clearTimeout(timer);
    },
    random: () => 0.5,
  });
  closing.push(() => client.close());
  return client;
};

describe('who is let in', () => {
  it('programs, and pages of our own origin', async () => {
    const { server, origin } = await start();
    expect(await attempt(server)).toBe('open');
    expect(await attempt(server, { origin })).toBe('open');
    const { port } = server;
    expect(await attempt(server, { origin: `http://localhost:${port}`, headers: { host: `localhost:${port}` } })).toBe(
      'open',
    );
  });

  it('no page of another origin, no rebinding name, no other path', async () => {
    const { server } = await start();
    for (const origin of ['https://evil.example', 'http://127.0.0.1:1', 'null', `http://localhost:${server.port}`]) {
      expect(await attempt(server, { origin })).toBe(403);
    }
    expect(await attempt(server, { headers: { host: 'evil.example' } })).toBe(403);
    expect(await attempt(server, { headers: { 'sec-fetch-site': 'same-site' } })).toBe(403);
    expect(await attempt(server, {}, '/')).toBe(404);
    expect(await attempt(server, {}, '/api/wire/x')).toBe(404);
    expect(await ask(server, wireConstants.webSocketPath)).toMatchObject({ status: 405 });
  });

  it('with a token, only who brings it or the cookie', async () => {
    const accessToken = 'a-token-of-some-length';
    const { server } = await start({}, { accessToken });
    expect(await attempt(server)).toBe(401);
    expect(await attempt(server, { headers: { authorization: 'Bearer wrong' } })).toBe(401);
    expect(await attempt(server, { headers: { authorization: `Bearer ${accessToken}` } })).toBe('open');
    const link = new URL(server.createLoginLink());
    const login = await ask(server, `/${link.search}`);
    const cookie = login.headers['set-cookie']?.[0]?.split(';')[0] ?? '';
    expect(await attempt(server, { headers: { cookie } })).toBe('open');
  });
});

describe('what is taken', () => {
  it.each<[string, string | Buffer, number]>([
    ['text that is not JSON', '{"type":', 1007],
    ['binary', Buffer.from('{}'), 1003],
    ['a message without id', '{}', 1001],
  ])('%s ends the connection', async (_what, message, code) => {
    const { server } = await start();
    const socket = open(server);
    await opened(socket);
    const closed = closeCode(socket);
    socket.send(message);
    expect(await closed).toBe(code);
  });

  it('a call above its limit is answered, and the connection goes on', async () => {
    const { server } = await start({
      'workflows.inspect': ({ text }) => {
        throw new StudioError('WORKFLOW_NOT_JSON', undefined, { details: { length: text.length } });
      },
      'gpus.list': () => ({ gpus: [] }),
    });
    const client = clientOf(server);
    const path = 'x'.repeat(messageLimits.commonMaxBytes);
    await expect(client.call('host.openPath', { path })).rejects.toMatchObject({ code: 'INPUT_TOO_LARGE' });
    const large = client.call('workflows.inspect', { text: path });
    await expect(large).rejects.toMatchObject({ code: 'WORKFLOW_NOT_JSON', details: { length: path.length } });
    expect(await client.call('gpus.list', {})).toEqual({ gpus: [] });

    const socket = open(server);
    await opened(socket);
    const answered = new Promise<string>((resolve) =>
      socket.once('message', (data: Buffer) => resolve(data.toString())),
    );
    socket.send(JSON.stringify({ type: 'call', id: 1, method: 'host.openPath', input: { path } }));
    expect(JSON.parse(await answered)).toMatchObject({ id: 1, ok: false, error: { code: 'INPUT_TOO_LARGE' } });
  });

  it('compression is not negotiated', async () => {
    const { server } = await start();
    const socket = open(server, { perMessageDeflate: true });
    await opened(socket);
    expect(socket.extensions).toBe('');
  });

  it('not more connections than the limit', async () => {
    const { server } = await start({}, { maxConnections: 2 });
    expect(await attempt(server)).toBe('open');
    expect(await attempt(server)).toBe('open');
    expect(await attempt(server)).toBe(429);
  });
});

describe('how it ends', () => {
  it('a client that answers no ping is cut off, and its calls are aborted', async () => {
    const aborted = Promise.withResolvers<void>();
    const { server } = await start(
      {
        'host.pickFolder': (_input, { signal }) => {
          signal.addEventListener('abort', () => aborted.resolve());
          return new Promise(() => undefined);
        },
      },
      { pingIntervalMs: 20 },
    );
    const alive = open(server);
    const mute = open(server, { autoPong: false });
    await Promise.all([opened(alive), opened(mute)]);
    mute.send(JSON.stringify({ type: 'call', id: 1, method: 'host.pickFolder', input: {} }));
    expect(await closeCode(mute)).toBe(1006);
    await aborted.promise;
    expect(alive.readyState).toBe(WebSocket.OPEN);
  });

  it('the studio says that it goes away', async () => {
    const { server } = await start();
    const socket = open(server);
    await opened(socket);
    const closed = closeCode(socket);
    await server.close();
    expect(await closed).toBe(1001);
  });

  it('a client that does not answer the goodbye is cut off within the limit', async () => {
    const { server } = await start({}, { closeTimeoutMs: 50 });
    const raw = connectSocket(server.port, '127.0.0.1');
    closing.push(() => {
      raw.destroy();
    });
    const upgraded = new Promise<void>((resolve) => raw.once('data', () => resolve()));
    const gone = new Promise<void>((resolve) => raw.once('close', () => resolve()));
    raw.on('error', () => undefined);
    raw.write(
      [
        `GET ${wireConstants.webSocketPath} HTTP/1.1`,
        `host: 127.0.0.1:${server.port}`,
        'connection: upgrade',
        'upgrade: websocket',
        'sec-websocket-version: 13',
        'sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==',
        '',
        '',
      ].join('\r\n'),
    );
    await upgraded;
    await server.close();
    await gone;
  });

  it('a client comes back to the next studio at the same address', async () => {
    const first = await startTestServer({ 'gpus.list': () => ({ gpus: [] }) });
    const client = clientOf(first.server);
    expect(await client.call('gpus.list', {})).toEqual({ gpus: [] });
    const back = Promise.withResolvers<void>();
    const states: string[] = [];
    client.onConnection((state) => {
      states.push(state);
      if (state === 'open') back.resolve();
    });
    await first.close();
    await start({ 'gpus.list': () => ({ gpus: [] }) }, { port: first.server.port });
    await back.promise;
    expect(states[0]).toBe('lost');
    expect(await client.call('gpus.list', {})).toEqual({ gpus: [] });
  });
});
