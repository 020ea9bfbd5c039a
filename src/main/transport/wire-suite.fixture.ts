import { afterEach, describe, expect, it } from 'vitest';
import { createStudioClient } from '#contract/client.ts';
import { StudioError } from '#contract/errors.ts';
import type { CallHandlers } from '#contract/handlers.ts';
import type { TopicState } from '#contract/topics.ts';
import { type ClientMessage, type ClientWire, type StudioMessage, type StudioWire } from '#contract/wire.ts';
import { type Session, serveWire } from './session.ts';
import { makeTestStudio, notice, type TestStudio } from './studio.fixture.ts';

/** A kind of wire: `connect` opens a client's end, whose other end is given to the `serve` of `open`. */
export interface WireKind {
  open(serve: (wire: StudioWire) => void): Promise<{ connect(): Promise<ClientWire>; close(): Promise<void> }>;
}

interface RawClient {
  readonly received: StudioMessage[];
  post(message: ClientMessage): void;
  /** Posts what no typed client would. */
  postRaw(message: unknown): void;
  /** The first message, received or yet to come, that fits. */
  find(fits: (message: StudioMessage) => boolean): Promise<StudioMessage>;
  reply(id: number): Promise<StudioMessage>;
  readonly closed: Promise<void>;
  close(): void;
}

const drive = (wire: ClientWire): RawClient => {
  const received: StudioMessage[] = [];
  const waiting = new Set<() => void>();
  const { promise: closed, resolve: tellClosed } = Promise.withResolvers<void>();
  wire.listen({
    message: (message) => {
      received.push(message as StudioMessage);
      for (const look of waiting) look();
    },
    closed: () => tellClosed(),
  });
  const find: RawClient['find'] = (fits) =>
    new Promise((resolve) => {
      const look = (): void => {
        const found = received.find(fits);
        if (found === undefined) return;
        waiting.delete(look);
        resolve(found);
      };
      waiting.add(look);
      look();
    });
  return {
    received,
    post: (message) => wire.post(message),
    postRaw: (message) => wire.post(message as ClientMessage),
    find,
    reply: (id) => find((message) => message.type === 'reply' && message.id === id),
    closed,
    close: () => wire.close(),
  };
};

const failure = (id: number, code: string): unknown => ({ type: 'reply', id, ok: false, error: { code } });

/** The promise that every wire keeps; the same tests for memory, MessagePort and websocket. */
export const wireSuite = (kind: WireKind): void => {
  const closing: (() => void | Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0).toReversed()) await close();
  });

  const start = async (
    handlers: Partial<CallHandlers> = {},
  ): Promise<{ studio: TestStudio; client: RawClient; connect: () => Promise<ClientWire>; sessions: Session[] }> => {
    const studio = makeTestStudio(handlers);
    const sessions: Session[] = [];
    const open = await kind.open((wire) => {
      sessions.push(serveWire(wire, { dispatcher: studio.dispatcher, access: 'admin', log: studio.log }));
    });
    closing.push(() => open.close());
    const connect = async (): Promise<ClientWire> => {
      const wire = await open.connect();
      closing.push(() => wire.close());
      return wire;
    };
    return { studio, client: drive(await connect()), connect, sessions };
  };

  describe('calls', () => {
    it('answers with the value', async () => {
      const { client } = await start({ 'instances.suggestPort': ({ from }) => ({ port: from + 1 }) });
      client.post({ type: 'call', id: 7, method: 'instances.suggestPort', input: { from: 9000 } });
      expect(await client.reply(7)).toEqual({ type: 'reply', id: 7, ok: true, value: { port: 9001 } });
    });

    it('answers many at once, each with its own id', async () => {
      const { client } = await start({
        'instances.suggestPort': async ({ from }) => {
          await new Promise((resolve) => setImmediate(resolve));
          return { port: from };
        },
      });
      for (let id = 1; id <= 50; id += 1) {
        client.post({ type: 'call', id, method: 'instances.suggestPort', input: { from: id } });
      }
      for (let id = 1; id <= 50; id += 1) expect(await client.reply(id)).toMatchObject({ value: { port: id } });
    });

    it('answers a failure as an error with code and details', async () => {
      const { client } = await start({
        'host.pickFolder': () => {
          throw new StudioError('HOST_UNSUPPORTED', undefined, { details: { capability: 'pick-folder' } });
        },
      });
      client.post({ type: 'call', id: 1, method: 'host.pickFolder', input: {} });
      expect(await client.reply(1)).toEqual({
        type: 'reply',
        id: 1,
        ok: false,
        error: {
          code: 'HOST_UNSUPPORTED',
          message: 'This host cannot do that.',
          details: { capability: 'pick-folder' },
          retryable: false,
        },
      });
    });

    it.each(['constructor', '__proto__', 'nothing.here'])('answers METHOD_UNKNOWN for %s', async (method) => {
      const { client } = await start();
      client.post({ type: 'call', id: 1, method, input: {} });
      expect(await client.reply(1)).toMatchObject({ ok: false, error: { code: 'METHOD_UNKNOWN' } });
    });

    it('answers INPUT_INVALID for input that does not fit', async () => {
      const { client } = await start();
      client.post({ type: 'call', id: 1, method: 'instances.get', input: { instanceId: 5 } });
      expect(await client.reply(1)).toMatchObject({
        ok: false,
        error: { code: 'INPUT_INVALID', details: { issues: [{ path: 'instanceId' }] } },
      });
    });

    it('hands on a cancel as an abort of the signal, then answers CALL_CANCELLED', async () => {
      const begun = Promise.withResolvers<AbortSignal>();
      const { client } = await start({
        'host.pickFolder': async (_input, { signal }) => {
          begun.resolve(signal);
          await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
          signal.throwIfAborted();
          return { path: null };
        },
      });
      client.post({ type: 'call', id: 1, method: 'host.pickFolder', input: {} });
      const signal = await begun.promise;
      expect(signal.aborted).toBe(false);
      client.post({ type: 'cancel', id: 99 });
      client.post({ type: 'cancel', id: 1 });
      expect(await client.reply(1)).toMatchObject({ ok: false, error: { code: 'CALL_CANCELLED' } });
      expect(signal.aborted).toBe(true);
    });

    it('aborts running calls when the client closes the wire', async () => {
      const begun = Promise.withResolvers<void>();
      const aborted = Promise.withResolvers<unknown>();
      const { client } = await start({
        'host.pickFolder': (_input, { signal }) => {
          signal.addEventListener('abort', () => aborted.resolve(signal.reason));
          begun.resolve();
          return new Promise(() => undefined);
        },
      });
      client.post({ type: 'call', id: 1, method: 'host.pickFolder', input: {} });
      await begun.promise;
      client.close();
      expect(await aborted.promise).toMatchObject({ code: 'CONNECTION_LOST' });
    });

    it('tells the client when the studio closes the wire', async () => {
      const { client, sessions, studio } = await start();
      client.post({ type: 'watch', id: 1, topic: 'notices' });
      await client.find(({ type }) => type === 'snapshot');
      sessions[0]?.close();
      await client.closed;
      await sessions[0]?.closed;
      studio.notices.publish(notice(1));
      expect(client.received.filter(({ type }) => type === 'event')).toEqual([]);
    });
  });

  describe('watches', () => {
    it('gives a snapshot, then every event with the next revision', async () => {
      const { client, studio } = await start();
      studio.notices.publish(notice(1));
      client.post({ type: 'watch', id: 3, topic: 'notices' });
      await client.find(({ type }) => type === 'snapshot');
      studio.notices.publish(notice(2));
      studio.notices.publish(notice(3));
      await client.find((message) => message.type === 'event' && message.revision === 3);
      expect(client.received).toEqual([
        { type: 'snapshot', id: 3, revision: 1, state: { notices: [expect.objectContaining({ id: 'notice-1' })] } },
        { type: 'event', id: 3, revision: 2, event: notice(2) },
        { type: 'event', id: 3, revision: 3, event: notice(3) },
      ]);
    });

    it('holds a burst back and loses none of it', async () => {
      const { client, studio } = await start();
      client.post({ type: 'watch', id: 1, topic: 'notices' });
      await client.find(({ type }) => type === 'snapshot');
      for (let number = 1; number <= 200; number += 1) studio.notices.publish(notice(number));
      await client.find((message) => message.type === 'event' && message.revision === 200);
      const revisions = client.received.slice(1).map((message) => ('revision' in message ? message.revision : null));
      expect(revisions).toEqual(Array.from({ length: 200 }, (_, index) => index + 1));
    });

    it('replaces what is too much for the wire by one fresh snapshot', async () => {
      const { client, studio } = await start();
      client.post({ type: 'watch', id: 1, topic: 'notices' });
      await client.find(({ type }) => type === 'snapshot');
      for (let number = 1; number <= 2000; number += 1) studio.notices.publish(notice(number));
      const fresh = await client.find((message) => message.type === 'snapshot' && message.revision > 0);
      expect(fresh).toMatchObject({ revision: 2000 });
      const events = client.received.filter(({ type }) => type === 'event');
      expect(events.length).toBeLessThan(400);
      studio.notices.publish(notice(2001));
      await client.find((message) => message.type === 'event' && message.revision === 2001);
      expect(client.received.at(-1)).toEqual({ type: 'event', id: 1, revision: 2001, event: notice(2001) });
    });

    it('sends nothing more after unwatch', async () => {
      const { client, studio } = await start({ 'gpus.list': () => ({ gpus: [] }) });
      client.post({ type: 'watch', id: 1, topic: 'notices' });
      await client.find(({ type }) => type === 'snapshot');
      client.post({ type: 'unwatch', id: 1 });
      client.post({ type: 'unwatch', id: 1 });
      client.post({ type: 'call', id: 2, method: 'gpus.list', input: {} });
      await client.reply(2);
      studio.notices.publish(notice(1));
      client.post({ type: 'call', id: 3, method: 'gpus.list', input: {} });
      await client.reply(3);
      expect(client.received.filter(({ type }) => type === 'event')).toEqual([]);
    });

    it('serves two watchers of one wire and of two', async () => {
      const { client, connect, studio } = await start();
      const other = drive(await connect());
      client.post({ type: 'watch', id: 1, topic: 'notices' });
      client.post({ type: 'watch', id: 2, topic: 'notices' });
      other.post({ type: 'watch', id: 1, topic: 'notices' });
      await client.find((message) => message.type === 'snapshot' && message.id === 2);
      await other.find(({ type }) => type === 'snapshot');
      client.post({ type: 'unwatch', id: 1 });
      client.post({ type: 'watch', id: 3, topic: 'log', key: 'one' });
      await client.find((message) => message.type === 'snapshot' && message.id === 3);
      studio.notices.publish(notice(1));
      expect(await client.find(({ type }) => type === 'event')).toMatchObject({ id: 2, revision: 1 });
      expect(await other.find(({ type }) => type === 'event')).toMatchObject({ id: 1, revision: 1 });
    });

    it.each([
      ['constructor', undefined, 'METHOD_UNKNOWN'],
      ['log', undefined, 'INPUT_INVALID'],
      ['log', 'two', 'INSTANCE_NOT_FOUND'],
      ['preview', 'any', 'INTERNAL'],
    ])('ends the watch of %s (key %s) with %s', async (topic, key, code) => {
      const { client } = await start();
      client.post({ type: 'watch', id: 1, topic, ...(key === undefined ? {} : { key }) });
      const reply = await client.reply(1);
      expect(reply).toMatchObject(failure(1, code) as object);
      expect(JSON.stringify(reply)).not.toContain('/root');
    });
  });

  describe('messages that do not fit', () => {
    it.each([
      { type: 'call', id: 4, method: 5 },
      { type: 'nonsense', id: 4 },
      { type: 'watch', id: 4, topic: 'x'.repeat(200) },
      { id: 4 },
    ])('are answered when they have an id: %j', async (message) => {
      const { client } = await start({ 'gpus.list': () => ({ gpus: [] }) });
      client.postRaw(message);
      expect(await client.reply(4)).toMatchObject(failure(4, 'INPUT_INVALID') as object);
      client.post({ type: 'call', id: 5, method: 'gpus.list', input: {} });
      expect(await client.reply(5)).toMatchObject({ ok: true });
    });

    it.each([
      { message: true },
      { message: 'text' },
      { message: [] },
      { message: {} },
      { message: { type: 'call', id: -1, method: 'gpus.list' } },
      { message: { type: 'call', id: 1.5 } },
    ])('close the wire when nobody could be told: $message', async ({ message }) => {
      const { client, sessions, studio } = await start();
      client.postRaw(message);
      await client.closed;
      await sessions[0]?.closed;
      expect(studio.log.lines).toMatchObject([{ level: 'warn' }]);
    });

    it('close the wire when they take the id of a running call', async () => {
      const aborted = Promise.withResolvers<void>();
      const { client } = await start({
        'host.pickFolder': (_input, { signal }) => {
          signal.addEventListener('abort', () => aborted.resolve());
          return new Promise(() => undefined);
        },
      });
      client.post({ type: 'call', id: 1, method: 'host.pickFolder', input: {} });
      client.post({ type: 'watch', id: 1, topic: 'notices' });
      await client.closed;
      await aborted.promise;
      expect(client.received).toEqual([]);
    });
  });

  describe('the typed client', () => {
    it('calls, watches and comes back by itself after the wire was lost', async () => {
      const { studio, connect, sessions } = await start({
        'instances.suggestPort': ({ from }) => ({ port: from }),
        'jobs.clearFinished': () => {
          throw new StudioError('STORE_WRITE_FAILED', 'disk', { details: { path: 'jobs' } });
        },
      });
      const client = createStudioClient(connect, {
        schedule: (delayMs, task) => {
          const timer = setTimeout(task, Math.min(delayMs, 5));
          return () => clearTimeout(timer);
        },
        random: () => 0.5,
      });
      closing.push(() => client.close());
      expect(await client.call('instances.suggestPort', { from: 9000 })).toEqual({ port: 9000 });
      await expect(client.call('jobs.clearFinished', {})).rejects.toMatchObject({
        name: 'StudioError',
        code: 'STORE_WRITE_FAILED',
        details: { path: 'jobs' },
        retryable: true,
      });

      const states = observed<TopicState<'notices'>>();
      client.watch('notices', undefined, { onState: (state) => states.take(state) });
      await states.until(({ notices }) => notices.length === 0);
      studio.notices.publish(notice(1));
      await states.until(({ notices }) => notices.length === 1);
      sessions.at(-1)?.close();
      studio.notices.publish(notice(2));
      await states.until(({ notices }) => notices.length === 2);
      studio.notices.publish(notice(3));
      await states.until(({ notices }) => notices.length === 3);
      expect(client.connection()).toBe('open');
    });
  });
};

const observed = <State>(): { take(state: State): void; until(fits: (state: State) => boolean): Promise<void> } => {
  let latest: State | undefined;
  let look = (): void => undefined;
  return {
    take: (state) => {
      latest = state;
      look();
    },
    until: (fits) =>
      new Promise((resolve) => {
        look = () => {
          if (latest !== undefined && fits(latest)) resolve();
        };
        look();
      }),
  };
};
