import { StudioError } from '#contract/errors.ts';
import type { FleetCandidate } from '#core/jobs/fleet-view.ts';
import type { Cancel, Clock, MakeId } from '#core/ports/clock.ts';
import type { ComfyClient, ComfyEndpoint, ComfySocket, SocketFrame } from '#core/ports/comfy-client.ts';
import type { Logger } from '#core/ports/logger.ts';

type Data = Readonly<Record<string, unknown>>;

export interface UpstreamRelayDependencies {
  readonly client: Pick<ComfyClient, 'openSocket'>;
  readonly home: { current(): FleetCandidate | null; onChange(listener: () => void): Cancel };
  readonly subscribeLogs: (endpoint: ComfyEndpoint, clientId: string, enabled: boolean) => Promise<void>;
  readonly subscribeWorkflows: (endpoint: ComfyEndpoint, clientId: string, enabled: boolean) => Promise<void>;
  readonly clock: Clock;
  readonly makeId: MakeId;
  readonly logger: Logger;
  /** A message that is about no job. */
  readonly onMessage: (type: string, data: Data) => void;
}

/** Hears what the home instance tells everybody: its custom nodes, its manager, its log. */
export interface UpstreamRelay {
  /** Somebody listens: without that there is no connection. */
  want(isWanted: boolean): void;
  wantLogs(isWanted: boolean): void;
  /** Somebody wants to hear of workflows that are shared there. */
  wantWorkflows(isWanted: boolean): void;
  /** The instance that is heard now; null while there is none. */
  readonly instanceId: string | null;
  /** What the instance said last that it can do (comfyui-protocol.md 3.2). */
  readonly features: Data | null;
  close(): void;
}

const openTimeoutMs = 10_000;
const firstPauseMs = 300;
const longestPauseMs = 10_000;

/** About jobs, which each have a websocket of their own, and about the queue of that instance alone. */
const ownTypes = new Set([
  'status',
  'executing',
  'executed',
  'progress',
  'progress_state',
  'execution_start',
  'execution_cached',
  'execution_success',
  'execution_error',
  'execution_interrupted',
]);

interface Session {
  readonly key: string;
  readonly home: FleetCandidate;
  readonly stop: AbortController;
  socket: ComfySocket | null;
}

const keyOf = ({ instanceId, readyAt, endpoint }: FleetCandidate): string =>
  `${instanceId} ${String(readyAt)} ${endpoint.baseUrl}`;

export const createUpstreamRelay = (dependencies: UpstreamRelayDependencies): UpstreamRelay => {
  const { client, home, clock, makeId, logger, onMessage } = dependencies;
  let session: Session | null = null;
  let isWanted = false;
  let wantsLogs = false;
  let wantsWorkflows = false;
  let features: Data | null = null;

  const onFrame = (frame: SocketFrame): void => {
    if (frame.kind === 'binary') return;
    if (frame.type === 'feature_flags') features = frame.data;
    else if (!ownTypes.has(frame.type) && !('prompt_id' in frame.data)) onMessage(frame.type, frame.data);
  };

  const tellLogs = ({ home: { endpoint }, socket }: Session, enabled: boolean): void => {
    if (socket === null) return;
    dependencies.subscribeLogs(endpoint, socket.clientId, enabled).catch((error: unknown) => {
      logger.debug('The log of the home instance cannot be followed.', { error: String(error) });
    });
  };

  const tellWorkflows = ({ home: { endpoint }, socket }: Session, enabled: boolean): void => {
    if (socket === null) return;
    dependencies.subscribeWorkflows(endpoint, socket.clientId, enabled).catch((error: unknown) => {
      logger.debug('Shared workflows of the home instance cannot be followed.', { error: String(error) });
    });
  };

  /** Opens one connection, with an id of its own, since a used one may stay silent (comfyui-protocol.md 3.1); whether it came about. */
  const listen = async (current: Session): Promise<boolean> => {
    const { home: instance, stop } = current;
    try {
      const socket = await client.openSocket(instance.endpoint, makeId(), {
        timeoutMs: openTimeoutMs,
        signal: stop.signal,
      });
      const close = (): void => socket.close();
      if (stop.signal.aborted) {
        close();
        return false;
      }
      stop.signal.addEventListener('abort', close, { once: true });
      current.socket = socket;
      const cancel = socket.onFrame(onFrame);
      if (wantsLogs) tellLogs(current, true);
      if (wantsWorkflows) tellWorkflows(current, true);
      await socket.closed;
      cancel();
      stop.signal.removeEventListener('abort', close);
      current.socket = null;
      return true;
    } catch (error) {
      if (!(error instanceof StudioError)) throw error;
      if (!stop.signal.aborted) logger.debug('The home instance cannot be heard.', { code: error.code });
      return false;
    }
  };

  const sleep = (ms: number, signal: AbortSignal): Promise<void> => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const cancel = clock.schedule(ms, resolve);
    signal.addEventListener(
      'abort',
      () => {
        cancel();
        resolve();
      },
      { once: true },
    );
    return promise;
  };

  const keepListening = async (current: Session): Promise<void> => {
    const { signal } = current.stop;
    for (let pauseMs = firstPauseMs; !signal.aborted; pauseMs = Math.min(longestPauseMs, pauseMs * 2)) {
      if (await listen(current)) pauseMs = firstPauseMs;
      if (!signal.aborted) await sleep(pauseMs, signal);
    }
  };

  const refresh = (): void => {
    const target = isWanted ? home.current() : null;
    if ((target === null ? null : keyOf(target)) === (session?.key ?? null)) return;
    session?.stop.abort();
    session = target === null ? null : { key: keyOf(target), home: target, stop: new AbortController(), socket: null };
    if (session === null) return;
    keepListening(session).catch((error: unknown) => {
      logger.error('The websocket to the home instance failed.', { error: String(error) });
    });
  };

  const unsubscribe = home.onChange(refresh);

  return {
    want: (wanted) => {
      isWanted = wanted;
      refresh();
    },
    wantLogs: (wanted) => {
      if (wanted === wantsLogs) return;
      wantsLogs = wanted;
      if (session !== null) tellLogs(session, wanted);
    },
    wantWorkflows: (wanted) => {
      if (wanted === wantsWorkflows) return;
      wantsWorkflows = wanted;
      if (session !== null) tellWorkflows(session, wanted);
    },
    get instanceId() {
      return session?.socket === null ? null : (session?.home.instanceId ?? null);
    },
    get features() {
      return features;
    },
    close: () => {
      unsubscribe();
      isWanted = false;
      session?.stop.abort();
      session = null;
    },
  };
};
