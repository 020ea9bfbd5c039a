import type { z } from 'zod';
import type { CallInput, CallName, CallOutput, Calls } from '../calls/index.ts';
import { fromWireError, StudioError, type WireError } from '../errors.ts';
import type { ClientMessage } from '../wire.ts';
import type { ConnectionState } from './connection.ts';

export interface ClientCallsOptions {
  readonly nextId: () => number;
  readonly state: () => ConnectionState;
  readonly post: (message: ClientMessage) => void;
}

/** The calls of a client that wait for their reply. */
export interface ClientCalls {
  call<Name extends CallName>(name: Name, input: CallInput<Name>, signal?: AbortSignal): Promise<CallOutput<Name>>;
  /** Each answers whether the id is one of a call here. */
  succeeded(id: number, value: unknown): boolean;
  failed(id: number, error: WireError): boolean;
  /** Posts what waited for the connection. */
  connected(): void;
  /** Rejects every waiting call with CONNECTION_LOST: whether the studio did it is unknown. */
  lost(): void;
}

interface PendingCall {
  readonly message: Extract<ClientMessage, { type: 'call' }>;
  posted: boolean;
  readonly succeed: (value: unknown) => void;
  readonly fail: (error: unknown) => void;
}

/** The outputs, typed so that a name ties the schema to the answer. */
type Outputs = { readonly [Name in CallName]: { readonly output: z.ZodType<CallOutput<Name>> } };

/** The table of calls is large, and not needed before the first answer: a page loads it while it waits for that. */
const loadOutputs = async (): Promise<Outputs> => {
  const table: { readonly calls: Calls } = await import('../calls/index.ts');
  return table.calls;
};

export const createClientCalls = (options: ClientCallsOptions): ClientCalls => {
  const pending = new Map<number, PendingCall>();

  const post = (call: PendingCall): void => {
    try {
      call.posted = true;
      options.post(call.message);
    } catch (error) {
      call.fail(error instanceof StudioError ? error : new StudioError('INPUT_INVALID', undefined, { cause: error }));
    }
  };

  const begin = (method: string, input: unknown, signal: AbortSignal | undefined): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const id = options.nextId();
      const abort = (): void => {
        const wasPosted = pending.get(id)?.posted === true;
        call.fail(new StudioError('CALL_CANCELLED', undefined, { cause: signal?.reason }));
        if (wasPosted && options.state() === 'open') options.post({ type: 'cancel', id });
      };
      const settle = (): void => {
        pending.delete(id);
        signal?.removeEventListener('abort', abort);
      };
      const call: PendingCall = {
        message: { type: 'call', id, method, input },
        posted: false,
        succeed: (value) => {
          settle();
          resolve(value);
        },
        fail: (error) => {
          settle();
          reject(error);
        },
      };
      if (signal?.aborted === true) return abort();
      if (options.state() === 'lost') return call.fail(new StudioError('CONNECTION_LOST'));
      pending.set(id, call);
      signal?.addEventListener('abort', abort, { once: true });
      if (options.state() === 'open') post(call);
    });

  return {
    call: async (name, input, signal) => {
      const [value, outputs] = await Promise.all([begin(name, input, signal), loadOutputs()]);
      const parsed = outputs[name].output.safeParse(value);
      if (parsed.success) return parsed.data;
      throw new StudioError('INTERNAL', `The answer of ${name} does not fit the contract.`, { cause: parsed.error });
    },
    succeeded: (id, value) => {
      const call = pending.get(id);
      call?.succeed(value);
      return call !== undefined;
    },
    failed: (id, error) => {
      const call = pending.get(id);
      call?.fail(fromWireError(error));
      return call !== undefined;
    },
    connected: () => {
      for (const call of pending.values()) if (!call.posted) post(call);
    },
    lost: () => {
      for (const call of pending.values()) call.fail(new StudioError('CONNECTION_LOST'));
    },
  };
};
