import { type RawData, WebSocket } from 'ws';
import { StudioError } from '#contract/errors.ts';
import type { ComfyEndpoint, ComfySocket, SocketFrame } from '#core/ports/comfy-client.ts';
import { isObject } from '#core/shared/json-object.ts';
import { parseTolerantJson } from './tolerant-json.ts';

/** Result pictures come as one frame, in full size. */
const maxFrameBytes = 1024 ** 3;
const pingEveryMs = 20_000;
/** ComfyUI answers pings, but a node that keeps its event loop busy delays the answer. */
const silentMs = 90_000;
/** An instance that hangs never answers the closing handshake. */
const closeMs = 2000;
/** Frames that came before somebody listened. */
const maxEarlyFrames = 1000;

const toBytes = (data: RawData): Uint8Array => {
  if (Array.isArray(data)) return Buffer.concat(data);
  return data instanceof ArrayBuffer ? new Uint8Array(data) : data;
};

const readText = (text: string): SocketFrame | null => {
  try {
    const message = parseTolerantJson(text);
    if (!isObject(message) || typeof message['type'] !== 'string') return null;
    return { kind: 'message', type: message['type'], data: isObject(message['data']) ? message['data'] : {} };
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
};

const readFrame = (data: RawData, isBinary: boolean): SocketFrame | null => {
  const bytes = toBytes(data);
  return isBinary ? { kind: 'binary', bytes } : readText(Buffer.from(bytes).toString('utf8'));
};

/** Ends a connection of which nothing is heard any more, since the other side may be gone without a word. */
const watchLife = (socket: WebSocket): void => {
  let heardAt = performance.now();
  const heard = (): void => {
    heardAt = performance.now();
  };
  socket.on('pong', heard);
  socket.on('message', heard);
  const timer = setInterval(() => {
    if (performance.now() - heardAt > silentMs) socket.terminate();
    else if (socket.readyState === WebSocket.OPEN) socket.ping();
  }, pingEveryMs);
  timer.unref();
  socket.on('close', () => clearInterval(timer));
};

const handshakeError = (error: Error): StudioError => {
  const refused = /Unexpected server response: (?<status>\d+)/u.exec(error.message)?.groups?.['status'];
  if (refused === '401' || refused === '403') return new StudioError('INSTANCE_AUTH', undefined, { cause: error });
  const details = refused === undefined ? {} : { status: Number(refused) };
  const code = refused === undefined ? 'INSTANCE_UNREACHABLE' : 'INSTANCE_WRONG_ANSWER';
  return new StudioError(code, undefined, { details, cause: error });
};

interface Frames {
  push(frame: SocketFrame): void;
  listen(listener: (frame: SocketFrame) => void): () => void;
}

/** Keeps what comes before the first listener, which hears it first. */
const createFrames = (): Frames => {
  const listeners = new Set<{ notify: (frame: SocketFrame) => void }>();
  let early: SocketFrame[] = [];
  return {
    push: (frame) => {
      if (listeners.size === 0 && early.length < maxEarlyFrames) early.push(frame);
      for (const { notify } of listeners) notify(frame);
    },
    listen: (listener) => {
      const entry = { notify: listener };
      listeners.add(entry);
      const missed = early;
      early = [];
      for (const frame of missed) listener(frame);
      return () => {
        listeners.delete(entry);
      };
    },
  };
};

const closeSoon = (socket: WebSocket): void => {
  socket.close();
  setTimeout(() => socket.terminate(), closeMs).unref();
};

/** Connects to `/ws` and resolves with the first status message, by which ComfyUI has registered the client id. */
export const openComfySocket = (
  endpoint: ComfyEndpoint,
  clientId: string,
  options: { readonly timeoutMs: number; readonly signal?: AbortSignal },
): Promise<ComfySocket> => {
  const { timeoutMs, signal } = options;
  const address = `${endpoint.baseUrl.replace(/^http/u, 'ws')}/ws?clientId=${encodeURIComponent(clientId)}`;
  const { promise, resolve, reject } = Promise.withResolvers<ComfySocket>();
  if (signal?.aborted === true) return Promise.reject(new StudioError('CALL_CANCELLED'));
  const socket = new WebSocket(address, {
    headers: endpoint.authorization === null ? {} : { authorization: endpoint.authorization },
    perMessageDeflate: false,
    maxPayload: maxFrameBytes,
    handshakeTimeout: timeoutMs,
  });
  const frames = createFrames();
  const closed = new Promise<void>((settle) => {
    socket.on('close', () => settle());
  });
  const give = (error: StudioError): void => {
    reject(error);
    socket.terminate();
  };
  const timer = setTimeout(() => {
    give(new StudioError('INSTANCE_UNREACHABLE', undefined, { details: { reason: 'timeout', timeoutMs } }));
  }, timeoutMs);
  const abort = (): void => give(new StudioError('CALL_CANCELLED'));
  signal?.addEventListener('abort', abort, { once: true });
  const settled = (): void => {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
  };

  socket.on('error', (error) => reject(handshakeError(error)));
  socket.on('open', () => {
    // The first message alone is read; with this flag previews name the prompt that they are of (comfyui-protocol.md 3.2).
    socket.send(JSON.stringify({ type: 'feature_flags', data: { supports_preview_metadata: true } }));
  });
  socket.on('message', (data, isBinary) => {
    const frame = readFrame(data, isBinary);
    if (frame === null) return;
    frames.push(frame);
    if (frame.kind === 'message' && frame.type === 'status') {
      resolve({ clientId, closed, onFrame: (listener) => frames.listen(listener), close: () => closeSoon(socket) });
    }
  });
  socket.on('close', () =>
    reject(new StudioError('INSTANCE_UNREACHABLE', undefined, { details: { reason: 'closed' } })),
  );
  watchLife(socket);
  return promise.finally(settled);
};
