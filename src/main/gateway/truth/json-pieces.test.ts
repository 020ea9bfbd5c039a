import { once } from 'node:events';
import { createServer, get, type IncomingMessage, type Server } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import type { Exchange } from '../exchange.ts';
import { listPieces, sendJsonPieces } from './json-pieces.ts';

let server: Server;
let sent: Promise<void>;

const start = async (pieces: () => Iterable<string> | AsyncIterable<string>): Promise<string> => {
  server = createServer((_request, response) => {
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    const exchange: Pick<Exchange, 'response' | 'signal'> = { response, signal: gone.signal };
    sent = sendJsonPieces(exchange, pieces());
    sent.catch(() => response.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
};

afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

const open = async (address: string): Promise<IncomingMessage> => {
  const [answer]: IncomingMessage[] = await once(get(address), 'response');
  if (answer === undefined) throw new Error('no answer');
  return answer;
};

const piece = 'x'.repeat(10_000);

describe('JSON in pieces', () => {
  it('is sent whole with its length where it is short', async () => {
    const answer = await fetch(await start(() => listPieces([1, 'ä'], (item) => JSON.stringify(item))));
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'content-length': '8',
    });
    await expect(answer.json()).resolves.toEqual([1, 'ä']);
  });

  it('comes complete where it is long', async () => {
    const items = Array.from({ length: 50 }, (_, index) => `${index}${piece}`);
    const answer = await fetch(await start(() => listPieces(items, (item) => JSON.stringify(item))));
    await expect(answer.json()).resolves.toEqual(items);
  });

  it('is not made faster than the client reads, and not at all when it is gone', async () => {
    let made = 0;
    const endless = function* (): Generator<string> {
      for (;;) {
        made += 1;
        yield piece;
      }
    };
    const answer = await open(await start(endless));
    answer.pause();
    let before = -1;
    await expect
      .poll(
        () => {
          const stands = made === before;
          before = made;
          return stands;
        },
        { interval: 100 },
      )
      .toBe(true);
    expect(made * piece.length).toBeLessThan(64 * 1024 ** 2);
    answer.destroy();
    await sent;
    const after = made;
    await new Promise((resolve) => setImmediate(resolve));
    expect(made).toBe(after);
  });

  it('fails as a whole before anything was sent, and is broken off later', async () => {
    const failing = function* (): Generator<string> {
      yield '[';
      throw new Error('unreadable');
    };
    await expect(fetch(await start(failing))).rejects.toThrow();
    await expect(sent).rejects.toThrow('unreadable');
    server.close();
    const late = function* (): Generator<string> {
      for (let count = 0; count < 20; count += 1) yield piece;
      throw new Error('unreadable');
    };
    const answer = await fetch(await start(late));
    expect(answer.status).toBe(200);
    await expect(answer.text()).rejects.toThrow();
  });
});
