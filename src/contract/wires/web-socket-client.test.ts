import { describe, expect, it } from 'vitest';
import { messageLimits } from '../wire.ts';
import { type WebSocketLike, webSocketClientWire } from './web-socket-client.ts';

interface HandSocket {
  readonly socket: WebSocketLike;
  readonly sent: string[];
  open(): void;
  receive(data: unknown): void;
  end(): void;
  readonly isClosed: () => boolean;
}

const handSocket = (): HandSocket => {
  const listeners: { type: string; listener: (event: { data: unknown }) => void }[] = [];
  const sent: string[] = [];
  let readyState = 0;
  const tell = (type: string, data?: unknown): void => {
    for (const entry of listeners) if (entry.type === type) entry.listener({ data });
  };
  const end = (): void => {
    readyState = 3;
    tell('close');
  };
  return {
    socket: {
      get readyState() {
        return readyState;
      },
      send: (text) => sent.push(text),
      close: end,
      addEventListener: (type: string, listener: (event: { data: unknown }) => void) => {
        listeners.push({ type, listener });
      },
    },
    sent,
    open: () => {
      readyState = 1;
      tell('open');
    },
    receive: (data) => tell('message', data),
    end,
    isClosed: () => readyState === 3,
  };
};

const opened = async (): Promise<{ hand: HandSocket; wire: Awaited<ReturnType<typeof webSocketClientWire>> }> => {
  const hand = handSocket();
  const opening = webSocketClientWire(hand.socket);
  hand.open();
  return { hand, wire: await opening };
};

describe('the wire over a websocket', () => {
  it('rejects when the socket closes before it opened', async () => {
    const hand = handSocket();
    const opening = webSocketClientWire(hand.socket);
    hand.end();
    await expect(opening).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
  });

  it('keeps what arrives before somebody listens, then tells each message and one end', async () => {
    const { hand, wire } = await opened();
    hand.receive('{"early":1}');
    const told: unknown[] = [];
    wire.listen({ message: (message) => told.push(message), closed: () => told.push('closed') });
    hand.receive('{"late":2}');
    hand.end();
    wire.close();
    await Promise.resolve();
    expect(told).toEqual([{ early: 1 }, { late: 2 }, 'closed']);
  });

  it.each<unknown>(['not json', new ArrayBuffer(2)])('closes on what is no message: %s', async (data) => {
    const { hand, wire } = await opened();
    wire.listen({ message: () => undefined, closed: () => undefined });
    hand.receive(data);
    expect(hand.isClosed()).toBe(true);
  });

  it('posts nothing once it is closed', async () => {
    const { hand, wire } = await opened();
    wire.close();
    wire.post({ type: 'cancel', id: 1 });
    expect(hand.sent).toEqual([]);
  });

  it('refuses a message above the limit by its bytes, not its characters', async () => {
    const { hand, wire } = await opened();
    const post = (method: string, text: string): void => wire.post({ type: 'call', id: 1, method, input: { text } });
    const fits = 'x'.repeat(messageLimits.commonMaxBytes - 200);
    post('jobs.submit', fits);
    expect(hand.sent).toHaveLength(1);
    const wide = 'é'.repeat(messageLimits.commonMaxBytes / 2);
    const tooLarge = expect.objectContaining({ code: 'INPUT_TOO_LARGE', details: { maxBytes: 10_000_000 } });
    expect(() => post('jobs.submit', wide)).toThrow(tooLarge);
    expect(() => post('jobs.submit', `${fits}${'x'.repeat(200)}`)).toThrow(tooLarge);
    post('workflows.inspect', wide);
    expect(hand.sent).toHaveLength(2);
  });
});
