import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocket, WebSocketServer } from 'ws';
import { answerSocket } from '../access/answer-socket.ts';
import { callerOf } from '../access/caller.ts';
import { envelopeAnswer } from '../access/raw-answer.ts';
import { type ClientHub, type ClientHubDependencies, createClientHub } from './client-hub.ts';
import type { ClientSocket } from './clients.ts';
import { gatherWrites } from './gather-writes.ts';
import { createPacedSending } from './paced-sending.ts';
import { createSocketPlaces } from './socket-places.ts';

/** ComfyUI's own limit (comfyui-protocol.md 3.1); clients have nothing to say but their flags. */
const maxMessageBytes = 4 * 1024 ** 2;

export interface SocketLimits {
  /** Open at a time, those that were replaced and still close included. */
  readonly maxSockets: number;
}

const usualLimits: SocketLimits = { maxSockets: 1000 };

/**
 * Whether a peer is there is the network's to say: it asks one that was sent nothing for this long, and gives up what it cannot deliver.
 * ComfyUI sends no pings, and clients that read only between other things (Python's websocket-client) answer none meanwhile.
 */
const keepAliveMs = 30_000;

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

const clientSocket = (socket: WebSocket, gather: () => void): ClientSocket => {
  const sending = createPacedSending(socket, gather);
  return {
    get isOpen() {
      return socket.readyState === WebSocket.OPEN;
    },
    get bufferedBytes() {
      return sending.bufferedBytes;
    },
    get takenBytes() {
      return sending.takenBytes;
    },
    send: sending.send,
    ask: sending.ask,
    terminate: () => socket.terminate(),
    close: () => {
      socket.close();
      const timer = setTimeout(() => socket.terminate(), closeMs);
      socket.once('close', () => clearTimeout(timer));
    },
  };
};

const retryLater = { 'retry-after': '10' };

const tooMany = {
  share: envelopeAnswer(429, ['sockets_too_many', 'This program has too many websockets open.'], retryLater),
  full: envelopeAnswer(503, ['sockets_too_many', 'Too many websockets are open.'], retryLater),
} as const;

/** The websockets of the gateway. */
export const createWebsocketHub = (
  dependencies: WebsocketHubDependencies,
  { maxSockets }: SocketLimits = usualLimits,
): WebsocketHub => {
  const hub = createClientHub(dependencies);
  const server = new WebSocketServer({ noServer: true, perMessageDeflate: deflate, maxPayload: maxMessageBytes });

  const places = createSocketPlaces(maxSockets);

  const connected = (socket: WebSocket, given: string, connection: Duplex): void => {
    const sid = given === '' ? randomUUID().replaceAll('-', '') : given;
    // What is no frame of a websocket, or a too large one, ends with an error first.
    socket.on('error', () => socket.terminate());
    if (connection instanceof Socket) connection.setKeepAlive(true, keepAliveMs);
    const session = hub.connect(sid, clientSocket(socket, gatherWrites(connection)));
    socket.on('message', (data, isBinary) => {
      if (!isBinary && Buffer.isBuffer(data)) session.heard(data.toString('utf8'));
    });
    socket.on('close', session.left);
  };

  return {
    accept: (request, socket, head) => {
      // Whatever stands in the path cannot end the address of the host here.
      const { searchParams } = new URL(`http://gateway${request.url ?? '/'}`);
      const { key } = callerOf(request, searchParams);
      const place = places.take({ address: request.socket.remoteAddress ?? '', key });
      if (typeof place === 'string') {
        answerSocket(socket, tooMany[place]);
        return;
      }
      if (socket.closed) place();
      else socket.once('close', place);
      const given = searchParams.get('clientId') ?? '';
      server.handleUpgrade(request, socket, head, (opened) => connected(opened, given, socket));
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
