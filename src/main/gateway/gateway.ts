import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { StudioError } from '#contract/errors.ts';
import type { Logger } from '#core/ports/logger.ts';
import { type GuardRules, guardRequest } from './access/request-guard.ts';
import type { GatewayContext } from './context.ts';
import { envelope, generalError } from './error-envelope.ts';
import { createImageBuffer } from './etn/image-buffer.ts';
import { type Exchange, openExchange, sendJson } from './exchange.ts';
import { createFleetNodes } from './nodes/fleet-nodes.ts';
import { createHomeInstance } from './proxy/home-instance.ts';
import { routeRequest } from './route-request.ts';
import { createOwnPrompts } from './truth/own-prompts.ts';
import { createWebsocketHub } from './websocket/websocket-hub.ts';

export interface GatewayOptions extends GuardRules {
  readonly host: string;
  /** 0 = any free port. */
  readonly port: number;
}

export type GatewayDependencies = Omit<GatewayContext, 'own' | 'images' | 'nodes' | 'home'>;

export interface Gateway {
  /** http://host:port */
  readonly address: string;
  readonly port: number;
  close(): Promise<void>;
}

const fail = (exchange: Exchange, error: unknown, logger: Logger): void => {
  if (exchange.signal.aborted) return;
  if (error instanceof StudioError) {
    const { status, body } = generalError(error);
    sendJson(exchange, status, body);
    return;
  }
  logger.error('A request of the gateway failed.', { path: exchange.path, error: String(error) });
  sendJson(exchange, 500, envelope('internal', 'An unexpected error.'));
};

const handle = async (
  context: GatewayContext,
  rules: GuardRules,
  [request, response]: readonly [IncomingMessage, ServerResponse],
): Promise<void> => {
  const exchange = openExchange(request, response);
  try {
    const refusal = guardRequest(request.headers, rules);
    if (refusal === null) await routeRequest(context, exchange);
    else sendJson(exchange, refusal.status, envelope('forbidden', 'The request is not allowed.', refusal.reason));
  } catch (error) {
    fail(exchange, error, context.logger);
  }
};

const listen = async (server: Server, { host, port }: GatewayOptions): Promise<number> => {
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : '';
    if (code !== 'EADDRINUSE' && code !== 'EACCES') throw error;
    throw new StudioError('SERVER_PORT_TAKEN', undefined, { details: { server: 'gateway', host, port }, cause: error });
  }
  const address = server.address();
  return address === null || typeof address === 'string' ? port : address.port;
};

/** The address that looks like one ComfyUI. Fails with SERVER_PORT_TAKEN. */
export const createGateway = async (dependencies: GatewayDependencies, options: GatewayOptions): Promise<Gateway> => {
  const { jobs, logger } = dependencies;
  const own = createOwnPrompts();
  const images = createImageBuffer(dependencies);
  const home = createHomeInstance(dependencies);
  const nodes = createFleetNodes({ ...dependencies, catalogs: jobs.catalogs, home, uploads: { list: () => [] } });
  const context: GatewayContext = { ...dependencies, own, images, home, nodes };
  const hub = createWebsocketHub(jobs, own);
  const unsubscribe = jobs.live.onChange((jobId, change) => {
    if (change === 'removed') own.forget(jobId);
  });

  const server = createServer((request, response) => {
    handle(context, options, [request, response]).catch((error: unknown) => {
      logger.error('An answer of the gateway could not be sent.', { error: String(error) });
      response.destroy();
    });
  });
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy());
    const { pathname } = new URL(request.url ?? '/', 'http://gateway');
    const isSocketPath = pathname === '/ws' || pathname === '/api/ws';
    if (isSocketPath && guardRequest(request.headers, options) === null) hub.accept(request, socket, head);
    else socket.end(`HTTP/1.1 ${isSocketPath ? '403 Forbidden' : '404 Not Found'}\r\nConnection: close\r\n\r\n`);
  });

  const stop = async (): Promise<void> => {
    unsubscribe();
    hub.close();
    images.close();
    nodes.close();
    home.close();
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  };
  try {
    const port = await listen(server, options);
    const host = options.host.includes(':') ? `[${options.host}]` : options.host;
    return { address: `http://${host}:${port}`, port, close: stop };
  } catch (error) {
    await stop();
    throw error;
  }
};
