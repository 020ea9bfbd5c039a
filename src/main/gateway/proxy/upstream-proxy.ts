import { type ClientRequest, Agent as HttpAgent, type IncomingMessage, type ServerResponse } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { Socket } from 'node:net';
import { type Duplex, Readable } from 'node:stream';
import { TLSSocket } from 'node:tls';
import { ProxyServer } from 'httpxy';
import type { ComfyEndpoint } from '#core/ports/comfy-client.ts';
import { answerSocket, endSocket } from '../access/answer-socket.ts';
import { envelopeAnswer, type RawAnswer } from '../access/raw-answer.ts';
import { cleanAnswerHeaders, removeOwnHeaders } from './upstream-headers.ts';
import { upstreamTarget } from './upstream-target.ts';

export interface ProxyLimits {
  readonly connectMs: number;
  /** Silence in both directions, shorter than that of the gateway's server, so that its client hears why; a stream may last as long as it likes. */
  readonly idleMs: number;
  /** How long a connection is kept that nobody uses: shorter than instances keep theirs, so that none is closed under a request. */
  readonly restMs: number;
  /** Until an instance has answered the question for a websocket: a busy one takes its time. */
  readonly upgradeMs: number;
}

const usualLimits: ProxyLimits = { connectMs: 5000, idleMs: 540_000, restMs: 20_000, upgradeMs: 30_000 };

/** Hands requests on to instances as they are, bodies as streams. */
export interface UpstreamProxy {
  /**
   * Resolves when the answer is sent, or the client is gone: then the instance's work is aborted. Rejects where the instance cannot be
   * had; the answer may have begun by then (`headersSent`). `body` stands for one that has been read.
   */
  web(request: IncomingMessage, response: ServerResponse, endpoint: ComfyEndpoint, body?: Buffer): Promise<void>;
  /** Hands a websocket on. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, endpoint: ComfyEndpoint): void;
  /** Ends what is open. */
  close(): void;
}

const unreachable: RawAnswer = envelopeAnswer(502, ['instance_unreachable', 'The instance does not answer.']);

/** An instance that is gone often leaves connections that are never refused. */
const limitConnecting = (outgoing: ClientRequest, connectMs: number): void => {
  const { socket } = outgoing;
  if (socket === null || outgoing.reusedSocket || (!socket.connecting && !(socket instanceof TLSSocket))) return;
  const timer = setTimeout(() => {
    outgoing.destroy(Object.assign(new Error('The connection took too long.'), { code: 'ETIMEDOUT' }));
  }, connectMs);
  const done = (): void => clearTimeout(timer);
  socket.once(socket instanceof TLSSocket ? 'secureConnect' : 'connect', done);
  socket.once('close', done);
};

const isFilled = (trailers: NodeJS.Dict<string>): boolean => Object.keys(trailers).length > 0;

/** What comes after a body that is sent in chunks belongs to it. Must be called before the body is piped. */
const passTrailers = (
  source: IncomingMessage,
  target: Pick<ServerResponse, 'addTrailers'> | Pick<ClientRequest, 'addTrailers'>,
): void => {
  source.once('end', () => {
    const trailers: Record<string, string> = {};
    for (const [name, value] of Object.entries(source.trailers)) if (value !== undefined) trailers[name] = value;
    if (isFilled(trailers)) target.addTrailers(trailers);
  });
};

const createWebProxy = ({ connectMs }: ProxyLimits, baseUrls: WeakMap<IncomingMessage, string>) => {
  const server = new ProxyServer({ changeOrigin: true, ignorePath: true, secure: true });
  server.on('proxyReq', (outgoing, request) => {
    limitConnecting(outgoing, connectMs);
    passTrailers(request, outgoing);
  });
  server.on('proxyRes', (answer, request, response) => {
    cleanAnswerHeaders(answer.headers, baseUrls.get(request) ?? '', (name) => response.hasHeader(name));
    passTrailers(answer, response);
  });
  return server;
};

const createSocketProxy = ({ connectMs }: ProxyLimits) => {
  const server = new ProxyServer({ changeOrigin: true, ignorePath: true, secure: true });
  // A connection may have served requests before, so that bytes say nothing.
  const answered = new WeakSet<Duplex>();
  server.on('proxyReqWs', (outgoing, _request, socket) => {
    outgoing.once('response', () => answered.add(socket));
    outgoing.once('socket', () => limitConnecting(outgoing, connectMs));
    outgoing.once('upgrade', (_answer, upstream) => {
      answered.add(socket);
      // Whichever side is gone, the other one has nobody to talk to.
      socket.once('close', () => upstream.destroy());
      upstream.once('close', () => endSocket(socket));
    });
  });
  server.on('error', (_error, _request, socket) => {
    if (socket instanceof Socket && socket.writable && !answered.has(socket)) answerSocket(socket, unreachable);
  });
  return server;
};

const ownHeaders = ({ authorization }: ComfyEndpoint): Record<string, string> =>
  authorization === null ? {} : { authorization };

export const createUpstreamProxy = (limits: Partial<ProxyLimits> = {}): UpstreamProxy => {
  const used = { ...usualLimits, ...limits };
  const pool = {
    keepAlive: true,
    maxSockets: 256,
    maxFreeSockets: 32,
    timeout: used.restMs,
    scheduling: 'lifo',
  } as const;
  const agents = { http: new HttpAgent(pool), https: new HttpsAgent(pool) };
  const baseUrls = new WeakMap<IncomingMessage, string>();
  const sockets = new Set<Duplex>();
  const web = createWebProxy(used, baseUrls);
  const websockets = createSocketProxy(used);
  const agentOf = ({ baseUrl }: ComfyEndpoint): HttpAgent =>
    baseUrl.startsWith('https:') ? agents.https : agents.http;

  return {
    web: (request, response, endpoint, body) => {
      removeOwnHeaders(request.headers, 'request');
      if (body !== undefined) request.headers['content-length'] = String(body.byteLength);
      baseUrls.set(request, endpoint.baseUrl);
      return web.web(request, response, {
        target: upstreamTarget(endpoint, request.url ?? '/'),
        headers: ownHeaders(endpoint),
        agent: agentOf(endpoint),
        proxyTimeout: used.idleMs,
        ...(body === undefined ? {} : { buffer: Readable.from([body]) }),
      });
    },
    upgrade: (request, socket, head, endpoint) => {
      if (!(socket instanceof Socket)) {
        socket.destroy();
        return;
      }
      removeOwnHeaders(request.headers, 'upgrade');
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
      const target = upstreamTarget(endpoint, request.url ?? '/');
      const options = { target, headers: ownHeaders(endpoint), upgradeTimeout: used.upgradeMs };
      websockets.ws(request, socket, options, head).catch(() => socket.destroy());
    },
    close: () => {
      for (const socket of sockets) socket.destroy();
      agents.http.destroy();
      agents.https.destroy();
    },
  };
};
