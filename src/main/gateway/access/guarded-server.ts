import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Clock } from '#core/ports/clock.ts';
import { type BodyPace, watchBody } from './body-watch.ts';
import { clientErrorAnswer } from './client-errors.ts';
import type { Gatekeeper } from './gatekeeper.ts';
import { answerText, envelopeAnswer, type RawAnswer, sendAnswer, tooLarge } from './raw-answer.ts';

/** How much of everything one server, and one connection, takes. */
export interface ServerLimits {
  readonly headersTimeoutMs: number;
  /** How often connections are looked at for the limit above. */
  readonly checkEveryMs: number;
  /** Pools of clients keep connections about so long; shorter than theirs, requests get lost. */
  readonly keepAliveMs: number;
  /** A connection on which nothing moves in either direction. */
  readonly idleMs: number;
  readonly pace: BodyPace;
  readonly maxHeaderBytes: number;
  readonly maxConnections: number;
  /** Of one address beyond this machine. */
  readonly maxConnectionsPerAddress: number;
  /** Requests on one connection that wait for their answers. */
  readonly maxPipelined: number;
}

const usualLimits: ServerLimits = {
  headersTimeoutMs: 20_000,
  checkEveryMs: 5000,
  keepAliveMs: 75_000,
  idleMs: 600_000,
  pace: { windowMs: 30_000, windowBytes: 16 * 1024 },
  maxHeaderBytes: 48 * 1024,
  maxConnections: 8192,
  maxConnectionsPerAddress: 1024,
  maxPipelined: 128,
};

export interface GuardedServerParts {
  readonly gatekeeper: Gatekeeper;
  readonly clock: Clock;
  readonly maxBodyBytes: () => number;
  /** Never rejects. */
  readonly onRequest: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  /** A websocket that was let in. */
  readonly onUpgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
  /** An error in the words of the API that was asked; ComfyUI's where it is left out. */
  readonly inWords?: (request: IncomingMessage, answer: RawAnswer) => RawAnswer;
  /** Told of what nobody expected. */
  readonly onFailure: (error: unknown) => void;
  readonly limits?: Partial<ServerLimits>;
}

const isLoopback = (address: string): boolean => /^(?:::ffff:)?127\.|^::1$/u.test(address);

/** Ends connections beyond the number that one address may have. */
const limitConnections = (server: Server, most: number): void => {
  const counts = new Map<string, number>();
  server.on('connection', (socket) => {
    const address = socket.remoteAddress ?? '';
    if (address === '' || isLoopback(address)) return;
    const count = (counts.get(address) ?? 0) + 1;
    counts.set(address, count);
    socket.once('close', () => {
      const left = (counts.get(address) ?? 1) - 1;
      if (left === 0) counts.delete(address);
      else counts.set(address, left);
    });
    if (count > most) socket.destroy();
  });
};

const endSocket = (socket: Duplex, answer: RawAnswer): void => {
  socket.end(answerText(answer), () => socket.destroy());
};

/** Answers that are due on each connection, since what is wrong with a connection may come while one is being written. */
const createDueAnswers = () => {
  const due = new WeakMap<Duplex, Set<ServerResponse>>();
  return {
    add: (socket: Duplex, response: ServerResponse): number => {
      const all = due.get(socket) ?? new Set();
      due.set(socket, all.add(response));
      response.once('close', () => all.delete(response));
      return all.size;
    },
    hasBegun: (socket: Duplex): boolean => [...(due.get(socket) ?? [])].some(({ headersSent }) => headersSent),
  };
};

/** An HTTP server that nothing malformed, foreign, slow or endless gets through. */
export const createGuardedServer = (parts: GuardedServerParts): Server => {
  const { gatekeeper, clock, maxBodyBytes, inWords = (_request, answer) => answer } = parts;
  const limits = { ...usualLimits, ...parts.limits };
  const due = createDueAnswers();

  /** False where the request was answered already. */
  const letIn = (request: IncomingMessage, response: ServerResponse): boolean => {
    if (due.add(request.socket, response) > limits.maxPipelined) {
      request.socket.destroy();
      return false;
    }
    for (const [name, value] of Object.entries(gatekeeper.answerHeaders())) response.setHeader(name, value);
    const refusal = gatekeeper.admit(request);
    if (refusal !== null) {
      sendAnswer(request, response, inWords(request, refusal));
      return false;
    }
    const maxBytes = maxBodyBytes();
    const stop = watchBody(request, { clock, pace: limits.pace, maxBytes }, (problem) => {
      const slow = envelopeAnswer(408, ['request_timeout', 'The body of the request came too slowly.']);
      if (response.writableEnded || due.hasBegun(request.socket)) request.socket.destroy();
      else endSocket(request.socket, inWords(request, problem === 'slow' ? slow : tooLarge(maxBytes)));
    });
    request.once('close', stop);
    return true;
  };

  const server = createServer({
    maxHeaderSize: limits.maxHeaderBytes,
    headersTimeout: limits.headersTimeoutMs,
    // The pace of a body is watched instead: a large upload over a slow line takes as long as it takes.
    requestTimeout: 0,
    connectionsCheckingInterval: limits.checkEveryMs,
    keepAliveTimeout: limits.keepAliveMs,
    insecureHTTPParser: false,
    requireHostHeader: false,
    // Others ask for HTTP/2, which they do without.
    shouldUpgradeCallback: ({ headers }) => headers.upgrade?.toLowerCase() === 'websocket',
  });
  server.maxHeadersCount = 0;
  server.maxConnections = limits.maxConnections;
  server.timeout = limits.idleMs;
  limitConnections(server, limits.maxConnectionsPerAddress);

  server.on('request', (request, response) => {
    if (letIn(request, response)) void parts.onRequest(request, response);
  });
  server.on('checkContinue', (request, response) => {
    if (!letIn(request, response)) return;
    response.writeContinue();
    void parts.onRequest(request, response);
  });
  server.on('checkExpectation', (request, response) => {
    sendAnswer(request, response, envelopeAnswer(417, ['expectation_failed', 'The gateway knows 100-continue only.']));
  });
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy());
    const refusal = gatekeeper.admit(request);
    if (refusal !== null) {
      endSocket(socket, refusal);
      return;
    }
    try {
      parts.onUpgrade(request, socket, head);
    } catch (error) {
      // A request that nobody thought of ends its own connection and nothing else.
      parts.onFailure(error);
      socket.destroy();
    }
  });
  server.on('connect', (_request, socket) => {
    socket.on('error', () => socket.destroy());
    endSocket(socket, envelopeAnswer(405, ['method_not_allowed', 'The gateway is no proxy for other addresses.']));
  });
  server.on('clientError', (error, socket) => {
    const answer = clientErrorAnswer(error);
    if (answer === null || !socket.writable || due.hasBegun(socket)) socket.destroy();
    else endSocket(socket, answer);
  });
  return server;
};
