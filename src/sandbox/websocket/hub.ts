import { pythonJson } from '../http/python-json.ts';
import { isRecord } from '../http/request.ts';

/** What the hub needs of a websocket. */
export interface HubSocket {
  send(data: string | Uint8Array): void;
  /** Ends the connection without a closing handshake. */
  terminate(): void;
  /** Resolves once what was sent so far has left this process, or cannot any more. */
  drained(): Promise<void>;
}

/** Where a message goes: one client, or null for every one that is registered. */
export type Recipient = string | null;

export interface WebsocketHub {
  /** Registers a socket under its id and greets it. A second one with the same id silently takes the place of the first. */
  connect(sid: string, socket: HubSocket): void;
  /** A text frame of a client; only its first one may announce feature flags. */
  receive(sid: string, socket: HubSocket, text: string): void;
  /** The end of any socket with this id forgets the id, the one that took its place included (comfyui-protocol.md 3.1). */
  disconnect(sid: string): void;
  send(type: string, data: unknown, to: Recipient): void;
  sendBinary(frame: Uint8Array, to: Recipient): void;
  isConnected(sid: string): boolean;
  /** Whether a client announced a flag; false for null and for unknown ids. */
  supports(sid: Recipient, flag: string): boolean;
  /** Resolves once what was sent so far has left this process: compressing a message takes a moment of another thread. */
  drained(): Promise<void>;
  /** Ends every connection without a goodbye. */
  dropAll(): void;
  /** From now on nothing is sent any more, while the connections stay open. */
  silence(): void;
}

/** What a new connection is told at once. */
export interface HubGreeting {
  queueInfo(): unknown;
  serverFeatures(): unknown;
  /** The node that the client's own prompt is at, when it is running. */
  runningNodeOf(sid: string): string | null;
}

const featureFlagsOf = ({ type, data }: Readonly<Record<string, unknown>>): Record<string, unknown> | null => {
  if (type !== 'feature_flags') return null;
  return typeof data === 'object' && data !== null ? { ...data } : {};
};

/** The table of websockets, with ComfyUI's rules of who receives what. */
export const createWebsocketHub = (greeting: HubGreeting): WebsocketHub => {
  const sockets = new Map<string, HubSocket>();
  const flags = new Map<string, Readonly<Record<string, unknown>>>();
  const heardFrom = new WeakSet<HubSocket>();
  let silent = false;

  const post = (data: string | Uint8Array, to: Recipient): void => {
    if (silent) return;
    if (to !== null) {
      sockets.get(to)?.send(data);
      return;
    }
    for (const socket of sockets.values()) socket.send(data);
  };
  const send = (type: string, data: unknown, to: Recipient): void => post(pythonJson({ type, data }), to);

  return {
    connect(sid, socket) {
      sockets.set(sid, socket);
      flags.set(sid, {});
      send('status', { status: greeting.queueInfo(), sid }, sid);
      const node = greeting.runningNodeOf(sid);
      if (node !== null) send('executing', { node }, sid);
    },
    receive(sid, socket, text) {
      const message = heardFrom.has(socket) ? null : readMessage(text);
      if (message === null) return;
      heardFrom.add(socket);
      const announced = featureFlagsOf(message);
      if (announced === null) return;
      flags.set(sid, announced);
      send('feature_flags', greeting.serverFeatures(), sid);
    },
    disconnect(sid) {
      sockets.delete(sid);
      flags.delete(sid);
    },
    send,
    sendBinary: post,
    isConnected: (sid) => sockets.has(sid),
    supports: (sid, flag) => sid !== null && flags.get(sid)?.[flag] === true,
    async drained() {
      await Promise.all([...sockets.values()].map((socket) => socket.drained()));
    },
    dropAll() {
      for (const socket of sockets.values()) socket.terminate();
    },
    silence() {
      silent = true;
    },
  };
};

/** A message of a client; null for text that is no JSON object, which does not count as its first message either. */
const readMessage = (text: string): Record<string, unknown> | null => {
  try {
    const message: unknown = JSON.parse(text);
    return isRecord(message) ? message : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
};
