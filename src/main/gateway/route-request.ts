import { apiAssetRoutes } from './api-v2/asset-routes.ts';
import { apiJobRoutes } from './api-v2/job-routes.ts';
import type { GatewayContext } from './context.ts';
import { etnRoutes } from './etn/etn-routes.ts';
import { type Exchange, pathWithoutPrefix } from './exchange.ts';
import { folderListRoutes } from './files/folder-lists.ts';
import { uploadRoutes } from './files/upload-routes.ts';
import { viewRoutes } from './files/view-routes.ts';
import { nodeRoutes } from './nodes/node-routes.ts';
import { promptRoutes } from './prompts/post-prompt.ts';
import { passOn } from './proxy/pass-through.ts';
import { plainPath } from './proxy/plain-path.ts';
import { proxyRoutes } from './proxy/proxy-routes.ts';
import { createRouteTable } from './routes.ts';
import { commandRoutes } from './truth/command-routes.ts';
import { historyRoutes } from './truth/history-routes.ts';
import { jobRoutes } from './truth/job-routes.ts';
import { queueRoutes } from './truth/queue-routes.ts';
import { websocketRoutes } from './websocket/websocket-routes.ts';

const findRoute = createRouteTable([
  ...apiAssetRoutes,
  ...apiJobRoutes,
  ...promptRoutes,
  ...queueRoutes,
  ...commandRoutes,
  ...historyRoutes,
  ...jobRoutes,
  ...viewRoutes,
  ...uploadRoutes,
  ...folderListRoutes,
  ...etnRoutes,
  ...nodeRoutes,
  ...websocketRoutes,
  ...proxyRoutes,
]);

/** Whether the gateway itself answers an address: no websocket passes by it. */
export const isOwnRoute = (path: string): boolean => findRoute(pathWithoutPrefix(path)) !== null;

/**
 * An address that does not take the method, in ComfyUI's words: a GET falls through to its files, where there is none of that name
 * (comfyui-protocol.md 2.1).
 */
const refuseMethod = ({ request, response }: Exchange, methods: readonly string[]): void => {
  if (request.method === 'GET' || request.method === 'HEAD') {
    response.writeHead(404, { 'content-type': 'application/octet-stream', 'content-length': 0 });
    response.end();
    return;
  }
  const text = '405: Method Not Allowed';
  const allow = methods.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method])).toSorted();
  response.writeHead(405, {
    allow: allow.join(','),
    'content-type': 'text/plain; charset=utf-8',
    'content-length': text.length,
  });
  response.end(text);
};

/** Finds what answers a request; HEAD works wherever GET does. What nobody here answers is for an instance. */
export const routeRequest = async (context: GatewayContext, exchange: Exchange): Promise<void> => {
  const found = findRoute(exchange.path) ?? findRoute(plainPath(exchange.path));
  if (found === null) {
    await passOn(context, exchange);
    return;
  }
  const { methods, parameters } = found;
  const asked = exchange.request.method ?? 'GET';
  const method = asked === 'HEAD' ? 'GET' : asked;
  const route = Object.hasOwn(methods, method) ? methods[method] : undefined;
  if (route === undefined) {
    refuseMethod(exchange, Object.keys(methods));
    return;
  }
  await route(context, exchange, parameters);
};
