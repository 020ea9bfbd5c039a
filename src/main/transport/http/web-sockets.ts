import { type IncomingMessage, type Server, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { Access } from '#contract/define.ts';
import { errorCodes, StudioError, toWireError } from '#contract/errors.ts';
import { messageLimits } from '#contract/wire.ts';
import { wireConstants } from '#contract/wire-constants.ts';
import type { Dispatcher } from '../dispatcher.ts';
import { type Session, serveWire } from '../session.ts';
import { errorFields, type TransportLog } from '../transport-log.ts';
import { webSocketStudioWire } from '../wires/web-socket.ts';

export interface WebSocketsOptions {
  readonly dispatcher: Dispatcher;
  readonly log: TransportLog;
  /** The access of whoever asks; throws a StudioError to refuse. */
  readonly admit: (request: IncomingMessage) => Access;
  /** Pause between two pings; a client that answers none within it is gone. */
  readonly pingIntervalMs: number;
  /** Most connections at once. */
  readonly maxConnections: number;
}

/** The websocket wire of the studio address. */
export interface WebSockets {
  /** Ends every session and tells the other ends that the studio goes away; whoever does not answer is cut off. */
  close(deadlineMs: number): Promise<void>;
}

export const addWebSockets = (server: Server, options: WebSocketsOptions): WebSockets => {
  const { dispatcher, log } = options;
  const sessions = new Set<Session>();
  const acceptor = new WebSocketServer({
    noServer: true,
    clientTracking: true,
    maxPayload: messageLimits.workflowFileMaxBytes,
    perMessageDeflate: false,
  });

  const upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    socket.on('error', () => socket.destroy());
    try {
      const path = (request.url ?? '').split('?', 1)[0];
      if (path !== wireConstants.webSocketPath) throw new StudioError('METHOD_UNKNOWN');
      const access = options.admit(request);
      if (acceptor.clients.size >= options.maxConnections) throw new StudioError('CALL_TOO_MANY');
      acceptor.handleUpgrade(request, socket, head, (opened) => {
        opened.on('error', (error) => log.warn('A websocket broke', errorFields(error)));
        const session = serveWire(webSocketStudioWire(opened), { dispatcher, access, log });
        sessions.add(session);
        void session.closed.then(() => sessions.delete(session));
      });
    } catch (error) {
      refuseUpgrade(socket, error);
    }
  };
  server.on('upgrade', upgrade);

  /** Clients that have not answered the last ping; a machine that went to sleep leaves its connection half open. */
  const silent = new WeakSet<object>();
  const heartbeat = setInterval(() => {
    for (const client of acceptor.clients) {
      if (silent.has(client)) {
        client.terminate();
        continue;
      }
      silent.add(client);
      client.once('pong', () => silent.delete(client));
      client.ping();
    }
  }, options.pingIntervalMs);
  heartbeat.unref();

  return {
    close: async (deadlineMs) => {
      clearInterval(heartbeat);
      server.off('upgrade', upgrade);
      const clients = [...acceptor.clients];
      const gone = clients.map((client) => new Promise<void>((resolve) => client.once('close', () => resolve())));
      for (const session of sessions) session.close();
      const cutOff = setTimeout(() => {
        for (const client of clients) client.terminate();
      }, deadlineMs);
      await Promise.all(gone);
      clearTimeout(cutOff);
      acceptor.close();
    },
  };
};

/** There is no response object in an upgrade, so the refusal is written by hand. */
const refuseUpgrade = (socket: Duplex, error: unknown): void => {
  const body = JSON.stringify(toWireError(error));
  const { status } = errorCodes[toWireError(error).code];
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Error'}`,
    'connection: close',
    'content-type: application/json; charset=utf-8',
    `content-length: ${Buffer.byteLength(body)}`,
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
};
