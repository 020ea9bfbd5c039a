import { once } from 'node:events';
import { request as ask, type Server } from 'node:http';
import { connect } from 'node:net';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { StudioError } from '#contract/errors.ts';
import { createSystemClock } from '#main/platform/system/system-clock.ts';
import { createGatekeeper } from './gatekeeper.ts';
import { createGuardedServer, type ServerLimits } from './guarded-server.ts';
import { createBodyMemory, readJsonBody } from './json-body.ts';
import { envelopeAnswer, sendAnswer, tooLarge } from './raw-answer.ts';

const maxBytes = 1024 ** 2;
const shortTimes: Partial<ServerLimits> = {
  headersTimeoutMs: 300,
  checkEveryMs: 100,
  pace: { windowMs: 300, windowBytes: 1000 },
};

let server: Server;
let port: number;
/** Requests that reached a route, with what came of their bodies. */
let handled: string[];
let releaseSlow: () => void;

/** Reads each body as JSON and says its kind; /slow waits, /unread leaves the body alone. */
const open = async (limits: Partial<ServerLimits> = {}, accessToken: string | null = null): Promise<void> => {
  handled = [];
  const memory = createBodyMemory(() => maxBytes);
  const settings = () => ({ gatewayCorsOrigin: '', gatewayMaxUploadBytes: maxBytes });
  const clock = createSystemClock();
  const slow = new Promise<void>((resolve) => {
    releaseSlow = resolve;
  });
  server = createGuardedServer({
    gatekeeper: createGatekeeper({ allowedHosts: [], accessToken, settings, now: clock.now }),
    clock,
    maxBodyBytes: () => maxBytes,
    limits,
    onRequest: async (request, response) => {
      const bodies = memory.ofRequest();
      try {
        if (request.url === '/slow') await slow;
        if (request.url === '/begun') response.write('begun');
        const kind = request.url === '/unread' ? 'unread' : (await readJsonBody(request, bodies)).kind;
        handled.push(`${request.method} ${request.url} ${kind}`);
        response.end(kind);
      } catch (error) {
        const code = error instanceof StudioError ? error.code : 'other';
        handled.push(`${request.method} ${request.url} ${code}`);
        const answer = code === 'INPUT_TOO_LARGE' ? tooLarge(maxBytes) : envelopeAnswer(500, [code, '']);
        sendAnswer(request, response, answer);
      } finally {
        bodies.end();
      }
    },
    onFailure: (error) => handled.push(String(error)),
    onUpgrade: (request, socket) => {
      if (request.url === '/broken') throw new Error('nobody thought of it');
      handled.push('upgrade');
      socket.end('HTTP/1.1 101 Switching Protocols\r\n\r\n');
    },
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  port = typeof address === 'object' && address !== null ? address.port : 0;
};

beforeEach(() => {
  releaseSlow = () => undefined;
});

afterEach(async () => {
  releaseSlow();
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
});

/** Sends bytes as they are and answers all that came until the server closed the connection. */
const send = async (...parts: readonly string[]): Promise<string> => {
  const socket = connect(port, '127.0.0.1');
  let text = '';
  socket.setEncoding('latin1').on('data', (chunk: string) => {
    text += chunk;
  });
  socket.on('error', () => socket.destroy());
  const closed = once(socket, 'close');
  for (const part of parts) socket.write(part, 'latin1');
  await closed;
  return text;
};

const statusOf = (answer: string): number => Number(/^HTTP\/1\.1 (\d{3})/u.exec(answer)?.[1] ?? 0);
const bodyOf = (answer: string): unknown => JSON.parse(answer.slice(answer.indexOf('\r\n\r\n') + 4));
const errorType = (answer: string): unknown => {
  const body = bodyOf(answer);
  expect(body).toMatchObject({ error: { type: expect.any(String), message: expect.any(String) }, node_errors: {} });
  return /"type":"(\w+)"/u.exec(answer)?.[1];
};

/** The server goes on for others. */
const isAlive = async (): Promise<boolean> =>
  (await send('GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n')).endsWith('empty');

const head = (...lines: readonly string[]): string => `${lines.join('\r\n')}\r\n\r\n`;
const host = 'Host: 127.0.0.1';

describe('what is no request', () => {
  beforeEach(() => open());

  it.each<[string, string, number]>([
    ['nonsense', 'this is no HTTP\r\n\r\n', 400],
    ['a TLS greeting', '\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003', 400],
    ['the greeting of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400],
    ['an unknown method', head('BREW / HTTP/1.1', host), 400],
    ['no version', head('GET /', host), 505],
    ['an unknown version', head('GET / HTTP/3.7', host), 400],
    ['no host', head('GET / HTTP/1.1'), 400],
    ['two hosts', head('GET / HTTP/1.1', host, 'Host: evil.example'), 400],
    ['a header without a name', head('GET / HTTP/1.1', host, ': x'), 400],
    ['a header with a space before its colon', head('GET / HTTP/1.1', host, 'X-A : x'), 400],
    ['a folded header', head('GET / HTTP/1.1', host, 'X-A: a', ' b'), 400],
    ['a zero byte in a header', head('GET / HTTP/1.1', host, 'X-A: \u0000'), 400],
    ['lines that end without a return', 'GET / HTTP/1.1\nHost: 127.0.0.1\n\n', 400],
    ['a lone return in a header', head('GET / HTTP/1.1', host, 'X-A: a\rX-B: b'), 400],
    ['two lengths', `${head('POST / HTTP/1.1', host, 'Content-Length: 2', 'Content-Length: 3')}{} `, 400],
    ['a list of lengths', `${head('POST / HTTP/1.1', host, 'Content-Length: 2, 2')}{}`, 400],
    ['a negative length', head('POST / HTTP/1.1', host, 'Content-Length: -1'), 400],
    ['a length in hexadecimal', head('POST / HTTP/1.1', host, 'Content-Length: 0x2'), 400],
    ['a length beyond all numbers', head('POST / HTTP/1.1', host, `Content-Length: ${'9'.repeat(40)}`), 400],
    [
      'a length and chunks',
      `${head('POST / HTTP/1.1', host, 'Content-Length: 5', 'Transfer-Encoding: chunked')}0\r\n\r\n`,
      400,
    ],
    ['an unknown coding', head('POST / HTTP/1.1', host, 'Transfer-Encoding: chunked, cow'), 400],
    ['a coding that hides', head('POST / HTTP/1.1', host, 'Transfer-Encoding: xchunked'), 400],
    ['a chunk without a length', `${head('POST / HTTP/1.1', host, 'Transfer-Encoding: chunked')}zz\r\n`, 400],
    ['a chunk with bare line ends', `${head('POST / HTTP/1.1', host, 'Transfer-Encoding: chunked')}2\n{}\n0\n\n`, 400],
    ['a chunk longer than it says', `${head('POST / HTTP/1.1', host, 'Transfer-Encoding: chunked')}2\r\n{}}\r\n`, 400],
    [
      'a chunk with an endless extension',
      `${head('POST / HTTP/1.1', host, 'Transfer-Encoding: chunked')}2;${'a'.repeat(40_000)}\r\n{}\r\n`,
      413,
    ],
    ['a very long address', head(`GET /${'a'.repeat(20_000)} HTTP/1.1`, host, 'Connection: close'), 414],
    ['an endless address', head(`GET /${'a'.repeat(200_000)} HTTP/1.1`, host), 414],
    ['an endless header', head('GET / HTTP/1.1', host, `X-A: ${'a'.repeat(200_000)}`), 431],
    [
      'hundreds of headers',
      head('GET / HTTP/1.1', host, 'Connection: close', ...Array.from({ length: 300 }, (_unused, i) => `X-${i}: 1`)),
      431,
    ],
    ['another expectation', head('GET / HTTP/1.1', host, 'Expect: cake', 'Connection: close'), 417],
    ['a tunnel', head('CONNECT example.com:443 HTTP/1.1', 'Host: example.com:443'), 405],
    ['a trace', head('TRACE / HTTP/1.1', host, 'Connection: close'), 405],
  ])('%s', async (_name, bytes, status) => {
    const answer = await send(bytes);
    expect(statusOf(answer)).toBe(status);
    expect(errorType(answer)).toMatch(/^[a-z_]+$/u);
    expect(handled.filter((one) => !one.includes('CONNECTION_LOST'))).toEqual([]);
    expect(await isAlive()).toBe(true);
  });

  it('ends a connection whose body turns out broken after its answer began', async () => {
    const answer = await send(`${head('POST /begun HTTP/1.1', host, 'Transfer-Encoding: chunked')}2\r\n{`, '!!\r\n');
    expect(answer).not.toContain('400 Bad Request');
    expect(await isAlive()).toBe(true);
  });

  it('closes what holds more requests than it answers', async () => {
    await send(head('GET /slow HTTP/1.1', host).repeat(300));
    expect(await isAlive()).toBe(true);
  });
});

describe('what is a request after all', () => {
  beforeEach(() => open());

  it.each<[string, readonly string[], string]>([
    ['HTTP/1.0 without a host', [head('GET / HTTP/1.0')], 'empty'],
    ['a whole address', [head('GET http://127.0.0.1/x HTTP/1.1', 'Host: evil.example', 'Connection: close')], 'empty'],
    ['a wish for HTTP/2', [head('GET / HTTP/1.1', host, 'Connection: Upgrade, close', 'Upgrade: h2c')], 'empty'],
    ['bytes one by one', head('GET / HTTP/1.1', host, 'Connection: close').split(''), 'empty'],
    [
      'chunks',
      [
        `${head('POST / HTTP/1.1', host, 'Connection: close', 'Transfer-Encoding: chunked')}1\r\n{\r\n1\r\n}\r\n0\r\n\r\n`,
      ],
      'json',
    ],
    [
      'several at once',
      [head('GET / HTTP/1.1', host), head('GET / HTTP/1.1', host), head('GET / HTTP/1.1', host, 'Connection: close')],
      'empty',
    ],
  ])('%s', async (_name, parts, kind) => {
    const answer = await send(...parts);
    expect(statusOf(answer)).toBe(200);
    expect(answer).toContain(kind);
    expect(answer.split('HTTP/1.1 200').length - 1).toBe(handled.length);
  });

  it('asks for a body that is announced, but not for one that is refused', async () => {
    const post = (length: number): readonly string[] => [
      'POST / HTTP/1.1',
      host,
      'Connection: close',
      'Expect: 100-continue',
      `Content-Length: ${length}`,
    ];
    expect(await send(`${head(...post(2))}{}`)).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200/u);
    expect(await send(head(...post(maxBytes + 1)))).toMatch(/^HTTP\/1\.1 413 /u);
  });
});

const post = (body: AsyncIterable<string>, headers: Readonly<Record<string, string>> = {}): Promise<string> =>
  new Promise((resolve, reject) => {
    const call = ask({ host: '127.0.0.1', port, method: 'POST', path: '/', headers }, (answer) => {
      let text = `${answer.statusCode} `;
      answer.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      answer.on('end', () => resolve(text));
      answer.on('error', reject);
    });
    call.on('error', reject);
    Readable.from(body, { objectMode: false }).pipe(call);
  });

async function* times(count: number, text: string): AsyncGenerator<string> {
  for (let index = 0; index < count; index += 1) yield text;
}

describe('bodies', () => {
  beforeEach(() => open());

  it('tell their senders when they are too large, announced or not', async () => {
    const tooMuch = `413 Maximum request body size ${maxBytes} exceeded.`;
    const large = 'x'.repeat(64 * 1024);
    await expect(post(times(32, large))).resolves.toBe(tooMuch);
    await expect(post(times(32, large), { 'content-length': String(32 * large.length) })).resolves.toBe(tooMuch);
    expect(await isAlive()).toBe(true);
  });

  it('that are nested without end are broken JSON, and no stack ends with them', async () => {
    await expect(post(times(10, '['.repeat(50_000)))).resolves.toBe('200 broken');
    await expect(post(times(10, '{"a":'.repeat(10_000)))).resolves.toBe('200 broken');
    await expect(post(times(1, `${'['.repeat(100)}${']'.repeat(100)}`))).resolves.toBe('200 json');
  });

  it('that break off reach no route as whole ones', async () => {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    socket.write(`${head('POST / HTTP/1.1', host, 'Content-Length: 100')}{"a":`);
    socket.end();
    await once(socket.resume(), 'close');
    await expect.poll(() => handled).toEqual(['POST / CONNECTION_LOST']);
    expect(await isAlive()).toBe(true);
  });

  it('longer than announced are not read on as requests that nobody sent', async () => {
    const answer = await send(`${head('POST / HTTP/1.1', host, 'Content-Length: 2')}{}garbage\r\n\r\n`);
    expect(answer.match(/HTTP\/1\.1 400/gu)).toHaveLength(1);
    expect(handled.filter((one) => one !== 'POST / json')).toEqual([]);
  });
});

describe('slow clients', () => {
  it('that do not finish their headers are let go', async () => {
    await open(shortTimes);
    const answer = await send('GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-A: ');
    expect(statusOf(answer)).toBe(408);
    expect(errorType(answer)).toBe('request_timeout');
  });

  it('that trickle a body are let go, read or not', async () => {
    await open(shortTimes);
    for (const path of ['/', '/unread']) {
      const answer = await send(`${head(`POST ${path} HTTP/1.1`, host, 'Content-Length: 100000')}{`);
      expect(statusOf(answer)).toBe(path === '/' ? 408 : 200);
    }
    expect(await isAlive()).toBe(true);
  });

  it('that go on may take many times as long', async () => {
    await open(shortTimes);
    async function* steady(): AsyncGenerator<string> {
      yield '"';
      for (let index = 0; index < 20; index += 1) {
        await new Promise((resolve) => setTimeout(resolve, 50));
        yield 'x'.repeat(1000);
      }
      yield '"';
    }
    await expect(post(steady())).resolves.toBe('200 json');
  });
});

describe('websockets', () => {
  const upgrade = (...lines: readonly string[]): string =>
    head('GET /ws HTTP/1.1', host, 'Connection: Upgrade', 'Upgrade: websocket', ...lines);

  it('are let in and refused as requests are', async () => {
    await open({}, 'secret');
    expect(statusOf(await send(upgrade('Authorization: Bearer secret')))).toBe(101);
    expect(handled).toEqual(['upgrade']);
    const refused = await send(upgrade());
    expect(statusOf(refused)).toBe(401);
    expect(errorType(refused)).toBe('auth_required');
    const foreign = await send(upgrade('Authorization: Bearer secret', 'Origin: http://evil.example'));
    expect(foreign).toMatch(/^HTTP\/1\.1 403 Forbidden\r\n/u);
    expect(foreign.endsWith('\r\n\r\n')).toBe(true);
    expect(handled).toEqual(['upgrade']);
  });

  it('that nobody thought of end their own connection and nothing else', async () => {
    await open();
    const broken = head('GET /broken HTTP/1.1', host, 'Connection: Upgrade', 'Upgrade: websocket');
    await expect(send(broken)).resolves.toBe('');
    expect(handled).toEqual(['Error: nobody thought of it']);
    expect(statusOf(await send(upgrade()))).toBe(101);
  });
});
