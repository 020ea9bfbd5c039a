import { describe, expect, it } from 'vitest';
import type { CallHandlers } from '#contract/handlers.ts';
import type { StudioMessage, StudioWire, WireReceiver } from '#contract/wire.ts';
import type { Dispatcher } from './dispatcher.ts';
import { type Session, serveWire } from './session.ts';
import type { SessionLimits } from './session-limits.ts';
import { makeTestStudio, notice, type TestStudio } from './studio.fixture.ts';

interface HandWire extends StudioWire {
  readonly posted: StudioMessage[];
  receive(message: unknown): void;
  /** The transport sent `count` of the posted messages. */
  send(count: number): void;
  readonly isClosed: () => boolean;
}

/** A wire that sends only when told to. */
const makeHandWire = (): HandWire => {
  const posted: StudioMessage[] = [];
  let receiver: WireReceiver<unknown> | undefined;
  let sent = 0;
  let closed = false;
  return {
    posted,
    post: (message) => {
      JSON.stringify(message);
      if (!closed) posted.push(message);
    },
    listen: (next) => {
      receiver = next;
    },
    backlog: () => posted.length - sent,
    close: () => {
      closed = true;
      receiver?.closed();
    },
    receive: (message) => receiver?.message(message),
    send: (count) => {
      sent = Math.min(posted.length, sent + count);
      receiver?.drained?.();
    },
    isClosed: () => closed,
  };
};

const serve = (
  handlers: Partial<CallHandlers>,
  limits: Partial<SessionLimits> = {},
): { wire: HandWire; studio: TestStudio; session: Session } => {
  const studio = makeTestStudio(handlers);
  const wire = makeHandWire();
  const session = serveWire(wire, { dispatcher: studio.dispatcher, access: 'read', log: studio.log, limits });
  return { wire, studio, session };
};

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const pending: Partial<CallHandlers> = { 'gpus.list': () => new Promise(() => undefined) };

describe('a session', () => {
  it('holds events back at the high mark and sends them in order when the wire drains', () => {
    const { wire, studio } = serve({}, { backlogHigh: 4 });
    wire.receive({ type: 'watch', id: 1, topic: 'notices' });
    for (let number = 1; number <= 10; number += 1) studio.notices.publish(notice(number));
    expect(wire.posted).toHaveLength(4);
    wire.send(4);
    expect(wire.posted).toHaveLength(8);
    wire.send(4);
    expect(wire.posted.map((message) => ('revision' in message ? message.revision : null))).toEqual([
      0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10,
    ]);
  });

  it('drops a full queue for one snapshot, taken when it is sent', () => {
    const { wire, studio } = serve({}, { backlogHigh: 2, maxQueuedEvents: 3 });
    wire.receive({ type: 'watch', id: 1, topic: 'notices' });
    for (let number = 1; number <= 5; number += 1) studio.notices.publish(notice(number));
    expect(wire.posted).toHaveLength(2);
    wire.send(2);
    expect(wire.posted.slice(2)).toMatchObject([{ type: 'snapshot', revision: 5 }]);
    studio.notices.publish(notice(6));
    expect(wire.posted.slice(3)).toMatchObject([{ type: 'event', revision: 6 }]);
  });

  it('keeps exactly as many events as it may', () => {
    const { wire, studio } = serve({}, { backlogHigh: 1, maxQueuedEvents: 3 });
    wire.receive({ type: 'watch', id: 1, topic: 'notices' });
    for (let number = 1; number <= 3; number += 1) studio.notices.publish(notice(number));
    for (let count = 0; count < 3; count += 1) wire.send(1);
    expect(wire.posted.map(({ type }) => type)).toEqual(['snapshot', 'event', 'event', 'event']);
  });

  it('lets no busy watch starve another on a slow wire', () => {
    const { wire, studio } = serve({}, { backlogHigh: 2 });
    wire.receive({ type: 'watch', id: 1, topic: 'notices' });
    wire.receive({ type: 'watch', id: 2, topic: 'log', key: 'one' });
    for (let number = 1; number <= 20; number += 1) studio.notices.publish(notice(number));
    studio.logOfOne.publish({ startByte: 0, endByte: 2, text: 'ab' });
    for (let count = 0; count < 3; count += 1) wire.send(1);
    expect(wire.posted.slice(2).map(({ id }) => id)).toEqual([1, 2, 1]);
  });

  it('shares a slow wire among its watches', () => {
    const { wire, studio } = serve({}, { backlogHigh: 2 });
    wire.receive({ type: 'watch', id: 1, topic: 'notices' });
    wire.receive({ type: 'watch', id: 2, topic: 'settings' });
    wire.receive({ type: 'watch', id: 3, topic: 'log', key: 'one' });
    expect(wire.posted.map(({ id }) => id)).toEqual([1, 2]);
    studio.logOfOne.publish({ startByte: 0, endByte: 2, text: 'ab' });
    wire.send(2);
    expect(wire.posted.slice(2)).toMatchObject([{ type: 'snapshot', id: 3, revision: 1 }]);
  });

  it('refuses calls and watches above its limits, and takes more when one has ended', async () => {
    const first = Promise.withResolvers<{ gpus: [] }>();
    const answers = [first.promise, new Promise<never>(() => undefined)];
    const { wire } = serve(
      { 'gpus.list': () => answers.shift() ?? { gpus: [] } },
      { maxConcurrentCalls: 2, maxWatches: 1 },
    );
    for (const id of [1, 2, 3]) wire.receive({ type: 'call', id, method: 'gpus.list', input: {} });
    for (const id of [4, 5]) wire.receive({ type: 'watch', id, topic: 'notices' });
    expect(wire.posted).toMatchObject([
      { id: 3, ok: false, error: { code: 'CALL_TOO_MANY', retryable: true } },
      { id: 4, type: 'snapshot' },
      { id: 5, ok: false, error: { code: 'CALL_TOO_MANY' } },
    ]);
    first.resolve({ gpus: [] });
    await settled();
    wire.receive({ type: 'unwatch', id: 4 });
    wire.receive({ type: 'watch', id: 6, topic: 'notices' });
    wire.receive({ type: 'call', id: 7, method: 'gpus.list', input: {} });
    await settled();
    expect(wire.posted.slice(3)).toMatchObject([
      { id: 1, ok: true },
      { id: 6, type: 'snapshot' },
      { id: 7, ok: true },
    ]);
  });

  it('gives up a client that asks without reading the answers', async () => {
    const { wire, session, studio } = serve({ 'gpus.list': () => ({ gpus: [] }) }, { backlogMax: 10 });
    for (let id = 1; id <= 20; id += 1) wire.receive({ type: 'call', id, method: 'gpus.list', input: {} });
    await session.closed;
    expect(wire.isClosed()).toBe(true);
    expect(wire.posted).toHaveLength(11);
    expect(studio.log.lines).toMatchObject([{ level: 'warn', message: expect.stringContaining('does not read') }]);
  });

  it('gives its calls the access that its wire was let in with', async () => {
    const { wire } = serve({});
    wire.receive({ type: 'call', id: 1, method: 'settings.update', input: { changes: {} } });
    await settled();
    expect(wire.posted).toMatchObject([{ id: 1, ok: false, error: { code: 'AUTH_FORBIDDEN' } }]);
  });

  it('answers INTERNAL when the value cannot be sent', async () => {
    const cycle: { gpus: []; self?: unknown } = { gpus: [] };
    cycle.self = cycle;
    const studio = makeTestStudio({ 'gpus.list': () => cycle }, { checkOutput: false });
    const wire = makeHandWire();
    serveWire(wire, { dispatcher: studio.dispatcher, access: 'read', log: studio.log });
    wire.receive({ type: 'call', id: 1, method: 'gpus.list', input: {} });
    await settled();
    expect(wire.posted).toEqual([
      {
        type: 'reply',
        id: 1,
        ok: false,
        error: { code: 'INTERNAL', message: 'An unexpected error.', retryable: false },
      },
    ]);
    expect(studio.log.lines).toMatchObject([{ level: 'error', message: 'The answer of gpus.list cannot be sent' }]);
  });

  it('ends a watch whose feed breaks, without disturbing the publisher', () => {
    const { wire, studio } = serve({});
    wire.receive({ type: 'watch', id: 1, topic: 'log', key: 'one' });
    const broken = { startByte: 'x' } as unknown as { startByte: number; endByte: number; text: string };
    expect(() => studio.logOfOne.publish(broken)).not.toThrow();
    studio.logOfOne.publish({ startByte: 0, endByte: 1, text: 'a' });
    expect(wire.posted.slice(1)).toMatchObject([{ type: 'reply', id: 1, ok: false, error: { code: 'INTERNAL' } }]);
  });

  it.each<[string, Partial<SessionLimits>]>([
    ['when it is closed', {}],
    ['when the first snapshot was too much already', { backlogMax: 0 }],
  ])('listens to no topic any more %s', async (_when, limits) => {
    const studio = makeTestStudio({});
    const wire = makeHandWire();
    let listening = 0;
    const dispatcher: Dispatcher = {
      ...studio.dispatcher,
      openTopic: (...request) => {
        const topic = studio.dispatcher.openTopic(...request);
        return {
          ...topic,
          listen: (listener) => {
            listening += 1;
            const forget = topic.listen(listener);
            return () => {
              listening -= 1;
              forget();
            };
          },
        };
      },
    };
    const session = serveWire(wire, { dispatcher, access: 'read', log: studio.log, limits });
    wire.receive({ type: 'watch', id: 1, topic: 'notices' });
    wire.receive({ type: 'watch', id: 2, topic: 'settings' });
    expect(wire.posted.length).toBeGreaterThan(0);
    session.close();
    await session.closed;
    expect(listening).toBe(0);
  });

  it('leaves nothing behind when closed', async () => {
    const { wire, studio, session } = serve(pending);
    wire.receive({ type: 'call', id: 1, method: 'gpus.list', input: {} });
    wire.receive({ type: 'watch', id: 2, topic: 'notices' });
    session.close();
    session.close();
    await session.closed;
    studio.notices.publish(notice(1));
    wire.receive({ type: 'call', id: 3, method: 'gpus.list', input: {} });
    wire.send(10);
    expect(wire.posted).toHaveLength(1);
    expect(wire.isClosed()).toBe(true);
    expect(studio.log.lines).toEqual([]);
  });
});
