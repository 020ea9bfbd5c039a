import { describe, expect, it } from 'vitest';
import { type MessagePortLike, messagePortClientWire, messagePortStudioWire } from './message-port.ts';

/** A port whose other end is played by hand. */
const handPort = (): {
  port: MessagePortLike;
  posted: unknown[];
  deliver: (data: unknown) => void;
  end: () => void;
} => {
  const posted: unknown[] = [];
  let message = (_event: { data: unknown }): void => undefined;
  let close = (): void => undefined;
  const port = {
    postMessage: (data: unknown) => posted.push(data),
    addEventListener: (type: string, listener: (event: { data: unknown }) => void) => {
      if (type === 'message') message = listener;
      else close = () => listener({ data: undefined });
    },
    start: () => undefined,
    close: () => undefined,
  };
  return { port, posted, deliver: (data) => message({ data }), end: () => close() };
};

const reply = (id: number): { type: 'reply'; id: number; ok: true; value: null } => ({
  type: 'reply',
  id,
  ok: true,
  value: null,
});

describe('the back-pressure of a port', () => {
  it('is what was posted without a receipt; a receipt is no message', () => {
    const { port, deliver } = handPort();
    const wire = messagePortStudioWire(port);
    const messages: unknown[] = [];
    let drained = 0;
    wire.listen({
      message: (message) => messages.push(message),
      drained: () => {
        drained += 1;
      },
      closed: () => undefined,
    });
    for (let id = 1; id <= 20; id += 1) wire.post(reply(id));
    expect(wire.backlog()).toBe(20);
    deliver(16);
    expect(wire.backlog()).toBe(4);
    deliver({ type: 'cancel', id: 1 });
    expect({ messages, drained }).toEqual({ messages: [{ type: 'cancel', id: 1 }], drained: 1 });
  });

  it.each([21, -1, 3, 1.5, Number.NaN])('takes no false receipt: %s', (receipt) => {
    const { port, deliver } = handPort();
    const wire = messagePortStudioWire(port);
    wire.listen({ message: () => undefined, closed: () => undefined });
    for (let id = 1; id <= 20; id += 1) wire.post(reply(id));
    deliver(8);
    deliver(receipt);
    expect(wire.backlog()).toBe(12);
  });

  it('is told by the client every sixteen messages', () => {
    const { port, posted, deliver } = handPort();
    const wire = messagePortClientWire(port);
    let received = 0;
    wire.listen({
      message: () => {
        received += 1;
      },
      closed: () => undefined,
    });
    for (let id = 1; id <= 40; id += 1) deliver(reply(id));
    expect({ received, posted }).toEqual({ received: 40, posted: [16, 32] });
  });
});

describe('the end of a port', () => {
  it('is told once, and nothing is told or posted after it', async () => {
    const { port, posted, deliver, end } = handPort();
    const wire = messagePortClientWire(port);
    const told: string[] = [];
    wire.listen({ message: () => told.push('message'), closed: () => told.push('closed') });
    wire.close();
    end();
    await Promise.resolve();
    deliver(reply(1));
    wire.post({ type: 'cancel', id: 1 });
    expect({ told, posted }).toEqual({ told: ['closed'], posted: [] });
  });
});
