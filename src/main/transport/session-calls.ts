import { StudioError, toWireError } from '#contract/errors.ts';
import type { CallContext } from '#contract/handlers.ts';
import type { ClientMessage, StudioMessage } from '#contract/wire.ts';
import type { Dispatcher } from './dispatcher.ts';
import { errorFields, type TransportLog } from './transport-log.ts';

export interface SessionCallsOptions {
  readonly dispatcher: Dispatcher;
  readonly context: Omit<CallContext, 'signal'>;
  readonly log: TransportLog;
  readonly maxConcurrentCalls: number;
  readonly post: (message: StudioMessage) => void;
}

/** The running calls of one wire. */
export interface SessionCalls {
  has(id: number): boolean;
  start(message: Extract<ClientMessage, { type: 'call' }>): void;
  /** Fires the signal of a call; its handler still decides what is answered. Does nothing when it is over. */
  cancel(id: number): void;
  abortAll(reason: StudioError): void;
}

export const createSessionCalls = (options: SessionCallsOptions): SessionCalls => {
  const { dispatcher, context, log, post } = options;
  const running = new Map<number, AbortController>();

  const run = async (message: Extract<ClientMessage, { type: 'call' }>): Promise<void> => {
    const { id, method, input } = message;
    const controller = new AbortController();
    running.set(id, controller);
    const outcome = await dispatcher.dispatch(method, input, { ...context, signal: controller.signal });
    running.delete(id);
    try {
      post({ type: 'reply', id, ...outcome });
    } catch (error) {
      // Neither JSON nor a structured clone takes every value (a function, a cycle).
      log.error(`The answer of ${method} cannot be sent`, errorFields(error));
      post({ type: 'reply', id, ok: false, error: toWireError(error) });
    }
  };

  return {
    has: (id) => running.has(id),
    start: (message) => {
      if (running.size < options.maxConcurrentCalls) void run(message);
      else post({ type: 'reply', id: message.id, ok: false, error: toWireError(new StudioError('CALL_TOO_MANY')) });
    },
    cancel: (id) => running.get(id)?.abort(new StudioError('CALL_CANCELLED')),
    abortAll: (reason) => {
      for (const controller of running.values()) controller.abort(reason);
    },
  };
};
