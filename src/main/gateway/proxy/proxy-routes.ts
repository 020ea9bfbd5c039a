import { sendJson } from '../exchange.ts';
import type { Route, RoutePattern } from '../routes.ts';
import { passHome } from './pass-through.ts';

const systemStats: Route = async (context, exchange) => {
  const stats = await context.facts.systemStats();
  if (stats === null) await passHome(context, exchange);
  else sendJson(exchange, 200, stats);
};

/** Older versions have no such address: their own answer says so then. */
const features: Route = async (context, exchange) => {
  const told = await context.facts.features();
  if (told === null) await passHome(context, exchange);
  else sendJson(exchange, 200, told);
};

/** The page loads each of these files. */
const extensions: Route = async (context, exchange) => {
  const told = await context.facts.extensions.list();
  if (told === null) await passHome(context, exchange);
  else sendJson(exchange, 200, told);
};

/** What all instances answer together; everything else that only one can answer is handed on without a route. */
export const proxyRoutes: readonly RoutePattern[] = [
  { path: '/system_stats', methods: { GET: systemStats } },
  { path: '/features', methods: { GET: features } },
  { path: '/extensions', methods: { GET: extensions } },
];
