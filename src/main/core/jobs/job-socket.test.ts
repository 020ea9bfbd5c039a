import { describe, expect, it } from 'vitest';
import type { ComfySocket } from '#core/ports/comfy-client.ts';
import { keepJobSocket } from './job-socket.ts';
import { createManualClock } from './manual-clock.fixture.ts';

const logger = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/** A websocket whose opening is in the hands of the test. */
const setUp = (given: ComfySocket | null = null) => {
  const clock = createManualClock();
  const opening: { open: (socket: ComfySocket) => void; fail: () => void }[] = [];
  const seen = { tried: false, late: 0, closed: 0 };
  const socket = keepJobSocket(
    {
      client: {
        openSocket: () =>
          new Promise((resolve, reject) => {
            opening.push({ open: resolve, fail: () => reject(new Error('refused')) });
          }),
      },
      clock,
      logger,
    },
    { baseUrl: 'http://a', authorization: null },
    { clientId: 'client', socket: given },
    { onFrame: () => undefined, onOpenedLate: () => (seen.late += 1) },
  );
  void socket.tried.then(() => {
    seen.tried = true;
  });
  const opened: ComfySocket = {
    clientId: 'client',
    closed: new Promise(() => undefined),
    onFrame: () => () => undefined,
    close: () => (seen.closed += 1),
  };
  return { clock, opening, opened, seen, socket };
};

describe('the websocket of a job', () => {
  it('is waited for, but not longer than three seconds', async () => {
    const { clock, seen, socket } = setUp();
    await clock.advance(2999);
    expect(seen.tried).toBe(false);
    await clock.advance(1);
    expect(seen.tried).toBe(true);
    socket.close();
  });

  it('asks for a look when it opens only after that, since events may have passed', async () => {
    const { clock, opening, opened, seen, socket } = setUp();
    await clock.advance(3000);
    opening[0]?.open(opened);
    await clock.advance(0);
    expect(seen.late).toBe(1);
    socket.close();
    expect(seen.closed).toBe(1);
  });

  it('asks for none when it opened in time', async () => {
    const { clock, opening, opened, seen, socket } = setUp();
    opening[0]?.open(opened);
    await clock.advance(0);
    expect(seen).toEqual({ tried: true, late: 0, closed: 0 });
    socket.close();
  });

  it('is tried again after a failure, and then it is late', async () => {
    const { clock, opening, opened, seen, socket } = setUp();
    opening[0]?.fail();
    await clock.advance(300);
    expect(seen.tried).toBe(true);
    opening[1]?.open(opened);
    await clock.advance(0);
    expect(seen.late).toBe(1);
    socket.close();
  });

  it('begins with the one that it was given, and opens no other until that is gone', async () => {
    const gone = Promise.withResolvers<void>();
    const closed: string[] = [];
    const given: ComfySocket = {
      clientId: 'client',
      closed: gone.promise,
      onFrame: () => () => undefined,
      close: () => closed.push('given'),
    };
    const { clock, opening, seen, socket } = setUp(given);
    await clock.advance(0);
    expect([opening.length, seen.tried, seen.late]).toEqual([0, true, 0]);
    gone.resolve();
    await clock.advance(300);
    expect(opening).toHaveLength(1);
    socket.close();
  });
});
