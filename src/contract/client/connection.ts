import { StudioError } from '../errors.ts';
import type { ClientMessage, ClientWire } from '../wire.ts';

/** `lost` = between two attempts; the next one comes by itself. */
export type ConnectionState = 'connecting' | 'open' | 'lost';

/** Time and chance as parameters: the contract has neither. */
export interface ReconnectOptions {
  /** Runs `task` once after `delayMs`; the answer cancels it. */
  readonly schedule: (delayMs: number, task: () => void) => () => void;
  /** A number in [0, 1), for the jitter. */
  readonly random: () => number;
  readonly firstDelayMs?: number;
  readonly maxDelayMs?: number;
  /** Longest wait for `connect`. */
  readonly connectTimeoutMs?: number;
  /** A connection that held this long starts the next series of attempts anew. */
  readonly stableMs?: number;
}

export interface ConnectionOptions extends ReconnectOptions {
  readonly connect: () => ClientWire | Promise<ClientWire>;
  readonly onMessage: (message: unknown) => void;
  readonly onState: (state: ConnectionState) => void;
}

/** One wire after another to the same studio. */
export interface Connection {
  state(): ConnectionState;
  /** Throws CONNECTION_LOST while there is no wire. */
  post(message: ClientMessage): void;
  /** Closes the present wire; the next attempt comes after the back-off. */
  giveUp(): void;
  /** Gives up the present wire, or the wait, and connects at once. */
  reconnect(): void;
  close(): void;
}

/** Wait before attempt `failures + 1`: doubled each time up to the limit, ±20 % so that many pages do not come together. */
export const reconnectDelayMs = (
  failures: number,
  { random, firstDelayMs = 250, maxDelayMs = 5000 }: Pick<ReconnectOptions, 'random' | 'firstDelayMs' | 'maxDelayMs'>,
): number => Math.min(maxDelayMs, firstDelayMs * 2 ** Math.min(failures - 1, 30)) * (0.8 + 0.4 * random());

export const createConnection = (options: ConnectionOptions): Connection => {
  const { schedule, connectTimeoutMs = 10_000, stableMs = 5000 } = options;
  let state: ConnectionState = 'connecting';
  let wire: ClientWire | undefined;
  let attempt = 0;
  let failures = 0;
  let closed = false;
  let cancelTimer = (): void => undefined;

  const become = (next: ConnectionState): void => {
    if (state === next) return;
    state = next;
    options.onState(next);
  };
  const setTimer = (delayMs: number, task: () => void): void => {
    cancelTimer();
    cancelTimer = schedule(delayMs, task);
  };
  const lose = (): void => {
    attempt += 1;
    wire = undefined;
    failures += 1;
    cancelTimer();
    if (!closed) setTimer(reconnectDelayMs(failures, options), start);
    become('lost');
  };
  const opened = (next: ClientWire): void => {
    wire = next;
    setTimer(stableMs, () => {
      failures = 0;
    });
    next.listen({
      message: (message) => {
        if (wire === next) options.onMessage(message);
      },
      closed: () => {
        if (wire === next) lose();
      },
    });
    become('open');
  };
  const start = (): void => {
    attempt += 1;
    const own = attempt;
    const isCurrent = (): boolean => own === attempt && !closed;
    become('connecting');
    setTimer(connectTimeoutMs, () => {
      if (isCurrent()) lose();
    });
    const connecting = async (): Promise<void> => {
      try {
        const next = await options.connect();
        if (isCurrent()) opened(next);
        else next.close();
      } catch {
        // Why it failed is the connector's to tell; here every failure means: later again.
        if (isCurrent()) lose();
      }
    };
    void connecting();
  };
  const giveUp = (): void => {
    const old = wire;
    lose();
    old?.close();
  };
  start();
  return {
    state: () => state,
    post: (message) => {
      if (wire === undefined) throw new StudioError('CONNECTION_LOST');
      wire.post(message);
    },
    giveUp: () => {
      if (wire !== undefined) giveUp();
    },
    reconnect: () => {
      if (closed || state === 'connecting') return;
      giveUp();
      failures = 0;
      start();
    },
    close: () => {
      if (closed) return;
      closed = true;
      giveUp();
    },
  };
};
