import { type Answer, methodNotAllowed } from './answer.ts';
import type { SandboxRequest } from './request.ts';

export type Handler = (request: SandboxRequest) => Answer | Promise<Answer>;

/** One route. `{name}` in the path stands for one segment, `{name...}` at its end for the rest. */
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
      if (part === '') return null;
      params[segment.slice(1, -1)] = decoded(part);
    } else if (segment !== decoded(part)) {
      return null;
    }
  }
  return parts.length === segments.length ? params : null;
};

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
    const allowed = new Set(['GET', 'HEAD']);
    for (const candidate of compiled) {
      const params = paramsOf(candidate.segments, parts);
      if (params === null) continue;
      if (wanted.includes(candidate.method)) return { handler: candidate.handler, params };
      allowed.add(candidate.method);
    }
    if (request.method === 'GET' || request.method === 'HEAD') return { handler: staticFiles, params: {} };
    return { handler: () => methodNotAllowed([...allowed].sort()), params: {} };
  };
};
