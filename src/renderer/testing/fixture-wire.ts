import type { z } from 'zod';
import { type CallName, type CallOutput, calls, isCallName, type ParsedCallInput } from '#contract/calls/index.ts';
import { StudioError, toWireError } from '#contract/errors.ts';
import type { CallContext, CallHandlers } from '#contract/handlers.ts';
import type { TopicFeed } from '#contract/topic-feed.ts';
import { isTopicName } from '#contract/topics.ts';
import { type ClientMessage, type ClientWire, clientMessageSchema, type StudioWire } from '#contract/wire.ts';
import { memoryWirePair } from '#contract/wires/memory.ts';
import type { HandlerChanges, StudioFixture } from './studio-fixture.ts';

/** Both ends of the canned studio's connections. */
export interface FixtureServer {
  /** Opens a wire; throws CONNECTION_LOST while the studio is down. */
  connect(): ClientWire;
  /** Drops every wire; with `down` new ones are refused until `up`. */
  drop(options?: { readonly down?: boolean }): void;
  up(): void;
}

type CallSchemas = {
  readonly [Name in CallName]: { readonly input: z.ZodType<ParsedCallInput<Name>> };
};
const schemas: CallSchemas = calls;

const context: CallContext = { signal: new AbortController().signal, access: 'admin' };

const callHandler = async <Name extends CallName>(
  handlers: CallHandlers,
  name: Name,
  input: unknown,
): Promise<CallOutput<Name>> => {
  const parsed = schemas[name].input.safeParse(input);
  if (!parsed.success) throw new StudioError('INPUT_INVALID', parsed.error.message);
  return handlers[name](parsed.data, context);
};

const openFeed = (fixture: StudioFixture, topic: string, key: string | undefined): TopicFeed<unknown, unknown> => {
  if (!isTopicName(topic)) throw new StudioError('METHOD_UNKNOWN');
  return fixture.sources[topic](key);
};

const serveWire = (wire: StudioWire, fixture: StudioFixture, handlers: CallHandlers): void => {
  const watches = new Map<number, () => void>();
  const fail = (id: number, error: unknown): void =>
    wire.post({ type: 'reply', id, ok: false, error: toWireError(error) });
  const answer = async (message: Extract<ClientMessage, { type: 'call' }>): Promise<void> => {
    const { id, method, input } = message;
    try {
      if (!isCallName(method)) throw new StudioError('METHOD_UNKNOWN');
      fixture.received.push({ name: method, input });
      const value = await callHandler(handlers, method, input);
      fixture.answered.push(value);
      wire.post({ type: 'reply', id, ok: true, value });
    } catch (error) {
      fail(id, error);
    }
  };
  const watch = ({ id, topic, key }: Extract<ClientMessage, { type: 'watch' }>): void => {
    try {
      const feed = openFeed(fixture, topic, key);
      wire.post({ type: 'snapshot', id, revision: feed.revision(), state: feed.snapshot() });
      const name = `${topic}:${key ?? ''}`;
      const stop = feed.listen((revision, event) => wire.post({ type: 'event', id, revision, event }));
      fixture.watching.add(name);
      watches.set(id, () => {
        fixture.watching.delete(name);
        stop();
      });
    } catch (error) {
      fail(id, error);
    }
  };
  wire.listen({
    message: (raw) => {
      const message = clientMessageSchema.parse(raw);
      switch (message.type) {
        case 'call':
          void answer(message);
          return;
        case 'watch':
          watch(message);
          return;
        case 'unwatch':
          watches.get(message.id)?.();
          watches.delete(message.id);
          return;
        case 'cancel':
          return;
      }
    },
    closed: () => {
      for (const stop of watches.values()) stop();
      watches.clear();
    },
  });
};

/** Serves a canned studio over in-memory wires, through the same client as a real one. */
export const createFixtureServer = (fixture: StudioFixture, changes: HandlerChanges = {}): FixtureServer => {
  const handlers: CallHandlers = { ...fixture.handlers, ...changes };
  const wires = new Set<ClientWire>();
  let down = false;
  return {
    connect: () => {
      if (down) throw new StudioError('CONNECTION_LOST');
      const pair = memoryWirePair();
      serveWire(pair.studio, fixture, handlers);
      wires.add(pair.client);
      return pair.client;
    },
    drop: (options = {}) => {
      down = options.down ?? false;
      for (const wire of wires) wire.close();
      wires.clear();
    },
    up: () => {
      down = false;
    },
  };
};
