import type { GatewayContext } from './context.ts';
import { envelope } from './error-envelope.ts';
import { type Exchange, sendJson } from './exchange.ts';
import { getHistory, getHistoryEntry, postHistory } from './routes/history.ts';
import { isPassedThrough, passThrough } from './routes/pass-through.ts';
import { getPrompt, postPrompt } from './routes/prompt.ts';
import { getQueue, postInterrupt, postQueue } from './routes/queue.ts';
import { getView } from './routes/view.ts';

type Route = (context: GatewayContext, exchange: Exchange) => void | Promise<void>;

const routes: Readonly<Record<string, Readonly<Record<string, Route>>>> = {
  '/': { GET: (_context, exchange) => sendJson(exchange, 200, { name: 'atelier', server: 'gateway' }) },
  '/prompt': { GET: getPrompt, POST: postPrompt },
  '/queue': { GET: getQueue, POST: postQueue },
  '/history': { GET: getHistory, POST: postHistory },
  '/interrupt': { POST: postInterrupt },
  '/view': { GET: getView },
};

const historyPath = /^\/history\/(?<promptId>[^/]+)$/u;

const decode = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return text;
    throw error;
  }
};

const findMethods = (path: string): Readonly<Record<string, Route>> | undefined => {
  if (Object.hasOwn(routes, path)) return routes[path];
  const promptId = historyPath.exec(path)?.groups?.['promptId'];
  if (promptId !== undefined) {
    return { GET: (context, exchange) => getHistoryEntry(context, exchange, decode(promptId)) };
  }
  return isPassedThrough(path) ? { GET: passThrough } : undefined;
};

/** Finds what answers a request; HEAD works wherever GET does. */
export const routeRequest = async (context: GatewayContext, exchange: Exchange): Promise<void> => {
  const methods = findMethods(exchange.path);
  if (methods === undefined) {
    sendJson(exchange, 404, envelope('not_found', 'There is no such address.'));
    return;
  }
  const asked = exchange.request.method ?? 'GET';
  const method = asked === 'HEAD' ? 'GET' : asked;
  const route = Object.hasOwn(methods, method) ? methods[method] : undefined;
  if (route === undefined) {
    exchange.response.setHeader('allow', Object.keys(methods).join(', '));
    sendJson(exchange, 405, envelope('method_not_allowed', 'The address does not take this method.'));
    return;
  }
  await route(context, exchange);
};
