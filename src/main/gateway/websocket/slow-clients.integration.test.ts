import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { connect as connectTcp, type Socket } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { createManualClock, type ManualClock } from '#core/jobs/manual-clock.fixture.ts';
import { createFleetSide, type FleetSide } from './fleet-side.fixture.ts';
import { picture } from './frames.fixture.ts';
import { createWebsocketHub, type SocketLimits } from './websocket-hub.ts';

const closers: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  vi.useRealTimers();
  for (const close of closers.splice(0).toReversed()) await close();
});

interface World {
  readonly side: FleetSide;
  readonly clock: ManualClock;
  readonly port: number;
  /** The gateway's ends of the connections, in the order in which they came. */
  readonly connections: Socket[];
  /** What was asked of each of them. */
  readonly keepAlives: (readonly unknown[])[];
}

/** A hub whose time a test moves, on real sockets. */
const openHub = async (limits?: SocketLimits): Promise<World> => {
  const clock = createManualClock();
  const { side, dependencies } = createFleetSide(clock);
  const hub = createWebsocketHub(dependencies, limits);
  const [connections, keepAlives]: [Socket[], (readonly unknown[])[]] = [[], []];
  const server = createServer();
  server.on('connection', (socket: Socket) => {
    connections.push(socket);
    vi.spyOn(socket, 'setKeepAlive').mockImplementation((...asked) => {
      keepAlives.push(asked);
      return socket;
    });
  });
  server.on('upgrade', (request, socket, head) => hub.accept(request, socket, head));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(async () => {
    hub.close();
    const closed = once(server, 'close');
    server.close();
    for (const connection of connections) connection.destroy();
    await closed;
  });
  const bound = server.address();
  return { side, clock, connections, keepAlives, port: typeof bound === 'object' ? (bound?.port ?? 0) : 0 };
};

const tick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A client that says nothing by itself and reads when it is told to. */
const openRaw = async ({ port }: World): Promise<Socket> => {
  const raw = connectTcp(port, '127.0.0.1');
  raw.on('error', () => raw.destroy());
  raw.write(
    'GET /ws?clientId=raw HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n' +
      'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
  );
  await once(raw, 'data');
  raw.pause();
  closers.push(() => {
    raw.destroy();
  });
  return raw;
};

const onlyOne = ({ connections }: World): Socket => {
  const [connection] = connections;
  if (connection === undefined) throw new Error('no connection');
  return connection;
};

const began = async ({ side }: World, clientId: string): Promise<void> => {
  await side.submit('j', { view: { clientId } });
  side.start('j');
  side.message('j', 'execution_start');
  side.message('j', 'executing', { node: '1', display_node: '1' });
};

const largeBytes = 30 * 1024 ** 2;

describe('a client that says nothing', () => {
  it('for an hour is no dead one, and hears everything when it reads again', async () => {
    const world = await openHub();
    const raw = await openRaw(world);
    expect(world.keepAlives).toEqual([[true, 30_000]]);
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'setTimeout', 'clearTimeout'] });
    for (let minute = 0; minute < 60; minute += 1) {
      vi.advanceTimersByTime(60_000);
      await world.clock.advance(60_000);
      for (let turn = 0; turn < 5; turn += 1) await tick();
    }
    vi.useRealTimers();
    expect(raw.destroyed || world.connections[0]?.destroyed).toBe(false);
    await began(world, 'raw');
    let heard = '';
    raw.on('data', (chunk: Buffer) => {
      heard += chunk.toString('latin1');
    });
    raw.resume();
    await expect.poll(() => heard).toContain('execution_start');
    expect(heard.split('"status"').length).toBeGreaterThan(600);
  });

  it('is gone when its connection is', async () => {
    const world = await openHub();
    const raw = await openRaw(world);
    await expect.poll(() => world.side.relay.open).toBe(1);
    raw.resetAndDestroy();
    await expect.poll(() => world.side.relay.open).toBe(0);
  });
});

describe('a large result', () => {
  it('comes to a client on a slow line, whole, however long that takes', async () => {
    const world = await openHub();
    const socket = new WebSocket(`ws://127.0.0.1:${String(world.port)}/ws?clientId=slow`, { perMessageDeflate: false });
    closers.push(() => socket.terminate());
    const got: Buffer[] = [];
    socket.on('message', (data, isBinary) => {
      if (isBinary && Buffer.isBuffer(data)) got.push(data);
    });
    await once(socket, 'open');
    const connection = onlyOne(world);
    await began(world, 'slow');
    const content = Buffer.alloc(largeBytes, 'picture');
    socket.pause();
    world.side.frame('j', { kind: 'binary', bytes: picture('j', '1', content) });
    // Until the picture is no longer kept for the progress of its step.
    await world.clock.advance(1000);
    let pauses = 0;
    const isUnderWay = (): boolean => got.length === 0 && !connection.destroyed;
    while (isUnderWay()) {
      const before = connection.bytesWritten;
      socket.resume();
      while (isUnderWay() && connection.bytesWritten === before) await tick();
      socket.pause();
      pauses += 1;
      await world.clock.advance(200_000);
    }
    // Longer than a client may take nothing.
    expect(pauses).toBeGreaterThan(3);
    // Without metadata: eight bytes, then the picture.
    expect(got.map((bytes) => bytes.subarray(8).equals(content))).toEqual([true]);
    socket.resume();
    world.side.message('j', 'progress', { node: '1', value: 1, max: 1 });
    const [data] = await once(socket, 'message');
    expect(String(data)).toContain('"type"');
  });

  it('is not kept for a client that takes nothing of it', async () => {
    const world = await openHub();
    await openRaw(world);
    const connection = onlyOne(world);
    await began(world, 'raw');
    world.side.frame('j', { kind: 'binary', bytes: picture('j', '1', Buffer.alloc(largeBytes)) });
    await world.clock.advance(1000);
    // Until the network takes no more.
    const written: number[] = [];
    while (written.at(-1) !== connection.bytesWritten) {
      written.push(connection.bytesWritten);
      for (let turn = 0; turn < 50; turn += 1) await tick();
    }
    await world.clock.advance(290_000);
    expect(connection.destroyed).toBe(false);
    await world.clock.advance(20_000);
    await expect.poll(() => connection.destroyed).toBe(true);
    await expect.poll(() => world.side.relay.open).toBe(0);
  });
});

describe('more clients than there are places for', () => {
  const ask = async ({ port }: World, address: string, program: string): Promise<WebSocket | IncomingMessage> => {
    const headers = { 'user-agent': program };
    const socket = new WebSocket(`ws://127.0.0.1:${String(port)}/ws`, { localAddress: address, headers });
    closers.push(() => socket.terminate());
    socket.on('error', () => undefined);
    const answer = Promise.withResolvers<WebSocket | IncomingMessage>();
    socket.once('open', () => answer.resolve(socket));
    socket.once('unexpected-response', (_request, response) => answer.resolve(response));
    return await answer.promise;
  };

  const refusalOf = async (answer: WebSocket | IncomingMessage): Promise<readonly unknown[]> => {
    if (answer instanceof WebSocket) return ['open'];
    const chunks: Buffer[] = [];
    for await (const chunk of answer) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
    const { error, node_errors: nodeErrors } = JSON.parse(Buffer.concat(chunks).toString());
    return [answer.statusCode, answer.headers['retry-after'], error.type, nodeErrors];
  };

  it('are told so, and nobody takes the places of all others', async () => {
    const world = await openHub({ maxSockets: 6 });
    const share = [429, '10', 'sockets_too_many', {}];
    const full = [503, '10', 'sockets_too_many', {}];
    const asked: [address: string, program: string, expected: readonly unknown[]][] = [
      ['127.0.0.1', 'greedy', ['open']],
      ['127.0.0.1', 'greedy', ['open']],
      ['127.0.0.1', 'greedy', ['open']],
      ['127.0.0.1', 'greedy', share],
      ['127.0.0.1', 'other', ['open']],
      ['127.0.0.1', 'third', share],
      ['127.0.0.2', 'greedy', ['open']],
      ['127.0.0.3', 'greedy', ['open']],
      ['127.0.0.4', 'greedy', full],
    ];
    const answers: (WebSocket | IncomingMessage)[] = [];
    for (const [address, program, expected] of asked) {
      const answer = await ask(world, address, program);
      answers.push(answer);
      expect(await refusalOf(answer), `${address} ${program}`).toEqual(expected);
    }
    await expect.poll(() => world.connections.filter(({ destroyed }) => !destroyed)).toHaveLength(6);
    const [first] = answers;
    if (first instanceof WebSocket) first.terminate();
    await expect.poll(async () => refusalOf(await ask(world, '127.0.0.4', 'late'))).toEqual(['open']);
  });

  it('give their places back where their request was no good', async () => {
    const world = await openHub({ maxSockets: 2 });
    for (let index = 0; index < 5; index += 1) {
      const raw = connectTcp(world.port, '127.0.0.1');
      raw.write('GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
      const [answer] = await once(raw, 'data');
      expect(String(answer)).toMatch(/^HTTP\/1\.1 400 /u);
      raw.destroy();
      await expect.poll(() => world.connections.every(({ destroyed }) => destroyed)).toBe(true);
    }
  });
});
