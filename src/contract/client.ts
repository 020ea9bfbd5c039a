import { z } from 'zod';
import type { CallInput, CallName, CallOutput } from './calls/index.ts';
import { createClientCalls } from './client/client-calls.ts';
import { createClientWatches, type TopicObserver } from './client/client-watches.ts';
import { type ConnectionState, createConnection, type ReconnectOptions } from './client/connection.ts';
import { StudioError, toWireError } from './errors.ts';
import type { TopicName } from './topics.ts';
import { type ClientWire, type StudioMessage, studioMessageSchema } from './wire.ts';

export type { TopicObserver } from './client/client-watches.ts';
export type { ConnectionState, ReconnectOptions } from './client/connection.ts';

/** A studio at the other end of a wire, wherever it runs. It connects at once and again whenever the wire is lost. */
export interface StudioClient {
  /**
   * Makes a call and settles with its output; rejects with a StudioError. Made while connecting it waits for the outcome of
   * that attempt; made, or still unanswered, when the connection is lost it rejects with CONNECTION_LOST.
   */
  call<Name extends CallName>(
    name: Name,
    input: CallInput<Name>,
    options?: { readonly signal?: AbortSignal | undefined },
  ): Promise<CallOutput<Name>>;
  /**
   * Gives the whole state of a topic, first as it is and then after every change; keyed topics need a key. It goes on over
   * lost connections (with a fresh state) until the answer is called or `onError` was told.
   */
  watch<Name extends TopicName>(topic: Name, key: string | undefined, observer: TopicObserver<Name>): () => void;
  readonly connection: () => ConnectionState;
  /** Tells every change of the connection state until the answer is called. */
  readonly onConnection: (listener: (state: ConnectionState) => void) => () => void;
  /** Connects again at once, without waiting for the back-off. */
  reconnect(): void;
  /** Closes the wire for good; calls reject with CONNECTION_LOST. */
  close(): void;
}

const answeredIdSchema = z.object({ id: z.int().nonnegative() });

/** `connect` opens a wire; it is called again, after a growing wait, whenever the wire is lost. */
export const createStudioClient = (
  connect: () => ClientWire | Promise<ClientWire>,
  options: ReconnectOptions,
): StudioClient => {
  const listeners = new Set<{ readonly notify: (state: ConnectionState) => void }>();
  let lastId = 0;
  const nextId = (): number => {
    lastId += 1;
    return lastId;
  };
  const parts = {
    nextId,
    state: () => connection.state(),
    post: (message: Parameters<ClientWire['post']>[0]) => connection.post(message),
  };
  const calls = createClientCalls(parts);
  const watches = createClientWatches(parts);

  const take = (message: StudioMessage): void => {
    const { id } = message;
    switch (message.type) {
      case 'snapshot':
        watches.snapshot(id, message.revision, message.state);
        return;
      case 'event':
        watches.event(id, message.revision, message.event);
        return;
      case 'reply':
        if (message.ok) calls.succeeded(id, message.value);
        else if (!calls.failed(id, message.error)) watches.failed(id, message.error);
        return;
    }
  };
  /** A studio of another version may speak differently: fail the one call it was about, or connect anew. */
  const takeMisfit = (message: unknown): void => {
    const answered = answeredIdSchema.safeParse(message);
    const error = toWireError(new StudioError('INTERNAL', 'The answer does not fit the contract.'));
    if (!answered.success) connection.giveUp();
    else if (!calls.failed(answered.data.id, error)) watches.failed(answered.data.id, error);
  };

  const connection = createConnection({
    ...options,
    connect,
    onMessage: (message) => {
      const parsed = studioMessageSchema.safeParse(message);
      if (parsed.success) take(parsed.data);
      else takeMisfit(message);
    },
    onState: (state) => {
      if (state === 'lost') {
        calls.lost();
        watches.lost();
      }
      if (state === 'open') {
        watches.connected();
        calls.connected();
      }
      for (const { notify } of listeners) notify(state);
    },
  });

  return {
    call: (name, input, { signal } = {}) => calls.call(name, input, signal),
    watch: (topic, key, observer) => watches.watch(topic, key, observer),
    connection: () => connection.state(),
    onConnection: (listener) => {
      const entry = { notify: listener };
      listeners.add(entry);
      return () => {
        listeners.delete(entry);
      };
    },
    reconnect: () => connection.reconnect(),
    close: () => {
      connection.close();
      watches.close();
    },
  };
};
