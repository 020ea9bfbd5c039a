import type { GatewayContext } from './context.ts';
import { envelope } from './error-envelope.ts';
import { type Exchange, sendJson } from './exchange.ts';
import { viewRoutes } from './files/view-routes.ts';
import { nodeRoutes } from './nodes/node-routes.ts';
import { promptRoutes } from './prompts/post-prompt.ts';
import { passThroughRoutes } from './proxy/pass-through.ts';
import { createRouteTable } from './routes.ts';
import { historyRoutes } from './truth/history-routes.ts';
import { queueRoutes } from './truth/queue-routes.ts';

const findRoute = createRouteTable([
  {
    path: '/',
    methods: { GET: (_context, exchange) => sendJson(exchange, 200, { name: 'atelier', server: 'gateway' }) },
  },
  ...promptRoutes,
  ...queueRoutes,
  ...historyRoutes,
  ...viewRoutes,
  ...nodeRoutes,
  ...passThroughRoutes,
]);

/** Finds what answers a request; HEAD works wherever GET does. */
export const routeRequest = async (context: GatewayContext, exchange: Exchange): Promise<void> => {
  const found = findRoute(exchange.path);
  if (found === null) {
    sendJson(exchange, 404, envelope('not_found', 'There is no such address.'));
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
