import type { GatewayContext } from './context.ts';
import type { Exchange } from './exchange.ts';

/** Parts of the path by the name that the pattern gives them, decoded. */
export type PathParameters = Readonly<Record<string, string>>;

export type Route = (context: GatewayContext, exchange: Exchange, parameters: PathParameters) => void | Promise<void>;

/** An address and what answers its methods; HEAD is answered wherever GET is. */
export interface RoutePattern {
  /** Without the prefix /api; `:name` stands for one segment, `*` at the end for the rest. */
  readonly path: string;
  readonly methods: Readonly<Record<string, Route>>;
}

export interface FoundRoute {
  readonly methods: RoutePattern['methods'];
  readonly parameters: PathParameters;
}

const decode = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return text;
    throw error;
  }
};

const match = (pattern: readonly string[], path: readonly string[]): PathParameters | null => {
  const parameters: Record<string, string> = {};
  for (const [index, part] of pattern.entries()) {
    if (part === '*') return { ...parameters, rest: path.slice(index).map(decode).join('/') };
    const given = path[index];
    if (given === undefined) return null;
    if (part.startsWith(':')) parameters[part.slice(1)] = decode(given);
    else if (part !== given) return null;
  }
  return pattern.length === path.length ? parameters : null;
};

/** Finds routes by their path; of several that fit, the first one. */
export const createRouteTable = (patterns: readonly RoutePattern[]): ((path: string) => FoundRoute | null) => {
  const fixed = new Map<string, FoundRoute>();
  const variable: { readonly parts: readonly string[]; readonly methods: RoutePattern['methods'] }[] = [];
  for (const { path, methods } of patterns) {
    if (path.includes(':') || path.endsWith('*')) variable.push({ parts: path.split('/'), methods });
    else if (!fixed.has(path)) fixed.set(path, { methods, parameters: {} });
  }
  return (path) => {
    const found = fixed.get(path);
    if (found !== undefined) return found;
    const parts = path.split('/');
    for (const { parts: pattern, methods } of variable) {
      const parameters = match(pattern, parts);
      if (parameters !== null) return { methods, parameters };
    }
    return null;
  };
};
