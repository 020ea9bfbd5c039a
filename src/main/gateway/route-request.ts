import { apiAssetRoutes } from './api-v2/asset-routes.ts';
import { apiJobRoutes } from './api-v2/job-routes.ts';
import type { GatewayContext } from './context.ts';
import { envelope } from './error-envelope.ts';
import { etnRoutes } from './etn/etn-routes.ts';
import { type Exchange, sendJson } from './exchange.ts';
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
    exchange.response.setHeader('allow', Object.keys(methods).join(', '));
    sendJson(exchange, 405, envelope('method_not_allowed', 'The address does not take this method.'));
    return;
  }
  await route(context, exchange, parameters);
};
