import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import fastify, { type FastifyInstance } from 'fastify';
import type { Access } from '#contract/define.ts';
import type { ContentHandler } from '#contract/handlers.ts';
import { messageLimits } from '#contract/wire.ts';
import { type AccessRules, isWildcardHost, refusalOf, requireTokenFor } from './access-guard.ts';
import { type AccessTokens, createAccessTokens } from './access-token.ts';
import { securityHeaders } from './content-security-policy.ts';
import type { Dispatcher } from './dispatcher.ts';
import { addApiRoutes } from './http/api-routes.ts';
import { addContentRoutes } from './http/content-routes.ts';
import { drainBody } from './http/drain-body.ts';
import { asStudioError, sendError } from './http/errors.ts';
import { addFrameRoutes, type FrameAddress } from './http/frame-routes.ts';
import { listenOn, type PortCheck } from './http/listen.ts';
import { noticePage } from './http/notice-pages.ts';
import { addPageRoutes } from './http/page-routes.ts';
import { requestCredentials, requestFacts, wantsPage } from './http/request-facts.ts';
import { addWebSockets, type WebSockets } from './http/web-sockets.ts';
import type { TransportLog } from './transport-log.ts';

export interface HttpServerOptions {
  /** Address to bind; beyond this machine (`0.0.0.0`, a network address) only with an access token. */
  readonly host: string;
  /** 0 = any free one. */
  readonly port: number;
  /** null = none is asked for; loopback only. */
  readonly accessToken: string | null;
  readonly allowedHosts?: readonly string[];
  readonly allowedOrigins?: readonly string[];
  readonly dispatcher: Dispatcher;
  readonly content: ContentHandler;
  /** Folder of the built screens; null or an empty one shows a page that says how to build them. */
  readonly rendererFolder: string | null;
  /** The address of a page of ComfyUI for a browser that came to this host name; null for an unknown target. */
  readonly frames?: FrameAddress;
  readonly log: TransportLog;
  /** Tells who holds a taken port, for the details of SERVER_PORT_TAKEN. */
  readonly checkPort?: PortCheck;
  /** Longest wait of `close` for requests that are being answered. */
  readonly closeTimeoutMs?: number;
  readonly pingIntervalMs?: number;
  /** Most websockets at once. */
  readonly maxConnections?: number;
  /** Epoch milliseconds. */
  readonly now?: () => number;
}

/** The studio's address: screens, calls, content and the websocket wire. */
export interface HttpServer {
  /** As reached from this machine, e.g. `http://127.0.0.1:8001`. */
  readonly address: string;
  readonly port: number;
  /** A link that logs one browser in, once; the plain address where no token is asked for. */
  createLoginLink(): string;
  /** Stops listening, ends the wires, lets running requests finish within the limit, then cuts them off. */
  close(): Promise<void>;
}

export const createHttpServer = async (options: HttpServerOptions): Promise<HttpServer> => {
  const { accessToken, dispatcher, log, closeTimeoutMs = 3000, now = Date.now } = options;
  // Given the name, Node would open a second socket for the other protocol, without our websockets.
  const host = options.host === 'localhost' ? '127.0.0.1' : options.host;
  requireTokenFor(host, accessToken);
  const rules = { host, allowedHosts: options.allowedHosts ?? [], allowedOrigins: options.allowedOrigins ?? [] };
  const tokens = createAccessTokens({ accessToken, now, makeKey: () => randomBytes(24).toString('base64url') });

  const app = makeApp(options);
  guard(app, rules, tokens);
  await app.register(async (scope) => addApiRoutes(scope, dispatcher));
  await app.register(async (scope) => addContentRoutes(scope, options.content, log));
  if (options.frames !== undefined) addFrameRoutes(app, options.frames, accessToken !== null);
  await addPageRoutes(app, options.rendererFolder);
  const webSockets = addWebSockets(app.server, {
    dispatcher,
    log,
    admit: (request) => admit(request, rules, tokens),
    pingIntervalMs: options.pingIntervalMs ?? 30_000,
    maxConnections: options.maxConnections ?? 200,
  });
  const close = closeOnce(app, webSockets, closeTimeoutMs);
  try {
    const port = await listenOn(app, host, options.port, options.checkPort);
    const name = isWildcardHost(host) ? '127.0.0.1' : host;
    const address = `http://${name.includes(':') ? `[${name}]` : name}:${port}`;
    const createLoginLink = (): string => {
      const key = tokens.createKey();
      return key === null ? `${address}/` : `${address}/?key=${key}`;
    };
    return { address, port, createLoginLink, close };
  } catch (error) {
    await close();
    throw error;
  }
};

/** How much of a body that is too large is passed over, not kept, so that its sender gets to read the refusal. */
const drainLimits = { maxBytes: 130_000_000, timeoutMs: 10_000 };

const makeApp = ({ dispatcher }: HttpServerOptions): FastifyInstance => {
  const app = fastify({
    logger: false,
    bodyLimit: messageLimits.commonMaxBytes,
    exposeHeadRoutes: false,
    // A large upload over a slow line takes minutes; a request that takes longer is no upload but an attack.
    requestTimeout: 600_000,
    frameworkErrors: (error, _request, reply) => {
      sendError(reply.headers(securityHeaders), dispatcher.describeFailure('routing', asStudioError(error)));
    },
  });
  app.setErrorHandler(async (error, request, reply) => {
    const failure = dispatcher.describeFailure(`${request.method} request`, asStudioError(error));
    if (wantsPage(request.raw) && (failure.code === 'AUTH_REQUIRED' || failure.code === 'AUTH_LIMITED')) {
      reply.header('content-type', 'text/html; charset=utf-8').header('cache-control', 'no-store');
      const [status, page] =
        failure.code === 'AUTH_REQUIRED' ? ([401, 'noAccess'] as const) : ([429, 'limited'] as const);
      return reply.code(status).send(noticePage(page, request.headers['accept-language']));
    }
    if (failure.code === 'INPUT_TOO_LARGE') await drainBody(request.raw, drainLimits);
    return sendError(reply, failure);
  });
  return app;
};

/** The access of whoever sends a request; throws a StudioError to refuse it. */
const admit = (request: IncomingMessage, rules: AccessRules, tokens: AccessTokens): Access => {
  const refusal = refusalOf(requestFacts(request), rules);
  if (refusal !== undefined) throw refusal;
  return tokens.authenticate(requestCredentials(request));
};

/** Looks at every request before anything else does, and puts the security headers on every answer. */
const guard = (app: FastifyInstance, rules: AccessRules, tokens: AccessTokens): void => {
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(securityHeaders);
    const key = loginKeyOf(request.raw);
    if (key === null) {
      admit(request.raw, rules, tokens);
      return undefined;
    }
    const refusal = refusalOf(requestFacts(request.raw), rules);
    if (refusal !== undefined) throw refusal;
    const cookie = tokens.redeem(key, requestCredentials(request.raw));
    if (cookie !== null) reply.header('set-cookie', cookie);
    // The key leaves the address bar and the history at once.
    return reply.header('cache-control', 'no-store').redirect('/', 303);
  });
};

const loginKeyOf = ({ method, url = '' }: IncomingMessage): string | null => {
  const [path, query] = url.split('?', 2);
  return method === 'GET' && path === '/' ? new URLSearchParams(query).get('key') : null;
};

const closeOnce = (app: FastifyInstance, webSockets: WebSockets, timeoutMs: number): (() => Promise<void>) => {
  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    const cutOff = setTimeout(() => app.server.closeAllConnections(), timeoutMs);
    await Promise.all([webSockets.close(timeoutMs), app.close()]);
    clearTimeout(cutOff);
  };
  return () => {
    closing ??= close();
    return closing;
  };
};
