import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type RawData, WebSocket, WebSocketServer } from 'ws';
import { type GatewayWorld, openGatewayOver, type ScriptedServer, startScripted } from './gateway-over.fixture.ts';

let world: GatewayWorld;
let instance: ScriptedServer;
let sockets: WebSocketServer;
let upgrades: { readonly url: string; readonly headers: Record<string, unknown> }[];

beforeEach(async () => {
  upgrades = [];
  instance = await startScripted((_request, response) => {
    response.writeHead(404).end('no such socket');
  });
  sockets = new WebSocketServer({ noServer: true });
  sockets.on('connection', (socket: WebSocket) => {
    socket.on('message', (data: RawData, isBinary) => socket.send(data, { binary: isBinary }));
  });
  instance.server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy());
    upgrades.push({ url: request.url ?? '', headers: request.headers });
    if (request.url?.startsWith('/custom') === true) {
      sockets.handleUpgrade(request, socket, head, (client) => sockets.emit('connection', client, request));
    } else socket.end('HTTP/1.1 404 Not Found\r\nx-own: kept\r\ncontent-length: 4\r\n\r\nnone');
  });
  world = await openGatewayOver([instance.endpoint]);
});

afterEach(async () => {
  await world.close();
  for (const socket of sockets.clients) socket.terminate();
  await instance.end();
});

const open = (target: string): WebSocket =>
  new WebSocket(`ws://127.0.0.1:${world.gateway.port}${target}`, ['own-protocol'], {
    headers: { origin: `http://127.0.0.1:${world.gateway.port}` },
  });

const serverSocket = async (): Promise<WebSocket> => {
  await expect.poll(() => sockets.clients.size).toBe(1);
  const [socket] = sockets.clients;
  if (socket === undefined) throw new Error('no socket');
  return socket;
};

describe('a websocket of a custom node', () => {
  it('goes to the instance, in both directions', async () => {
    const socket = open('/custom/socket?x=%2F');
    await once(socket, 'open');
    expect(socket.protocol).toBe('own-protocol');
    for (const [message, isBinary] of [
      ['text', false],
      [Buffer.alloc(3_000_000, 7), true],
    ] as const) {
      socket.send(message);
      const [data, binary] = await once(socket, 'message');
      expect(Buffer.compare(data, Buffer.from(message))).toBe(0);
      expect(binary).toBe(isBinary);
    }
    expect(upgrades).toHaveLength(1);
    expect(upgrades[0]?.url).toBe('/custom/socket?x=%2F');
    expect(upgrades[0]?.headers).toMatchObject({ host: new URL(instance.endpoint.baseUrl).host });
    expect(upgrades[0]?.headers).not.toHaveProperty('origin');
    socket.close(4001, 'bye');
    await once(socket, 'close');
  });

  it('ends for the instance when the client goes, however', async () => {
    const socket = open('/custom');
    await once(socket, 'open');
    const other = await serverSocket();
    socket.terminate();
    await once(other, 'close');
  });

  it('ends for the client when the instance goes, however', async () => {
    const socket = open('/custom');
    await once(socket, 'open');
    (await serverSocket()).terminate();
    await once(socket, 'close');
  });

  it('that the instance refuses is refused in its words', async () => {
    const socket = open('/unknown');
    const [, answer] = await once(socket, 'unexpected-response');
    expect(answer.statusCode).toBe(404);
    expect(answer.headers['x-own']).toBe('kept');
    socket.on('error', () => undefined);
    socket.terminate();
  });

  it('is refused where the instance is not there, and where nobody runs', async () => {
    await instance.end();
    await expect(once(open('/custom'), 'open')).rejects.toThrow('502');
    world.fleet.set([]);
    await expect(once(open('/custom'), 'open')).rejects.toThrow('503');
  });

  it('is the gateway’s own under its own address, however that is written', async () => {
    for (const target of ['/ws', '/api/ws', '/%77s', '/api/%77%73']) {
      const socket = new WebSocket(`ws://127.0.0.1:${world.gateway.port}${target}?clientId=x`);
      const [data] = await once(socket, 'message');
      expect(JSON.parse(String(data))).toMatchObject({ type: 'status', data: { sid: 'x' } });
      socket.terminate();
    }
    expect(upgrades.filter(({ url }) => url.endsWith('clientId=x'))).toEqual([]);
  });

  it('does not keep the gateway from closing', async () => {
    const socket = open('/custom');
    await once(socket, 'open');
    const closed = once(socket, 'close');
    await world.close();
    await closed;
    world = await openGatewayOver([instance.endpoint]);
  });
});

it('half of a request for a websocket harms nobody', async () => {
  const raw = connect(world.gateway.port, '127.0.0.1');
  raw.write('GET /custom HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
  const [data] = await once(raw, 'data');
  expect(String(data)).toMatch(/^HTTP\/1\.1 4\d\d /u);
  raw.destroy();
  const socket = open('/custom');
  await once(socket, 'open');
  socket.terminate();
});
