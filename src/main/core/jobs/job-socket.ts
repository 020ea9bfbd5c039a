import type { Clock } from '#core/ports/clock.ts';
import type { ComfyClient, ComfyEndpoint, ComfySocket, SocketFrame } from '#core/ports/comfy-client.ts';
import type { Logger } from '#core/ports/logger.ts';
import { createAlarm } from './alarm.ts';

const openTimeoutMs = 10_000;
/** How long a prompt waits for its websocket, which only makes quick what queue and history tell as well. */
const patienceMs = 3000;
const firstPauseMs = 300;
const longestPauseMs = 5000;

export interface JobSocket {
  /** Resolves when the first attempt to connect ended, whatever came of it, or has taken long. */
  readonly tried: Promise<void>;
  close(): void;
}

export interface JobSocketDependencies {
  readonly client: Pick<ComfyClient, 'openSocket'>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Keeps a websocket open for one job until it is closed. A job has a client id of its own, so that all it hears is about itself, and
 * keeps it when it connects again, since ComfyUI sends the events of a running prompt to the id that submitted it (3.3). Where the
 * instance still holds the old connection the new one stays silent (3.1); queue and history are looked at then as always. It may begin
 * with a connection that somebody else opened under the same id.
 */
export const keepJobSocket = (
  { client, clock, logger }: JobSocketDependencies,
  endpoint: ComfyEndpoint,
  { clientId, socket: openAlready }: { readonly clientId: string; readonly socket: ComfySocket | null },
  listener: { readonly onFrame: (frame: SocketFrame) => void; readonly onOpenedLate: () => void },
): JobSocket => {
  const stop = new AbortController();
  const alarm = createAlarm(clock);
  let socket: ComfySocket | null = null;
  let given = openAlready;
  let isWaitedFor = true;
  const { promise: tried, resolve } = Promise.withResolvers<void>();
  const tellTried = (): void => {
    isWaitedFor = false;
    cancelPatience();
    resolve();
  };
  const cancelPatience = clock.schedule(patienceMs, tellTried);

  const hold = (opened: ComfySocket): void => {
    socket = opened;
    opened.onFrame(listener.onFrame);
  };

  const open = async (): Promise<boolean> => {
    if (given !== null) {
      hold(given);
      given = null;
      return true;
    }
    try {
      const opened = await client.openSocket(endpoint, clientId, { timeoutMs: openTimeoutMs, signal: stop.signal });
      if (stop.signal.aborted) {
        opened.close();
        return false;
      }
      hold(opened);
      return true;
    } catch (error) {
      // Some proxies in front of remote instances carry no websockets; the job runs all the same.
      if (!stop.signal.aborted) logger.debug('The websocket of a job could not be opened.', { error: String(error) });
      return false;
    }
  };

  const keepOpen = async (): Promise<void> => {
    let pauseMs = firstPauseMs;
    while (!stop.signal.aborted) {
      const opened = await open();
      const isLate = !isWaitedFor;
      tellTried();
      if (opened) {
        pauseMs = firstPauseMs;
        if (isLate) listener.onOpenedLate();
        await socket?.closed;
        socket = null;
      }
      if (stop.signal.aborted) return;
      await alarm.sleepUntil(clock.now() + pauseMs);
      pauseMs = Math.min(longestPauseMs, pauseMs * 2);
    }
  };
  const ended = keepOpen();
  ended.catch((error: unknown) => logger.error('The websocket of a job failed.', { error: String(error) }));

  return {
    tried,
    close: () => {
      stop.abort();
      cancelPatience();
      alarm.ring();
      socket?.close();
    },
  };
};
