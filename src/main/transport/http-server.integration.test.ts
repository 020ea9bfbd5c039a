import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import { StudioError } from '#contract/errors.ts';
import type { CallHandlers, ContentHandler, ContentRequest } from '#contract/handlers.ts';
import { messageLimits } from '#contract/wire.ts';
import { securityHeaders } from './content-security-policy.ts';
import { ask, builtIndex, makeRendererFolder, post, startTestServer, type TestServer } from './http-server.fixture.ts';
import type { HttpServerOptions } from './http-server.ts';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

const start = async (
  handlers: Partial<CallHandlers> = {},
  options: Partial<HttpServerOptions> = {},
): Promise<TestServer> => {
  const started = await startTestServer(handlers, options);
  closing.push(() => started.close());
  return started;
};

const withPages = async (options: Partial<HttpServerOptions> = {}): Promise<TestServer> => {
  const { folder, remove } = await makeRendererFolder();
  closing.push(remove);
  return start({}, { rendererFolder: folder, ...options });
};

const navigation = { 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document', 'sec-fetch-site': 'none' };
const jobId = '00000000-0000-4000-8000-000000000000';

describe('calls', () => {
  const suggestPort: Partial<CallHandlers> = { 'instances.suggestPort': ({ from }) => ({ port: from }) };

  it('are answered with the output', async () => {
    const { server } = await start(suggestPort);
    const answer = await post(server, '/api/instances/suggestPort', { from: 9000 });
    expect(answer).toMatchObject({ status: 200, json: { port: 9000 } });
    expect(answer.headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'no-store',
    });
  });

  it.each([
    ['no body', {}],
    ['an empty body', { body: '' }],
    ['an empty form', { body: '', headers: { 'content-type': 'application/x-www-form-urlencoded' } }],
    ['blanks', { body: ' \n', headers: { 'content-type': 'application/json' } }],
  ])('take %s for an empty input', async (_what, request) => {
    const { server } = await start(suggestPort);
    expect(await ask(server, '/api/instances/suggestPort', { method: 'POST', ...request })).toMatchObject({
      status: 200,
      json: { port: 8188 },
    });
  });

  it('read JSON under the content type that curl -d sends', async () => {
    const { server } = await start(suggestPort);
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    expect(await post(server, '/api/instances/suggestPort', { from: 5 }, headers)).toMatchObject({ json: { port: 5 } });
  });

  it('answer errors with the status of their code', async () => {
    const { server, studio } = await start({
      'jobs.get': () => {
        throw new StudioError('JOB_NOT_FOUND', undefined, { details: { jobId } });
      },
      'gpus.list': () => {
        throw new TypeError('secret in /root');
      },
    });
    expect(await post(server, '/api/jobs/get', { jobId })).toMatchObject({
      status: 404,
      json: { code: 'JOB_NOT_FOUND', message: 'There is no job with this id.', retryable: false, details: { jobId } },
    });
    expect(await post(server, '/api/jobs/get', { jobId: 5 })).toMatchObject({
      status: 400,
      json: { code: 'INPUT_INVALID', details: { issues: [{ path: 'jobId' }] } },
    });
    const unexpected = await post(server, '/api/gpus/list', {});
    expect(unexpected).toMatchObject({ status: 500, json: { code: 'INTERNAL' } });
    expect(unexpected.text).not.toContain('secret');
    expect(JSON.stringify(studio.log.lines)).toContain('secret in /root');
  });

  it.each(['{"from":', 'nonsense', '{"from":1}}'])('refuse a body that is not JSON: %s', async (body) => {
    const { server } = await start();
    const headers = { 'content-type': 'application/json' };
    expect(await ask(server, '/api/gpus/list', { method: 'POST', headers, body })).toMatchObject({
      status: 400,
      json: { code: 'INPUT_INVALID', message: 'The body is not JSON.' },
    });
  });

  it.each(['/api/constructor/x', '/api/__proto__/x', '/api/gpus/nothing', '/api/gpus', '/api/', '/api/gpus/list/x'])(
    'are unknown at %s',
    async (path) => {
      const { server } = await start();
      expect(await post(server, path, {})).toMatchObject({ status: 404, json: { code: 'METHOD_UNKNOWN' } });
    },
  );

  it.each(['GET', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'])('are not made with %s', async (method) => {
    const { server } = await start();
    const answer = await ask(server, '/api/gpus/list', { method });
    expect(answer).toMatchObject({ status: 405, json: { code: 'METHOD_NOT_ALLOWED' } });
    expect(answer.headers['access-control-allow-origin']).toBeUndefined();
  });

  it('that are far too large get their refusal, although the client sends all of them before it reads', async () => {
    const { server } = await start();
    const length = 60_000_000;
    const head = `POST /api/host/openPath HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nContent-Length: ${length}\r\n\r\n`;
    const socket = connect(server.port, '127.0.0.1').pause();
    closing.push(async () => void socket.destroy());
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      socket.write(head + 'x'.repeat(length), () => resolve());
    });
    const answer = await text(socket);
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    expect(answer).toContain('"code":"INPUT_TOO_LARGE"');
  });

  it('of a workflow file are refused by their announced length', async () => {
    const { server } = await start({
      'workflows.inspect': () => {
        throw new StudioError('WORKFLOW_INVALID');
      },
    });
    const fitting = messageLimits.workflowFileMaxBytes - '{"text":""}'.length;
    const answers = await Promise.all(
      [fitting, fitting + 1].map((length) => post(server, '/api/workflows/inspect', { text: 'x'.repeat(length) })),
    );
    expect(answers.map(({ json }) => json)).toMatchObject([{ code: 'WORKFLOW_INVALID' }, { code: 'INPUT_TOO_LARGE' }]);
  });

  it('take 10 MB, and more only for the text of a workflow file', async () => {
    const { server } = await start({
      'workflows.inspect': ({ text }) => {
        throw new StudioError('WORKFLOW_INVALID', undefined, { details: { length: text.length } });
      },
    });
    const text = 'x'.repeat(10_500_000);
    expect(await post(server, '/api/host/openPath', { path: text })).toMatchObject({
      status: 413,
      json: { code: 'INPUT_TOO_LARGE' },
    });
    expect(await post(server, '/api/workflows/inspect', { text })).toMatchObject({
      status: 400,
      json: { code: 'WORKFLOW_INVALID', details: { length: 10_500_000 } },
    });
  });

  it('are aborted when the caller goes away', async () => {
    const begun = Promise.withResolvers<void>();
    const aborted = Promise.withResolvers<unknown>();
    const { server } = await start({
      'host.pickFolder': (_input, { signal }) => {
        signal.addEventListener('abort', () => aborted.resolve(signal.reason));
        begun.resolve();
        return new Promise(() => undefined);
      },
    });
    const controller = new AbortController();
    const call = fetch(`${server.address}/api/host/pickFolder`, { method: 'POST', signal: controller.signal });
    await begun.promise;
    controller.abort();
    await expect(call).rejects.toThrow();
    expect(await aborted.promise).toMatchObject({ code: 'CONNECTION_LOST' });
  });
});

describe('pages', () => {
  it('show index.html at every address that is navigated to, never cached', async () => {
    const { server } = await withPages();
    for (const path of ['/', '/index.html', '/instances/one', '/run?workflow=1', '/a.b']) {
      const answer = await ask(server, path, { headers: navigation });
      expect(answer).toMatchObject({ status: 200, text: builtIndex });
      expect(answer.headers).toMatchObject({ 'cache-control': 'no-store', 'content-type': 'text/html; charset=utf-8' });
    }
    expect(await ask(server, '/run', { headers: { accept: 'text/html,*/*' } })).toMatchObject({ status: 200 });
  });

  it('serve files: those with a hash for ever, others checked each time', async () => {
    const { server } = await withPages();
    const script = await ask(server, '/assets/index-B3kD0f2a.js');
    expect(script).toMatchObject({ status: 200, text: 'export {};' });
    expect(script.headers['cache-control']).toBe('private, max-age=31536000, immutable');
    expect(script.headers['content-type']).toMatch(/^(text|application)\/javascript/);
    const icon = await ask(server, '/icon.svg');
    expect(icon.headers['cache-control']).toBe('no-cache');
    const again = await ask(server, '/icon.svg', { headers: { 'if-none-match': icon.headers.etag ?? '' } });
    expect(again.status).toBe(304);
    expect(await ask(server, '/icon.svg', { method: 'HEAD' })).toMatchObject({ status: 200, text: '' });
  });

  it('do not show index.html in place of a script that is gone', async () => {
    const { server } = await withPages();
    const script = { 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'script', 'sec-fetch-site': 'same-origin' };
    for (const headers of [script, { accept: '*/*' }]) {
      const answer = await ask(server, '/assets/old-00000000.js', { headers });
      expect(answer).toMatchObject({ status: 404, json: { code: 'METHOD_UNKNOWN' } });
      expect(answer.headers['cache-control']).toBe('no-store');
    }
  });

  it.each([
    '/../secret.txt',
    '/assets/../../secret.txt',
    '/%2e%2e/secret.txt',
    '/assets/..%2f..%2fsecret.txt',
    '/..%5csecret.txt',
    '/assets/%2e%2e/%2e%2e/secret.txt',
    '//etc/passwd',
    '/.hidden',
    '/assets',
    '/assets/',
  ])('never leave their folder: %s', async (path) => {
    const { server } = await withPages();
    const answer = await ask(server, path);
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThan(500);
    expect(answer.text).not.toMatch(/secret|hidden|root:/);
  });

  it('say how to build them when they are not built', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'atelier-empty-'));
    closing.push(() => rm(folder, { recursive: true }));
    for (const rendererFolder of [null, folder, join(folder, 'missing')]) {
      const { server } = await start({}, { rendererFolder });
      const answer = await ask(server, '/', { headers: navigation });
      expect(answer.status).toBe(503);
      expect(answer.text).toContain('npm run build');
    }
  });

  it('are only read', async () => {
    const { server } = await withPages();
    expect(await ask(server, '/', { method: 'DELETE' })).toMatchObject({
      status: 405,
      json: { code: 'METHOD_NOT_ALLOWED' },
    });
  });
});

describe('every answer', () => {
  it('carries the security headers, whatever it is', async () => {
    const { server } = await withPages({ accessToken: 'a-token-of-some-length' });
    const bearer = { authorization: 'Bearer a-token-of-some-length' };
    const answers = [
      await ask(server, '/', { headers: { ...navigation, ...bearer } }),
      await ask(server, '/icon.svg', { headers: bearer }),
      await ask(server, '/missing.js', { headers: bearer }),
      await ask(server, '/../x', { headers: bearer }),
      await ask(server, '/%', { headers: bearer }),
      await post(server, '/api/gpus/list', {}, bearer),
      await post(server, '/api/nothing/here', {}, bearer),
      await ask(server, '/', { headers: navigation }),
      await post(server, '/api/gpus/list', {}),
      await ask(server, '/', { headers: { host: 'evil.example' } }),
      await post(server, '/api/gpus/list', {}, { origin: 'https://evil.example' }),
    ];
    for (const answer of answers) expect(answer.headers).toMatchObject(securityHeaders);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 404, 400, 400, 500, 404, 401, 401, 403, 403]);
  });
});

describe('the guard', () => {
  it('refuses a rebinding name everywhere', async () => {
    const { server } = await withPages();
    const headers = { host: `evil.example:${server.port}` };
    for (const path of ['/', '/icon.svg', '/content/outputs/x/0', '/nothing']) {
      expect(await ask(server, path, { headers })).toMatchObject({ status: 403, json: { code: 'AUTH_HOST' } });
    }
    expect(await post(server, '/api/gpus/list', {}, headers)).toMatchObject({
      status: 403,
      json: { code: 'AUTH_HOST' },
    });
  });

  it('refuses a page of another origin and lets our own in', async () => {
    let made = 0;
    const { server, origin } = await start({
      'jobs.clearFinished': () => {
        made += 1;
        return { removed: 0, filesDeleted: 0 };
      },
    });
    for (const other of ['https://evil.example', 'http://127.0.0.1:1', 'null']) {
      expect(await post(server, '/api/jobs/clearFinished', {}, { origin: other })).toMatchObject({
        status: 403,
        json: { code: 'AUTH_ORIGIN' },
      });
    }
    expect(made).toBe(0);
    expect(await post(server, '/api/jobs/clearFinished', {}, { origin })).toMatchObject({ status: 200 });
    expect(made).toBe(1);
  });
});

describe('an access token', () => {
  const accessToken = 'a-token-of-some-length';

  it('is asked for on every route', async () => {
    const { server } = await withPages({ accessToken });
    for (const path of ['/icon.svg', '/content/outputs/x/0', '/api/gpus/list']) {
      const answer = await ask(server, path);
      expect(answer).toMatchObject({ status: 401, json: { code: 'AUTH_REQUIRED' } });
      expect(answer.headers['www-authenticate']).toContain('Bearer');
    }
    const page = await ask(server, '/', { headers: navigation });
    expect(page.status).toBe(401);
    expect(page.text).toContain('access link');
    expect(page.headers['cache-control']).toBe('no-store');
  });

  it('comes by a link once, and then by a cookie', async () => {
    const { server } = await withPages({ accessToken });
    const link = new URL(server.createLoginLink());
    expect(link.origin).toBe(server.address);
    const path = `${link.pathname}${link.search}`;
    const answer = await ask(server, path, { headers: navigation });
    expect(answer).toMatchObject({ status: 303, headers: { location: '/', 'cache-control': 'no-store' } });
    const cookie = answer.headers['set-cookie']?.[0] ?? '';
    expect(cookie).toMatch(/; HttpOnly; SameSite=Strict; Path=\//);
    const headers = { ...navigation, cookie: cookie.split(';')[0] ?? '' };
    expect(await ask(server, '/', { headers })).toMatchObject({ status: 200, text: builtIndex });
    const second = await ask(server, path, { headers: navigation });
    expect(second.status).toBe(401);
    expect(second.headers['set-cookie']).toBeUndefined();
  });

  it('is not guessed: after ten wrong ones the address waits', async () => {
    const { server } = await start({}, { accessToken, now: () => 1000 });
    const wrong = { authorization: 'Bearer wrong' };
    for (let count = 0; count < 10; count += 1) {
      expect((await post(server, '/api/gpus/list', {}, wrong)).status).toBe(401);
    }
    const limited = await post(server, '/api/gpus/list', {}, { authorization: `Bearer ${accessToken}` });
    expect(limited).toMatchObject({ status: 429, json: { code: 'AUTH_LIMITED' } });
    expect(limited.headers['retry-after']).toBe('60');
    const page = await ask(server, '/?key=again', { headers: navigation });
    expect(page.status).toBe(429);
  });

  it('is not needed on this machine: then a link is the plain address', async () => {
    const { server } = await withPages();
    expect(server.createLoginLink()).toBe(`${server.address}/`);
    expect(await ask(server, '/?key=old', { headers: navigation })).toMatchObject({
      status: 303,
      headers: { location: '/' },
    });
  });
});

describe('content', () => {
  const echo: ContentHandler = async ({ method, path, query, headers, body }) => {
    let bytes = 0;
    for await (const chunk of body) bytes += chunk.byteLength;
    const seen = { method, path, query, type: headers['content-type'], bytes };
    return { status: 201, headers: { 'content-type': 'application/json' }, body: JSON.stringify(seen) };
  };

  it('hands the request on as it came, its body as a stream', async () => {
    const { server } = await start({}, { content: echo });
    const body = Buffer.alloc(12_000_000, 1);
    const headers = { 'content-type': 'image/png' };
    expect(await ask(server, '/content/inputs/a%20b?name=x%26y&n=1', { method: 'PUT', headers, body })).toMatchObject({
      status: 201,
      json: {
        method: 'PUT',
        path: 'inputs/a%20b',
        query: { name: 'x&y', n: '1' },
        type: 'image/png',
        bytes: 12_000_000,
      },
    });
  });

  it('is not read before the handler wants it', async () => {
    const requested = Promise.withResolvers<ContentRequest>();
    const { server } = await start(
      {},
      {
        content: async (request) => {
          requested.resolve(request);
          return { status: 413, headers: {}, body: 'no' };
        },
      },
    );
    const answer = await ask(server, '/content/inputs', {
      method: 'PUT',
      headers: { 'content-length': '1000000000' },
      body: 'x',
    });
    expect(answer).toMatchObject({ status: 413, headers: { connection: 'close' } });
    await requested.promise;
  });

  it('is answered from a stream, from bytes and from text', async () => {
    const pieces = async function* (): AsyncGenerator<Uint8Array> {
      yield Buffer.from('one ');
      yield Buffer.from('two');
    };
    const bodies: Record<string, Awaited<ReturnType<ContentHandler>>['body']> = {
      stream: pieces(),
      bytes: new Uint8Array([1, 2, 104, 105]).subarray(2),
      text: 'text',
    };
    const { server } = await start(
      {},
      {
        content: async ({ path }) => ({
          status: 200,
          headers: { 'content-type': 'image/png' },
          body: bodies[path] ?? '',
        }),
      },
    );
    expect((await ask(server, '/content/stream')).text).toBe('one two');
    expect((await ask(server, '/content/bytes')).text).toBe('hi');
    const text = await ask(server, '/content/text');
    expect(text).toMatchObject({ text: 'text', headers: { 'content-type': 'image/png' } });
    expect(text.headers['content-security-policy']).toContain('sandbox');
  });

  it('answers HEAD with the headers alone and stops the source', async () => {
    const stopped = Promise.withResolvers<void>();
    const body: AsyncIterable<Uint8Array> = {
      [Symbol.asyncIterator]: () => ({
        next: () => new Promise(() => undefined),
        return: async () => {
          stopped.resolve();
          return { done: true, value: undefined };
        },
      }),
    };
    const { server } = await start(
      {},
      {
        content: async () => ({
          status: 200,
          headers: { 'content-type': 'video/mp4', 'content-length': '5000' },
          body,
        }),
      },
    );
    const answer = await ask(server, '/content/outputs/x/0', { method: 'HEAD' });
    expect(answer).toMatchObject({ status: 200, text: '' });
    expect(answer.headers).toMatchObject({ 'content-type': 'video/mp4', 'content-length': '5000' });
    await stopped.promise;
  });

  it('stops its source when the reader goes away', async () => {
    const stopped = Promise.withResolvers<void>();
    const endless = async function* (): AsyncGenerator<Uint8Array> {
      try {
        for (;;) yield Buffer.alloc(65_536);
      } finally {
        stopped.resolve();
      }
    };
    const aborted = Promise.withResolvers<void>();
    const { server } = await start(
      {},
      {
        content: async ({ signal }) => {
          signal.addEventListener('abort', () => aborted.resolve());
          return { status: 200, headers: {}, body: endless() };
        },
      },
    );
    const controller = new AbortController();
    await fetch(`${server.address}/content/outputs/x/0`, { signal: controller.signal });
    controller.abort();
    await Promise.all([stopped.promise, aborted.promise]);
  });

  it.each(['/content/../secret', '/content/..%2fsecret', '/content/outputs/%2e%2e/%2e%2e/x', '/content/a%00b'])(
    'refuses to climb: %s',
    async (path) => {
      let asked = 0;
      const { server } = await start(
        {},
        {
          content: async () => {
            asked += 1;
            return { status: 200, headers: {}, body: 'secret' };
          },
        },
      );
      expect((await ask(server, path)).status).toBe(400);
      expect(asked).toBe(0);
    },
  );

  it('answers the failures of its handler', async () => {
    const { server } = await start(
      {},
      {
        content: async () => {
          throw new StudioError('JOB_NOT_FOUND');
        },
      },
    );
    expect(await ask(server, '/content/outputs/x/0')).toMatchObject({ status: 404, json: { code: 'JOB_NOT_FOUND' } });
    expect(await ask(server, '/content/x', { method: 'PATCH' })).toMatchObject({ status: 405 });
  });
});

describe('starting and stopping', () => {
  it('needs a token for an address beyond this machine', async () => {
    await expect(startTestServer({}, { host: '0.0.0.0' })).rejects.toMatchObject({ code: 'SERVER_TOKEN_NEEDED' });
    const { server } = await start({}, { host: '0.0.0.0', accessToken: 'a-token-of-some-length' });
    expect(server.address).toBe(`http://127.0.0.1:${server.port}`);
  });

  it('tells who holds the port', async () => {
    const stranger = createServer();
    await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', resolve));
    closing.push(() => new Promise((resolve) => stranger.close(() => resolve())));
    const { port } = stranger.address() as AddressInfo;
    const checkPort = async (): Promise<{ owner: { pid: number; name: string } }> => ({
      owner: { pid: 4120, name: 'python' },
    });
    await expect(startTestServer({}, { port, checkPort })).rejects.toMatchObject({
      code: 'SERVER_PORT_TAKEN',
      details: { host: '127.0.0.1', port, owner: { pid: 4120, name: 'python' } },
    });
    await expect(startTestServer({}, { port })).rejects.toMatchObject({ details: { owner: null } });
  });

  it('tells an address that this machine does not have', async () => {
    const rejected = startTestServer({}, { host: '192.0.2.1', accessToken: 'a-token-of-some-length' });
    await expect(rejected).rejects.toMatchObject({ code: 'SERVER_ADDRESS_UNUSABLE', details: { host: '192.0.2.1' } });
  });

  it('lets a running request finish, and refuses new ones', async () => {
    const begun = Promise.withResolvers<void>();
    const finish = Promise.withResolvers<void>();
    const { server } = await start({
      'gpus.list': async () => {
        begun.resolve();
        await finish.promise;
        return { gpus: [] };
      },
    });
    const running = post(server, '/api/gpus/list', {});
    await begun.promise;
    const closed = server.close();
    finish.resolve();
    expect(await running).toMatchObject({ status: 200 });
    await closed;
    await expect(ask(server, '/')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('cuts off what does not finish within the limit', async () => {
    const begun = Promise.withResolvers<void>();
    const aborted = Promise.withResolvers<void>();
    const { server } = await start(
      {
        'gpus.list': (_input, { signal }) => {
          signal.addEventListener('abort', () => aborted.resolve());
          begun.resolve();
          return new Promise(() => undefined);
        },
      },
      { closeTimeoutMs: 50 },
    );
    const running = post(server, '/api/gpus/list', {});
    const cut = expect(running).rejects.toThrow();
    await begun.promise;
    await server.close();
    await cut;
    await aborted.promise;
  });
});
