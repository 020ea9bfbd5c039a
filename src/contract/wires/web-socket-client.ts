import { StudioError } from '../errors.ts';
import { type ClientWire, inputMaxBytes, type WireReceiver } from '../wire.ts';

/** What the wire needs of a websocket: the one of browsers and Node, and the one of the ws library. */
export interface WebSocketLike {
  readonly readyState: number;
  send(text: string): void;
  close(): void;
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
  addEventListener(type: 'open' | 'close', listener: () => void): void;
}

/** Number of the open state in the websocket standard. */
const openState = 1;

/**
 * The client's end over a websocket; settles when the socket is open and rejects with CONNECTION_LOST when it closes
 * before that. A message above the limit throws INPUT_TOO_LARGE instead of ending the connection.
 */
export const webSocketClientWire = async (socket: WebSocketLike): Promise<ClientWire> => {
  let receiver: WireReceiver<unknown> | undefined;
  let ended = false;
  const early: unknown[] = [];
  const receive = (message: unknown): void => {
    if (receiver === undefined) early.push(message);
    else receiver.message(message);
  };
  const end = (): void => {
    if (ended) return;
    ended = true;
    receiver?.closed();
  };
  socket.addEventListener('message', ({ data }) => {
    const message = parseMessage(data);
    if (message.ok) receive(message.value);
    else socket.close();
  });
  socket.addEventListener('close', end);
  await opened(socket);
  return {
    post: (message) => {
      if (socket.readyState !== openState) return;
      const text = JSON.stringify(message);
      const maxBytes = inputMaxBytes(message.type === 'call' ? message.method : '');
      if (isLongerThan(text, maxBytes)) throw new StudioError('INPUT_TOO_LARGE', undefined, { details: { maxBytes } });
      socket.send(text);
    },
    listen: (next) => {
      receiver = next;
      for (const message of early.splice(0)) next.message(message);
      if (ended) queueMicrotask(() => next.closed());
    },
    backlog: () => 0,
    close: () => {
      socket.close();
      queueMicrotask(end);
    },
  };
};

/** Whether a text takes more bytes in UTF-8; at most three for each of its units, so short texts need not be encoded. */
const isLongerThan = (text: string, maxBytes: number): boolean =>
  text.length > maxBytes || (text.length > maxBytes / 3 && new TextEncoder().encode(text).length > maxBytes);

const opened = (socket: WebSocketLike): Promise<void> =>
  new Promise((resolve, reject) => {
    if (socket.readyState === openState) resolve();
    socket.addEventListener('open', () => resolve());
    socket.addEventListener('close', () => reject(new StudioError('CONNECTION_LOST')));
  });

type ParsedMessage = { readonly ok: true; readonly value: unknown } | { readonly ok: false };

const parseMessage = (data: unknown): ParsedMessage => {
  if (typeof data !== 'string') return { ok: false };
  try {
    const value: unknown = JSON.parse(data);
    return { ok: true, value };
  } catch (error) {
    if (error instanceof SyntaxError) return { ok: false };
    throw error;
  }
};
