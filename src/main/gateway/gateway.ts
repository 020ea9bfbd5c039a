import type { IncomingMessage, ServerResponse } from 'node:http';
import { StudioError } from '#contract/errors.ts';
import type { Logger } from '#core/ports/logger.ts';
import { answerSocket } from './access/answer-socket.ts';
import { createGatekeeper, type GuardRules } from './access/gatekeeper.ts';
import { createGuardedServer, type GuardedServerParts, type ServerLimits } from './access/guarded-server.ts';
import { type BodyMemory, createBodyMemory } from './access/json-body.ts';
import { createKnownKits } from './access/known-kits.ts';
import { createServers } from './access/listening-servers.ts';
import { emptyAnswer, jsonAnswer, type RawAnswer, sendAnswer, tooLarge } from './access/raw-answer.ts';
import { createApiState } from './api-v2/api-state.ts';
import { inApiWords } from './api-v2/api-words.ts';
import type { AssetBook } from './api-v2/asset-book.ts';
import type { GatewayContext } from './context.ts';
import { envelope, generalError } from './error-envelope.ts';
import { createImageBuffer } from './etn/image-buffer.ts';
import { createModelInfo } from './etn/model-info.ts';
import { createProducedImages } from './etn/produced-images.ts';
import { subscribeWorkflows } from './etn/workflow-routes.ts';
import { type Exchange, openExchange } from './exchange.ts';
import { adoptingDoor, createFileAdoption } from './files/file-adoption.ts';
import { createFileMakers } from './files/file-makers.ts';
import { createFleetNodes } from './nodes/fleet-nodes.ts';
import { createUploadList } from './nodes/upload-names.ts';
import { createDoor } from './prompts/door.ts';
import { createFleetFacts } from './proxy/fleet-facts.ts';
import { createHomeInstance } from './proxy/home-instance.ts';
import { passUpgrade } from './proxy/pass-through.ts';
import { plainPath } from './proxy/plain-path.ts';
import { createUpstreamProxy } from './proxy/upstream-proxy.ts';
import { isOwnRoute, routeRequest } from './route-request.ts';
import { createJobIndex } from './truth/job-index.ts';
import { subscribeLogs } from './websocket/log-routes.ts';
import { createWebsocketHub } from './websocket/websocket-hub.ts';

export interface GatewayOptions extends GuardRules {
  readonly host: string;
  /** 0 = any free port. */
  readonly port: number;
  /** Where they differ from the usual ones. */
  readonly limits?: Partial<ServerLimits>;
}

export type GatewayDependencies = Omit<
  GatewayContext,
  | 'api'
  | 'door'
  | 'images'
  | 'produced'
  | 'modelInfo'
  | 'makers'
  | 'nodes'
  | 'home'
  | 'facts'
  | 'proxy'
  | 'jobIndex'
  | 'hub'
  | 'kits'
> & {
  /** Files that clients of the official API gave. */
  readonly assets: AssetBook;
};

export interface Gateway {
  /** http://host:port, as of now */
  readonly address: string;
  readonly port: number;
  /** Listens there from now on; what is connected stays. SERVER_PORT_TAKEN changes nothing. */
  move(port: number): Promise<void>;
  close(): Promise<void>;
}

/** What is too much now is worth another try soon. */
const retryAfterSeconds = '2';

const answerOf = ({ path, bodies }: Exchange, error: unknown, logger: Logger): RawAnswer => {
  if (error instanceof StudioError && error.code === 'INPUT_TOO_LARGE') {
    const maxBytes = error.details?.['maxBytes'];
    return tooLarge(typeof maxBytes === 'number' ? maxBytes : bodies.maxBytes());
  }
  if (error instanceof StudioError) {
    const { status, body } = generalError(error);
    const isBusy = status === 429 || status === 503;
    return jsonAnswer(status, body, isBusy ? { 'retry-after': retryAfterSeconds } : {});
  }
  logger.error('A request of the gateway failed.', { path, error: String(error) });
  return jsonAnswer(500, envelope('internal', 'An unexpected error.'));
};

const fail = (exchange: Exchange, error: unknown, logger: Logger): void => {
  const { request, response, signal } = exchange;
  if (signal.aborted) return;
  sendAnswer(request, response, inApiWords(request, answerOf(exchange, error, logger)));
};

const handle = async (
  context: GatewayContext,
  memory: BodyMemory,
  [request, response]: readonly [IncomingMessage, ServerResponse],
): Promise<void> => {
  const bodies = memory.ofRequest();
  const exchange = openExchange(request, response, bodies);
  try {
    await routeRequest(context, exchange);
  } catch (error) {
    fail(exchange, error, context.logger);
  } finally {
    // Whoever sent it may be gone by now; what works with its body was waited for.
    bodies.end();
  }
};

/** The address that looks like one ComfyUI. Fails with SERVER_PORT_TAKEN. */
export const createGateway = async (dependencies: GatewayDependencies, options: GatewayOptions): Promise<Gateway> => {
  const { jobs, logger } = dependencies;
  const images = createImageBuffer(dependencies);
  const produced = createProducedImages(dependencies);
  const modelInfo = createModelInfo(dependencies);
  const home = createHomeInstance(dependencies);
  const facts = createFleetFacts({ ...dependencies, home });
  const proxy = createUpstreamProxy(
    options.limits?.idleMs === undefined ? {} : { idleMs: options.limits.idleMs * 0.9 },
  );
  const uploads = createUploadList(dependencies.shelf);
  const nodes = createFleetNodes({ ...dependencies, catalogs: jobs.catalogs, home, uploads });
  const jobIndex = createJobIndex(jobs);
  const makers = createFileMakers(dependencies);
  const api = createApiState(dependencies);
  const kits = createKnownKits();
  const door = adoptingDoor(
    createDoor({ ...dependencies, images, kits }),
    createFileAdoption({ ...dependencies, makers }),
  );
  const hub = createWebsocketHub({ ...dependencies, home, subscribeLogs, subscribeWorkflows });
  const context: GatewayContext = {
    ...dependencies,
    door,
    kits,
    api,
    images,
    produced,
    modelInfo,
    makers,
    home,
    facts,
    proxy,
    nodes,
    jobIndex,
    hub,
  };

  const maxBytes = (): number => dependencies.settings().gatewayMaxUploadBytes;
  const bodies = createBodyMemory(maxBytes);
  const parts: GuardedServerParts = {
    gatekeeper: createGatekeeper({ ...options, settings: dependencies.settings, now: dependencies.clock.now }),
    clock: dependencies.clock,
    maxBodyBytes: maxBytes,
    inWords: inApiWords,
    ...(options.limits === undefined ? {} : { limits: options.limits }),
    onRequest: async (request, response) => {
      try {
        await handle(context, bodies, [request, response]);
      } catch (error) {
        logger.error('An answer of the gateway could not be sent.', { error: String(error) });
        response.destroy();
      }
    },
    onFailure: (error) => logger.error('A websocket of the gateway could not be opened.', { error: String(error) }),
    onUpgrade: (request, socket, head) => {
      const path = plainPath(new URL(`http://gateway${request.url ?? '/'}`).pathname);
      if (path === '/ws' || path === '/api/ws') hub.accept(request, socket, head);
      else if (isOwnRoute(path)) answerSocket(socket, emptyAnswer(400));
      else passUpgrade(context, [request, socket, head]);
    },
  };
  const servers = createServers(() => createGuardedServer(parts), options.host);

  const stop = async (): Promise<void> => {
    hub.close();
    images.close();
    produced.close();
    nodes.close();
    uploads.close();
    proxy.close();
    home.close();
    jobIndex.close();
    api.close();
    makers.close();
    await servers.close();
  };
  try {
    await servers.move(options.port);
    return {
      get address() {
        return servers.address();
      },
      get port() {
        return servers.port();
      },
      move: servers.move,
      close: stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
};
