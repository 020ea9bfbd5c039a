import { once } from 'node:events';
import { type IncomingMessage, type RequestListener, request } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import type { GatewayOptions } from '../gateway.ts';
import { ask, type GatewayWorld, openGatewayOver, type ScriptedServer, startScripted } from './gateway-over.fixture.ts';

let world: GatewayWorld;
let servers: ScriptedServer[] = [];

afterEach(async () => {
  await world.close();
  for (const server of servers) await server.end();
  servers = [];
});

const open = async (answers: readonly RequestListener[], options: Partial<GatewayOptions> = {}): Promise<void> => {
  servers = await Promise.all(answers.map((answer) => startScripted(answer)));
  world = await openGatewayOver(
    servers.map(({ endpoint }) => endpoint),
    options,
  );
};

/** Requests of the test itself, without what the gateway asks of its own accord. */
const asked = (index: number): readonly string[] =>
  (servers[index]?.requests ?? []).filter((one) => one !== 'GET /object_info');

const notFound: RequestListener = (_request, response) => {
  response.writeHead(404).end();
};

const echo: RequestListener = (incoming, response) => {
  response.writeHead(201, 'Made', {
    'content-type': 'application/x-custom',
    'x-custom': 'kept',
    'set-cookie': ['a=1', 'b=2'],
    trailer: 'x-sum',
  });
  incoming.once('end', () => response.addTrailers({ 'x-sum': `of ${incoming.trailers['x-sent'] ?? 'nothing'}` }));
  incoming.pipe(response);
};

describe('an address of a custom node', () => {
  it('gets its body and gives its answer piece by piece, trailers included', async () => {
    await open([echo]);
    const sent = request({
      port: world.gateway.port,
      path: '/custom/stream?x=%20',
      method: 'PATCH',
      headers: { trailer: 'x-sent', 'transfer-encoding': 'chunked' },
    });
    sent.write('first');
    const [answer]: [IncomingMessage] = await new Promise((resolve) => {
      sent.once('response', (incoming: IncomingMessage) => resolve([incoming]));
    });
    expect(answer).toMatchObject({ statusCode: 201, statusMessage: 'Made' });
    expect(answer.headers).toMatchObject({
      'content-type': 'application/x-custom',
      'x-custom': 'kept',
      'set-cookie': ['a=1', 'b=2'],
    });
    answer.setEncoding('utf8');
    // What was sent is back before the rest of the body is.
    expect(String(await once(answer, 'data'))).toBe('first');
    sent.write('second');
    expect(String(await once(answer, 'data'))).toBe('second');
    sent.addTrailers({ 'x-sent': 'mine' });
    sent.end();
    await once(answer, 'end');
    expect(answer.trailers).toEqual({ 'x-sum': 'of mine' });
    expect(asked(0)).toEqual(['PATCH /custom/stream?x=%20']);
  });

  it.each([
    '/api/userdata/a%2Fb.json?overwrite=false&x=%20y',
    '/userdata/..%2f..%2Fsecret',
    '/userdata/../secret',
    '/userdata/%2e%2e/secret',
    '//evil.example/x',
    '/x?a=1&&b=c=d',
    '/api/custom/%F0%9F%98%80',
  ])('reaches the instance as it is written: %s', async (target) => {
    await open([notFound]);
    expect((await ask(world.gateway, target)).status).toBe(404);
    expect(asked(0)).toEqual([`GET ${target}`]);
  });

  it.each(['GET', 'HEAD', 'DELETE', 'PUT', 'POST', 'PROPFIND'])('takes the method %s', async (method) => {
    await open([(_request, response) => response.writeHead(200, { 'x-was': 'here', 'content-length': '2' }).end('ok')]);
    const answer = await ask(world.gateway, '/custom', { method });
    expect(answer).toMatchObject({ status: 200, headers: { 'x-was': 'here', 'content-length': '2' } });
    expect(answer.body.toString()).toBe(method === 'HEAD' ? '' : 'ok');
    expect(asked(0)).toEqual([`${method} /custom`]);
  });

  it('is not asked in the name of the page, nor with the key of the gateway', async () => {
    const seen: IncomingMessage['headers'][] = [];
    const [secured] = [
      await startScripted((incoming, response) => {
        if (incoming.url !== '/object_info') seen.push(incoming.headers);
        response.end();
      }, 'Bearer of-the-instance'),
    ];
    servers = [secured];
    world = await openGatewayOver([secured.endpoint], { accessToken: 'secret-of-the-gateway' });
    const { port } = world.gateway;
    const headers = {
      origin: `http://127.0.0.1:${port}`,
      referer: `http://127.0.0.1:${port}/?token=secret-of-the-gateway`,
      'sec-fetch-site': 'same-origin',
      'sec-fetch-mode': 'cors',
      'comfy-user': 'default',
      'x-own': 'kept',
      'accept-encoding': 'br',
    };
    const authorization = 'Bearer secret-of-the-gateway';
    await ask(world.gateway, '/custom', { headers: { ...headers, authorization } });
    await ask(world.gateway, '/custom/picture.png?a=b&token=secret-of-the-gateway');
    expect(seen).toHaveLength(2);
    expect(JSON.stringify([seen, asked(0)])).not.toContain('secret-of-the-gateway');
    expect(asked(0)).toEqual(['GET /custom', 'GET /custom/picture.png?a=b']);
    expect(seen[0]).toEqual({
      host: new URL(secured.endpoint.baseUrl).host,
      authorization: 'Bearer of-the-instance',
      'comfy-user': 'default',
      'x-own': 'kept',
      'accept-encoding': 'br',
      connection: 'keep-alive',
    });
  });

  it('leads back to the gateway when it redirects to itself', async () => {
    await open([
      (incoming, response) => response.writeHead(302, { location: `http://${incoming.headers.host}/next?a#b` }).end(),
    ]);
    expect((await ask(world.gateway, '/custom')).headers.location).toBe('/next?a#b');
  });

  it('does not pass by the gateway when it is written in another way', async () => {
    await open([notFound]);
    const queue = await ask(world.gateway, '/%71ueue');
    expect(JSON.parse(queue.body.toString())).toEqual({ queue_running: [], queue_pending: [] });
    expect((await ask(world.gateway, '/api/%69nterrupt', { method: 'POST' })).status).toBe(200);
    expect(asked(0)).toEqual([]);
  });
});

describe('an instance that does not answer', () => {
  const dies: RequestListener = (incoming) => incoming.socket.destroy();
  const works: RequestListener = (_request, response) => response.end('from b');

  it('is replaced by another one, once, where asking twice does no harm', async () => {
    await open([dies, works]);
    expect((await ask(world.gateway, '/settings')).body.toString()).toBe('from b');
    expect(asked(0)).toEqual(['GET /settings']);
    await servers[0]?.end();
    expect((await ask(world.gateway, '/settings')).body.toString()).toBe('from b');
  });

  it.each(['POST', 'DELETE'])('is told of in the envelope, and a %s is not sent twice', async (method) => {
    await open([dies, works]);
    const answer = await ask(world.gateway, '/settings', { method, body: '{}' });
    expect(answer.status).toBe(502);
    expect(JSON.parse(answer.body.toString())).toMatchObject({
      error: { type: 'instance_unreachable', details: 'a' },
      node_errors: {},
    });
    expect(asked(1)).toEqual([]);
  });

  it.each(['/manager/reboot', '/api/v2/manager/reboot', '/%6Danager/reboot'])(
    'is not replaced where an order was for it alone: %s',
    async (target) => {
      await open([dies, works]);
      expect((await ask(world.gateway, target)).status).toBe(502);
      expect(asked(1)).toEqual([]);
    },
  );

  it('is told of when no other does', async () => {
    await open([dies, dies]);
    expect((await ask(world.gateway, '/settings')).status).toBe(502);
    expect([asked(0).length, asked(1).length]).toEqual([1, 1]);
  });

  it('is given up after a silence', async () => {
    await open([() => undefined], { limits: { idleMs: 300 } });
    expect((await ask(world.gateway, '/custom', { method: 'POST' })).status).toBe(502);
  });

  it('breaks the answer off where it had begun', async () => {
    await open([
      (incoming, response) => {
        response.write('half');
        setImmediate(() => incoming.socket.destroy());
      },
    ]);
    await expect(ask(world.gateway, '/custom')).rejects.toMatchObject({ code: 'ECONNRESET' });
  });

  it('is told when the client has gone', async () => {
    const gone = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    await open([
      (incoming, response) => {
        if (incoming.url === '/object_info') return;
        response.write('x');
        response.once('close', () => gone.resolve());
        begun.resolve();
      },
    ]);
    const sent = request({ port: world.gateway.port, path: '/custom' }).end();
    sent.on('error', () => undefined);
    await begun.promise;
    sent.destroy();
    await gone.promise;
  });
});

describe('a client that has gone', () => {
  it('has no instance asked in its name', async () => {
    const told = Promise.withResolvers<void>();
    const connections = new Set<unknown>();
    await open([
      (incoming, response) => {
        // The gateway waits for this before it would hand the question on.
        if (incoming.url === '/object_info') void told.promise.then(() => response.writeHead(500).end());
        else {
          connections.add(incoming.socket);
          response.end('x');
        }
      },
    ]);
    const sent = request({ port: world.gateway.port, path: '/object_info/Some' }).end();
    sent.on('error', () => undefined);
    await expect.poll(() => servers[0]?.requests).toContain('GET /object_info');
    await ask(world.gateway, '/custom');
    sent.destroy();
    await new Promise((resolve) => sent.once('close', resolve));
    await ask(world.gateway, '/custom');
    told.resolve();
    const other = await ask(world.gateway, '/object_info/Other');
    expect(other.body.toString()).toBe('x');
    expect(asked(0)).toEqual(['GET /custom', 'GET /custom', 'GET /object_info/Other']);
    // A question that nobody asks any more would hold the connection.
    expect(connections.size).toBe(1);
  });
});

describe('where nobody runs', () => {
  it('a person gets a page, and a program the envelope', async () => {
    await open([]);
    const page = await ask(world.gateway, '/', { headers: { accept: 'text/html,*/*' } });
    expect(page.status).toBe(503);
    expect(page.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(page.body.toString()).toContain('No ComfyUI is running');
    const inChinese = { headers: { accept: 'text/html,*/*', 'accept-language': 'zh-CN,zh;q=0.9,en;q=0.8' } };
    expect((await ask(world.gateway, '/', inChinese)).body.toString()).toContain('没有正在运行的 ComfyUI');
    for (const [target, method] of [
      ['/', 'GET'],
      ['/features', 'GET'],
      ['/system_stats', 'GET'],
      ['/object_info', 'GET'],
      ['/object_info/X', 'GET'],
      ['/custom', 'POST'],
    ] as const) {
      const answer = await ask(world.gateway, target, { method });
      expect(answer.status, target).toBe(503);
      expect(JSON.parse(answer.body.toString()).error.type).toBe('instance_none_available');
      expect(answer.headers['retry-after']).toBe('5');
    }
  });
});
