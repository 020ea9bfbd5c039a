import { type Answer, methodNotAllowed, notFoundRaised } from './answer.ts';
import type { SandboxRequest } from './request.ts';

export type Handler = (request: SandboxRequest) => Answer | Promise<Answer>;

/** One route. `{name}` in the path stands for one segment, `{name:uuid}` for one that is a UUID, `{name...}` at its end for the rest. */
export interface Route {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly handler: Handler;
  /** Whether the route is served below /api as well; /internal is not. */
  readonly twin: boolean;
}

export const route = (method: Route['method'], path: string, handler: Handler): Route => ({
  method,
  path,
  handler,
  twin: true,
});

/** A route without its /api twin. */
export const bareRoute = (method: Route['method'], path: string, handler: Handler): Route => ({
  method,
  path,
  handler,
  twin: false,
});

interface CompiledRoute {
  readonly method: string;
  readonly segments: readonly string[];
  readonly handler: Handler;
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

const decoded = (segment: string): string => {
  try {
    return decodeURIComponent(segment);
  } catch (error) {
    if (error instanceof URIError) return segment;
    throw error;
  }
};

/** Matches segment by segment on the escaped path, so that an escaped slash stays inside its segment. */
const paramsOf = (segments: readonly string[], parts: readonly string[]): Record<string, string> | null => {
  const params: Record<string, string> = {};
  for (const [index, segment] of segments.entries()) {
    if (segment.endsWith('...}')) {
      params[segment.slice(1, -4)] = parts.slice(index).map(decoded).join('/');
      return params;
    }
    const part = parts[index];
    if (part === undefined) return null;
    if (segment.startsWith('{')) {
      const [name = '', kind] = segment.slice(1, -1).split(':');
      if (part === '' || (kind === 'uuid' && !uuid.test(part))) return null;
      params[name] = decoded(part);
    } else if (segment !== decoded(part)) {
      return null;
    }
  }
  return parts.length === segments.length ? params : null;
};

/** Paths of a part of the server with routes of its own, and no static files behind them. */
const isSubServer = (rawPath: string): boolean => rawPath.startsWith('/internal/');

/**
 * Finds the handler of a request. As in ComfyUI a static mount below `/` takes every GET that no route knows, so an
 * unknown path is 404 for GET and 405 for everything else (comfyui-protocol.md 2.1).
 */
export const createRouter = (routes: readonly Route[], staticFiles: Handler) => {
  const compiled: readonly CompiledRoute[] = routes.flatMap(({ method, path, handler, twin }) => {
    const paths = twin ? [path, `/api${path}`] : [path];
    return paths.map((each) => ({ method, segments: each.split('/').slice(1), handler }));
  });
  return (request: SandboxRequest): { handler: Handler; params: Readonly<Record<string, string>> } => {
    const parts = request.rawPath.split('/').slice(1);
    const wanted = request.method === 'HEAD' ? ['GET', 'HEAD'] : [request.method];
    const hasFiles = !isSubServer(request.rawPath);
    const allowed = new Set<string>(hasFiles ? ['GET', 'HEAD'] : []);
    for (const candidate of compiled) {
      const params = paramsOf(candidate.segments, parts);
      if (params === null) continue;
      if (wanted.includes(candidate.method)) return { handler: candidate.handler, params };
      allowed.add(candidate.method);
      if (candidate.method === 'GET') allowed.add('HEAD');
    }
    if (!hasFiles && allowed.size === 0) return { handler: notFoundRaised, params: {} };
    if (hasFiles && (request.method === 'GET' || request.method === 'HEAD'))
      return { handler: staticFiles, params: {} };
    return { handler: () => methodNotAllowed([...allowed].sort()), params: {} };
  };
};
