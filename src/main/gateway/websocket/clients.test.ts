import { expect, it } from 'vitest';
import { createManualClock } from '#core/jobs/manual-clock.fixture.ts';
import { createClients } from './clients.ts';
import { message } from './outgoing.ts';

/** A socket that takes nothing. */
const createStuckSocket = () => {
  const socket = {
    isOpen: true,
    bufferedBytes: 0,
    takenBytes: 0,
    send: (payload: string | Uint8Array) => {
      socket.bufferedBytes += payload.length;
    },
    ask: () => undefined,
    terminate: () => {
      socket.isOpen = false;
    },
    close: () => undefined,
  };
  return socket;
};

it('clients that most is held for are let go while it is too much for all', () => {
  const clients = createClients(createManualClock(), 100_000);
  const sockets = [10_000, 50_000, 20_000, 60_000].map((bytes, index) => {
    const socket = createStuckSocket();
    clients.connect(`client-${String(index)}`, socket).send([message('executed', { text: 'x'.repeat(bytes) })]);
    return socket;
  });
  const open = (): readonly boolean[] => sockets.map(({ isOpen }) => isOpen);
  clients.check();
  expect(open()).toEqual([true, true, true, false]);
  clients.check();
  expect(open()).toEqual([true, true, true, false]);
  clients.get('client-0')?.send([message('executed', { text: 'x'.repeat(30_000) })]);
  clients.check();
  expect(open()).toEqual([true, false, true, false]);
});

it('a client that was replaced again and again is let go as well when it takes nothing', async () => {
  const clock = createManualClock();
  const clients = createClients(clock);
  const sockets = [1, 2, 3, 4, 5].map(() => {
    const socket = createStuckSocket();
    clients.connect('twin', socket).send([message('status', {})]);
    return socket;
  });
  await clock.advance(300_001);
  clients.check();
  // The first ones were closed when they were replaced.
  expect(sockets.map(({ isOpen }) => isOpen)).toEqual([true, true, false, false, false]);
});
