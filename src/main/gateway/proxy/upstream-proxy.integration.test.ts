import { once } from 'node:events';
import { createServer as createHttpServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTcpServer, type Socket, type Server as TcpServer } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { ask } from './gateway-over.fixture.ts';
import { createUpstreamProxy, type ProxyLimits, type UpstreamProxy } from './upstream-proxy.ts';

const closers: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

const portOf = (server: TcpServer): number => {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no address');
  return address.port;
};

const listen = async (server: TcpServer): Promise<number> => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return portOf(server);
};

const startUpstream = async (answer: RequestListener): Promise<Server> => {
  const server = createHttpServer(answer);
  await listen(server);
  closers.push(async () => {
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  });
  return server;
};

/** Accepts connections and never says a word. */
const startMute = async (): Promise<number> => {
  const sockets = new Set<Socket>();
  const server = createTcpServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
  });
  const port = await listen(server);
  closers.push(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  });
  return port;
};

/** A server that hands everything on, and tells in a 599 why it could not. */
const startFront = async (baseUrl: string, limits: Partial<ProxyLimits>): Promise<{ readonly port: number }> => {
  const proxy: UpstreamProxy = createUpstreamProxy(limits);
  const front = await startUpstream((request, response) => {
    proxy.web(request, response, { baseUrl, authorization: null }).catch((error: unknown) => {
      response.writeHead(599).end(String(error));
    });
  });
  closers.push(async () => proxy.close());
  return { port: portOf(front) };
};

it('a connection that is never made is given up', async () => {
  const port = await startMute();
  const front = await startFront(`https://127.0.0.1:${port}`, { connectMs: 100 });
  const answer = await ask(front, '/');
  expect(answer.status).toBe(599);
  expect(answer.body.toString()).toContain('took too long');
});

it('a silent instance is given up, whoever is silent longer than the limit', async () => {
  const front = await startFront(`http://127.0.0.1:${await startMute()}`, { idleMs: 200 });
  expect((await ask(front, '/')).status).toBe(599);
});

it('a stream lasts longer than its limit of silence, and than an unused connection', async () => {
  const upstream = await startUpstream((_request, response) => {
    let pieces = 0;
    const timer = setInterval(() => {
      pieces += 1;
      response.write(`${pieces} `);
      if (pieces < 25) return;
      clearInterval(timer);
      response.end();
    }, 60);
  });
  const front = await startFront(`http://127.0.0.1:${portOf(upstream)}`, { idleMs: 1000, restMs: 30 });
  expect((await ask(front, '/')).body.toString()).toMatch(/^1 2 3 .* 25 $/u);
});

it('connections are used again, and closed when nobody does', async () => {
  const upstream = await startUpstream((_request, response) => response.end('x'));
  let connections = 0;
  const open = new Set<Socket>();
  upstream.on('connection', (socket) => {
    connections += 1;
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });
  const front = await startFront(`http://127.0.0.1:${portOf(upstream)}`, { restMs: 300 });
  for (let turn = 0; turn < 5; turn += 1) expect((await ask(front, '/')).status).toBe(200);
  expect(connections).toBe(1);
  await expect.poll(() => open.size, { timeout: 5000 }).toBe(0);
});
