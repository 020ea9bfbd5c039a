import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { afterEach, expect, it, vi } from 'vitest';
import { answerSocket } from './answer-socket.ts';
import { envelopeAnswer } from './raw-answer.ts';

const closers: (() => void)[] = [];

afterEach(() => {
  vi.useRealTimers();
  for (const close of closers.splice(0).toReversed()) close();
});

/** Both ends of a connection; the client's end stays open until the test closes it. */
const openPair = async (): Promise<{ readonly client: Socket; readonly own: Socket }> => {
  const server = createServer({ allowHalfOpen: true });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const client = connect({ port: typeof address === 'object' ? (address?.port ?? 0) : 0, allowHalfOpen: true });
  client.on('error', () => client.destroy());
  const [own] = await once(server, 'connection');
  closers.push(() => {
    client.destroy();
    own.destroy();
    server.close();
  });
  return { client, own };
};

const textOf = async (socket: Socket): Promise<string> => {
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  await once(socket, 'end');
  return Buffer.concat(chunks).toString();
};

it('the last word on a socket arrives, and the socket is let go whether its client closes or not', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  for (const isPolite of [true, false]) {
    const { client, own } = await openPair();
    // More than anybody reads.
    client.write('x'.repeat(100_000));
    answerSocket(own, envelopeAnswer(503, ['sockets_too_many', 'Too many.'], { 'retry-after': '10' }));
    const text = await textOf(client);
    expect(text).toMatch(/^HTTP\/1\.1 503 Service Unavailable\r\n/u);
    expect(text).toContain('retry-after: 10\r\n');
    expect(JSON.parse(text.slice(text.indexOf('\r\n\r\n')))).toMatchObject({ error: { type: 'sockets_too_many' } });
    expect(own.destroyed).toBe(false);
    const closed = once(own, 'close');
    if (isPolite) client.end();
    else vi.advanceTimersByTime(2000);
    await closed;
  }
  expect(vi.getTimerCount()).toBe(0);
});
