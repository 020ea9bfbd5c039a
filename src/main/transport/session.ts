import { z } from 'zod';
import type { Access } from '#contract/define.ts';
import { StudioError, toWireError } from '#contract/errors.ts';
import { type ClientMessage, clientMessageSchema, type StudioMessage, type StudioWire } from '#contract/wire.ts';
import type { Dispatcher } from './dispatcher.ts';
import { parseInput } from './parse-values.ts';
import { createSessionCalls } from './session-calls.ts';
import { type SessionLimits, sessionLimits } from './session-limits.ts';
import { createSessionWatches } from './session-watches.ts';
import type { TransportLog } from './transport-log.ts';

export interface SessionOptions {
  readonly dispatcher: Dispatcher;
  /** What the other end of the wire may do; decided when the connection was let in. */
  readonly access: Access;
  readonly log: TransportLog;
  /** The wire comes from the shell's own window. */
  readonly isShell?: boolean;
  readonly limits?: Partial<SessionLimits>;
}

/** One wire being served. */
export interface Session {
  /** Aborts the running calls, ends the watches and closes the wire. */
  close(): void;
  /** Settles when the wire is closed, whoever closed it. */
  readonly closed: Promise<void>;
}

const messageIdSchema = z.object({ id: z.int().nonnegative() });

/**
 * Answers the calls and watches of one client until the wire is closed. A message that does not fit is answered with
 * INPUT_INVALID when it has an id; without one nobody could be told, so the wire is closed.
 */
export const serveWire = (wire: StudioWire, options: SessionOptions): Session => {
  const { dispatcher, access, log, isShell = false } = options;
  const limits: SessionLimits = { ...sessionLimits, ...options.limits };
  const { promise: closed, resolve: tellClosed } = Promise.withResolvers<void>();
  let open = true;

  const end = (): void => {
    open = false;
    calls.abortAll(new StudioError('CONNECTION_LOST'));
    watches.close();
    tellClosed();
  };
  const close = (): void => {
    if (!open) return;
    end();
    wire.close();
  };
  const giveUp = (reason: string): void => {
    if (open) log.warn(`A connection is closed: ${reason}`);
    close();
  };
  const post = (message: StudioMessage): void => {
    if (!open) return;
    wire.post(message);
    if (wire.backlog() > limits.backlogMax) giveUp('its other end does not read');
  };

  const calls = createSessionCalls({
    dispatcher,
    context: { access, isShell },
    log,
    maxConcurrentCalls: limits.maxConcurrentCalls,
    post,
  });
  const mayPost = (): boolean => open && wire.backlog() < limits.backlogHigh;
  const watches = createSessionWatches({ dispatcher, access, limits, mayPost, post });

  const begin = (message: Extract<ClientMessage, { type: 'call' | 'watch' }>): void => {
    if (calls.has(message.id) || watches.has(message.id)) giveUp('the id of a running call or watch was used again');
    else if (message.type === 'call') calls.start(message);
    else watches.start(message);
  };
  const refuse = (message: unknown): void => {
    const known = messageIdSchema.safeParse(message);
    if (!known.success || calls.has(known.data.id) || watches.has(known.data.id)) {
      giveUp('a message does not fit the contract');
      return;
    }
    post({ type: 'reply', id: known.data.id, ok: false, error: toWireError(misfit(message)) });
  };

  wire.listen({
    message: (received) => {
      if (!open) return;
      const parsed = clientMessageSchema.safeParse(received);
      if (parsed.success) handle(parsed.data);
      else refuse(received);
    },
    drained: () => watches.flush(),
    closed: () => {
      if (open) end();
    },
  });
  const handle = (message: ClientMessage): void => {
    switch (message.type) {
      case 'call':
      case 'watch':
        begin(message);
        return;
      case 'cancel':
        calls.cancel(message.id);
        return;
      case 'unwatch':
        watches.stop(message.id);
        return;
    }
  };
  return { close, closed };
};

/** The INPUT_INVALID of a message, with its issues. */
const misfit = (message: unknown): unknown => {
  try {
    return parseInput(clientMessageSchema, message);
  } catch (error) {
    return error;
  }
};
