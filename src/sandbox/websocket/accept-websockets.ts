import type { IncomingMessage, Server } from 'node:http';
import { createRequire } from 'node:module';
import type { Duplex } from 'node:stream';
import type * as websockets from 'ws';
import type { HubSocket, WebsocketHub } from './hub.ts';

export interface WebsocketDependencies {
  readonly hub: WebsocketHub;
  readonly isRefused: (message: IncomingMessage) => boolean;
  readonly newId: () => string;
  readonly isMuted: () => boolean;
}

/** aiohttp's limit for incoming frames. */
const maxPayloadBytes = 4 * 1024 * 1024;

/** The package by `require`: an import has its whole source searched for exports, which leaves 10 MB in each server. */
const loadPackage = (): typeof websockets => createRequire(import.meta.url)('ws');

const textOf = (data: websockets.RawData): string => {
  if (Array.isArray(data)) return Buffer.concat(data).toString('utf8');
  return Buffer.isBuffer(data) ? data.toString('utf8') : Buffer.from(data).toString('utf8');
};

const refuse = (socket: Duplex, status: string): void => {
  socket.end(`HTTP/1.1 ${status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
};

/** Accepts websockets at /ws and /api/ws (comfyui-protocol.md 3.1) on as many servers as there are addresses. */
export const createWebsocketAcceptor = (dependencies: WebsocketDependencies): ((server: Server) => void) => {
  const { hub, newId } = dependencies;
  const { WebSocketServer } = loadPackage();
  const acceptor = new WebSocketServer({ noServer: true, maxPayload: maxPayloadBytes, perMessageDeflate: true });
  acceptor.on('connection', (socket, message: IncomingMessage) => {
    const query = new URL(message.url ?? '/', 'http://sandbox').searchParams;
    const sid = query.get('clientId') || newId().replaceAll('-', '');
    // Messages leave in their order, so the last one stands for all before it.
    let lastSent: Promise<void> = Promise.resolve();
    const hubSocket: HubSocket = {
      send(data) {
        lastSent = new Promise((resolve) => socket.send(data, () => resolve()));
      },
      terminate: () => socket.terminate(),
      drained: () => lastSent,
    };
    socket.on('message', (data, isBinary) => {
      if (!isBinary) hub.receive(sid, hubSocket, textOf(data));
    });
    socket.on('close', () => hub.disconnect(sid));
    // A frame over the limit or a broken one ends the connection; 'close' does the rest.
    socket.on('error', () => socket.terminate());
    hub.connect(sid, hubSocket);
  });
  return (server) => {
    server.on('upgrade', (message: IncomingMessage, socket: Duplex, head: Buffer) => {
      const path = (message.url ?? '/').split('?')[0];
      socket.on('error', () => socket.destroy());
      if (dependencies.isMuted()) return;
      if (dependencies.isRefused(message)) return refuse(socket, '403 Forbidden');
      if (path !== '/ws' && path !== '/api/ws') return refuse(socket, '404 Not Found');
      acceptor.handleUpgrade(message, socket, head, (websocket) => acceptor.emit('connection', websocket, message));
    });
  };
};
