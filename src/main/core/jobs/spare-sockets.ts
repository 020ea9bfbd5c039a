import type { Cancel, Clock, MakeId } from '#core/ports/clock.ts';
import type { ComfyClient, ComfyEndpoint, ComfySocket } from '#core/ports/comfy-client.ts';
import type { Logger } from '#core/ports/logger.ts';

const openTimeoutMs = 10_000;
/** How long one is kept for an instance that has no job. */
const idleMs = 60_000;
/** A job that has begun may be a tiny one, which a handshake beside it would make take half as long again. */
const afterBeginMs = 100;
/** What its clients ask at once when it has ended goes first. */
const afterEndMs = 3;

export interface SpareSocketsDependencies {
  readonly client: Pick<ComfyClient, 'openSocket'>;
  readonly clock: Clock;
  readonly makeId: MakeId;
  readonly logger: Logger;
}

/**
 * One open websocket for the next job of each busy instance, so that no card waits for a handshake between two jobs. Each has a client id
 * that nobody used before, which becomes the one that the job is sent under (comfyui-protocol.md 3.1, 3.3).
 */
export interface SpareSockets {
  /** Sees to it that the instance, which is busy, has one. */
  prepare(instanceId: string, endpoint: ComfyEndpoint): void;
  /** The same in a moment, or right after the instance's last job where that comes first. */
  prepareSoon(instanceId: string, endpoint: ComfyEndpoint): void;
  /** Hands over the one that is open at this moment, which is closed by the caller then. */
  take(instanceId: string, endpoint: ComfyEndpoint): ComfySocket | null;
  /** The instance has no job any more: its spare one is closed after a while. */
  rest(instanceId: string): void;
  /** Closes the one of an instance that is gone. */
  drop(instanceId: string): void;
  stop(): void;
}

interface Spare {
  readonly endpoint: ComfyEndpoint;
  readonly abort: AbortController;
  socket: ComfySocket | null;
  /** Ends the listening of nobody's socket. */
  unsubscribe: Cancel;
  cancelRest: Cancel;
}

const isSameEndpoint = (one: ComfyEndpoint, other: ComfyEndpoint): boolean =>
  one.baseUrl === other.baseUrl && one.authorization === other.authorization;

const nothing = (): void => undefined;

export const createSpareSockets = ({ client, clock, makeId, logger }: SpareSocketsDependencies): SpareSockets => {
  const spares = new Map<string, Spare>();
  const soon = new Map<string, { readonly endpoint: ComfyEndpoint; readonly cancel: Cancel }>();

  const noLonger = (instanceId: string): void => {
    soon.get(instanceId)?.cancel();
    soon.delete(instanceId);
  };

  const later = (instanceId: string, endpoint: ComfyEndpoint, [delayMs, work]: readonly [number, () => void]): void => {
    noLonger(instanceId);
    soon.set(instanceId, { endpoint, cancel: clock.schedule(delayMs, work) });
  };

  const forget = (instanceId: string, spare: Spare): void => {
    spare.unsubscribe();
    spare.cancelRest();
    if (spares.get(instanceId) === spare) spares.delete(instanceId);
  };

  const close = (instanceId: string, spare: Spare): void => {
    forget(instanceId, spare);
    spare.abort.abort();
    spare.socket?.close();
  };

  const open = async (instanceId: string, spare: Spare): Promise<void> => {
    const { endpoint, abort } = spare;
    const socket = await client.openSocket(endpoint, makeId(), { timeoutMs: openTimeoutMs, signal: abort.signal });
    if (abort.signal.aborted) {
      socket.close();
      return;
    }
    spare.socket = socket;
    // What an instance tells everybody is not for the job that comes later.
    spare.unsubscribe = socket.onFrame(nothing);
    await socket.closed;
    forget(instanceId, spare);
  };

  const drop = (instanceId: string): void => {
    noLonger(instanceId);
    const spare = spares.get(instanceId);
    if (spare !== undefined) close(instanceId, spare);
  };

  /** Whether there is one, which is kept then. */
  const keep = (instanceId: string, endpoint: ComfyEndpoint): boolean => {
    const present = spares.get(instanceId);
    if (present === undefined || !isSameEndpoint(present.endpoint, endpoint)) return false;
    noLonger(instanceId);
    present.cancelRest();
    return true;
  };

  const prepare = (instanceId: string, endpoint: ComfyEndpoint): void => {
    if (keep(instanceId, endpoint)) return;
    drop(instanceId);
    const spare: Spare = {
      endpoint,
      abort: new AbortController(),
      socket: null,
      unsubscribe: nothing,
      cancelRest: nothing,
    };
    spares.set(instanceId, spare);
    open(instanceId, spare).catch((error: unknown) => {
      forget(instanceId, spare);
      // The next job opens its own.
      if (!spare.abort.signal.aborted) logger.debug('No spare websocket.', { instanceId, error: String(error) });
    });
  };

  const rest = (instanceId: string): void => {
    const spare = spares.get(instanceId);
    if (spare === undefined) return;
    spare.cancelRest();
    spare.cancelRest = clock.schedule(idleMs, () => close(instanceId, spare));
  };

  return {
    prepare,
    prepareSoon: (instanceId, endpoint) => {
      if (keep(instanceId, endpoint)) return;
      later(instanceId, endpoint, [afterBeginMs, () => prepare(instanceId, endpoint)]);
    },
    take: (instanceId, endpoint) => {
      const spare = spares.get(instanceId);
      if (spare === undefined || spare.socket === null || !isSameEndpoint(spare.endpoint, endpoint)) return null;
      forget(instanceId, spare);
      return spare.socket;
    },
    rest: (instanceId) => {
      const due = soon.get(instanceId);
      if (due === undefined) {
        rest(instanceId);
        return;
      }
      const openAndRest = (): void => {
        prepare(instanceId, due.endpoint);
        rest(instanceId);
      };
      later(instanceId, due.endpoint, [afterEndMs, openAndRest]);
    },
    drop,
    stop: () => {
      for (const instanceId of soon.keys()) noLonger(instanceId);
      for (const [instanceId, spare] of spares) close(instanceId, spare);
    },
  };
};
