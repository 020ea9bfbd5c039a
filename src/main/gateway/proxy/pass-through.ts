import { answeringInstances, type GatewayContext } from '../context.ts';
import { envelope } from '../error-envelope.ts';
import { type Exchange, sendFile, sendJson } from '../exchange.ts';
import type { RoutePattern } from '../routes.ts';

/** Asks the home instance. */
export const passHome = async (context: GatewayContext, exchange: Exchange): Promise<void> => {
  const instance = context.home.current() ?? answeringInstances(context)[0];
  if (instance === undefined) {
    sendJson(exchange, 503, envelope('instance_none_available', 'No instance is running and healthy.'));
    return;
  }
  const query = exchange.query.toString();
  const target = query === '' ? exchange.path : `${exchange.path}?${query}`;
  await sendFile(exchange, await context.reader.get(instance.endpoint, target, { signal: exchange.signal }));
};

/** What one instance can answer for all: what it is and what it has. */
const paths = ['/system_stats', '/features', '/embeddings', '/extensions', '/models', '/models/*', '/view_metadata/*'];

export const passThroughRoutes: readonly RoutePattern[] = paths.map((path) => ({
  path,
  methods: { GET: passHome },
}));
