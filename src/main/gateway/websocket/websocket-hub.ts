import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocket, WebSocketServer } from 'ws';
import { type ClientHub, type ClientHubDependencies, createClientHub } from './client-hub.ts';
import type { ClientSocket } from './clients.ts';
import { gatherWrites } from './gather-writes.ts';

/** ComfyUI's own limit (comfyui-protocol.md 3.1); clients have nothing to say but their flags. */
const maxMessageBytes = 4 * 1024 ** 2;
const maxClients = 1000;

/** How a peer is noticed that is gone without a word. */
export interface LifeLimits {
  readonly pingEveryMs: number;
  readonly silentMs: number;
}

const usualLife: LifeLimits = { pingEveryMs: 20_000, silentMs: 60_000 };

/** A replaced client that does not answer the closing handshake. */
const closeMs = 2000;

/**
 * Compressed only for clients that ask, and only long texts: pictures are compressed already. Nothing is kept from one message to
 * the next, which would cost hundreds of kilobytes a client.
 */
const deflate = {
  serverNoContextTakeover: true,
  clientNoContextTakeover: true,
  threshold: 4096,
  concurrencyLimit: 4,
  zlibDeflateOptions: { level: 1 },
} as const;

export type WebsocketHubDependencies = ClientHubDependencies;

export interface WebsocketHub
  extends Pick<ClientHub, 'tellAll' | 'subscribeLogs' | 'subscribeWorkflows' | 'unsubscribeWorkflows'> {
  /** Takes over a connection that asked for /ws. */
  accept(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  close(): void;
}

const clientSocket = (socket: WebSocket, gather: () => void): ClientSocket => ({
  get isOpen() {
    return socket.readyState === WebSocket.OPEN;
  },
  get bufferedBytes() {
    return socket.bufferedAmount;
  },
  send: (payload, done) => {
    gather();
    socket.send(payload, { compress: typeof payload === 'string' }, done);
  },
  terminate: () => socket.terminate(),
  close: () => {
    socket.close();
    const timer = setTimeout(() => socket.terminate(), closeMs);
    socket.once('close', () => clearTimeout(timer));
  },
});

/** Ends a connection of which nothing is heard any more. */
const watchLife = (socket: WebSocket, { pingEveryMs, silentMs }: LifeLimits): void => {
  let isHeard = true;
  let silentForMs = 0;
  const heard = (): void => {
    isHeard = true;
  };
  socket.on('pong', heard);
  socket.on('ping', heard);
  socket.on('message', heard);
  const timer = setInterval(() => {
    silentForMs = isHeard ? 0 : silentForMs + pingEveryMs;
    isHeard = false;
    if (silentForMs >= silentMs) socket.terminate();
    else if (socket.readyState === WebSocket.OPEN) socket.ping();
  }, pingEveryMs);
  timer.unref();
  socket.on('close', () => clearInterval(timer));
};

/** The websockets of the gateway. */
export const createWebsocketHub = (
  dependencies: WebsocketHubDependencies,
  life: LifeLimits = usualLife,
): WebsocketHub => {
  const hub = createClientHub(dependencies);
  const server = new WebSocketServer({ noServer: true, perMessageDeflate: deflate, maxPayload: maxMessageBytes });

  const connected = (socket: WebSocket, request: IncomingMessage, connection: Duplex): void => {
    // Whatever stands in the path cannot end the address of the host here.
    const given = new URL(`http://gateway${request.url ?? '/'}`).searchParams.get('clientId') ?? '';
    const sid = given === '' ? randomUUID().replaceAll('-', '') : given;
    // What is no frame of a websocket, or a too large one, ends with an error first.
    socket.on('error', () => socket.terminate());
    const session = hub.connect(sid, clientSocket(socket, gatherWrites(connection)));
    watchLife(socket, life);
    socket.on('message', (data, isBinary) => {
      if (!isBinary && Buffer.isBuffer(data)) session.heard(data.toString('utf8'));
    });
    socket.on('close', session.left);
  };

  return {
    accept: (request, socket, head) => {
      if (hub.clientCount >= maxClients) {
        socket.end('HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\n\r\n');
        return;
      }
      server.handleUpgrade(request, socket, head, (opened) => connected(opened, request, socket));
    },
    tellAll: hub.tellAll,
    subscribeLogs: hub.subscribeLogs,
    subscribeWorkflows: hub.subscribeWorkflows,
    unsubscribeWorkflows: hub.unsubscribeWorkflows,
    close: () => {
      hub.close();
      server.close();
    },
  };
};
