import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { FaultPlan } from '../faults/fault-plan.ts';
import type { ServerLog } from '../log/server-log.ts';
import { type Answer, bodyTooLarge, empty, internalError } from './answer.ts';
import { controlPath } from './control-path.ts';
import { isForeignRequest } from './origin-check.ts';
import { bodyTooLargeError, createRequest } from './request.ts';
import { decorated, type HeaderPolicy } from './response-headers.ts';
import { createRouter, type Handler, type Route } from './router.ts';
import { sendAnswer } from './send-answer.ts';

export interface HttpDependencies {
  readonly routes: readonly Route[];
  readonly staticFiles: Handler;
  readonly policy: HeaderPolicy;
  readonly maxUploadBytes: number;
  readonly compress: boolean;
  readonly log: ServerLog;
  /** How requests are answered now; the control route is always answered. */
  readonly fault: () => FaultPlan['http'];
}

/** Whether ComfyUI's origin check refuses this message; it is off while CORS headers are sent. */
export const isRefused = (message: IncomingMessage, policy: HeaderPolicy): boolean => {
  if (policy.corsOrigin !== null) return false;
  const site = message.headers['sec-fetch-site'];
  return isForeignRequest({
    host: message.headers.host,
    origin: message.headers.origin,
    secFetchSite: typeof site === 'string' ? site : undefined,
  });
};

/** What the outermost middleware answers by itself: a refusal, or an OPTIONS request. */
const earlyAnswer = (message: IncomingMessage, policy: HeaderPolicy): Answer | null => {
  if (isRefused(message, policy)) return empty(403);
  return message.method === 'OPTIONS' ? empty() : null;
};

/** A fresh server per address: a listener binds one. All of them answer alike. */
export const createSandboxHttp = (dependencies: HttpDependencies): (() => Server) => {
  const { policy, log, maxUploadBytes } = dependencies;
  // An import of node:http reads all that it exports, Node's own websocket and fetch client too: 10 MB in each server.
  const { createServer } = process.getBuiltinModule('node:http');
  const find = createRouter(dependencies.routes, dependencies.staticFiles);

  const answerOf = async (message: IncomingMessage): Promise<Answer> => {
    const request = createRequest(message, maxUploadBytes);
    try {
      const { handler, params } = find(request);
      return await handler({ ...request, params });
    } catch (error) {
      if (error instanceof Error && error.name === bodyTooLargeError) return bodyTooLarge(maxUploadBytes);
      const trace = error instanceof Error ? (error.stack ?? error.message) : String(error);
      log.error(`Error handling request from ${message.socket.remoteAddress ?? 'unknown'}\n${trace}`);
      return internalError();
    }
  };

  const handle = async (message: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = (message.url ?? '/').split('?')[0] ?? '/';
    const fault = path === controlPath ? 'answer' : dependencies.fault();
    if (fault === 'mute') return;
    const early = fault === 'error' ? internalError() : earlyAnswer(message, policy);
    const answer = decorated(early ?? (await answerOf(message)), path, policy, early !== null);
    // The rest of a body nobody read is thrown away, so that the client gets to read the answer.
    if (!message.complete) message.resume();
    await sendAnswer(message, response, answer, dependencies.compress);
  };

  return () => {
    const server = createServer((message, response) => {
      handle(message, response).catch((error: unknown) => {
        log.error(`an answer could not be sent: ${String(error)}`);
        response.destroy();
      });
    });
    // aiohttp keeps idle connections for 75 s; a client that reuses one must not find it closed.
    server.keepAliveTimeout = 75_000;
    return server;
  };
};
