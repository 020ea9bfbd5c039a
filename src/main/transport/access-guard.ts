import { isIP } from 'node:net';
import { StudioError } from '#contract/errors.ts';

/** Under which names and from which pages a server may be asked. */
export interface AccessRules {
  /** The address that the server is bound to. */
  readonly host: string;
  /** Further host names (a name in the local network, a reverse proxy), without port. */
  readonly allowedHosts: readonly string[];
  /** Origins besides the server's own, such as `https://studio.example` of a reverse proxy. */
  readonly allowedOrigins: readonly string[];
}

/** What is looked at of a request; header values as they came. */
export interface RequestFacts {
  readonly method: string;
  readonly host: string | undefined;
  readonly origin: string | undefined;
  readonly referer: string | undefined;
  readonly fetchSite: string | undefined;
  readonly fetchMode: string | undefined;
  readonly fetchDest: string | undefined;
}

const loopbackNames: readonly string[] = ['localhost', '127.0.0.1', '[::1]'];
const wildcardHosts: readonly string[] = ['0.0.0.0', '::', '[::]', ''];

/** Whether only programs of this machine reach a server that is bound to `host`. */
export const isLoopbackHost = (host: string): boolean =>
  loopbackNames.includes(host) || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));

export const isWildcardHost = (host: string): boolean => wildcardHosts.includes(host);

/** Shortest access token for a server that others can reach. */
export const tokenMinLength = 16;

/** Throws SERVER_TOKEN_NEEDED for an address beyond this machine without a token worth the name. */
export const requireTokenFor = (host: string, accessToken: string | null): void => {
  if (isLoopbackHost(host) || (accessToken?.length ?? 0) >= tokenMinLength) return;
  throw new StudioError('SERVER_TOKEN_NEEDED', undefined, { details: { host, tokenMinLength } });
};

/**
 * The reason to refuse a request because of where it comes from, or undefined. Against DNS rebinding the Host must be a
 * name of this server; against other pages the Origin must be the server's own. Programs such as curl send neither
 * Origin nor Sec-Fetch headers and pass. A gateway on the same host counts as another site's page: it serves the
 * JavaScript of custom nodes, and browsers call it `same-site`.
 */
export const refusalOf = (facts: RequestFacts, rules: AccessRules): StudioError | undefined => {
  const own = parseHost(facts.host);
  if (own === undefined || !isKnownHost(own.hostname, rules)) {
    return new StudioError('AUTH_HOST', undefined, { details: { host: facts.host ?? '' } });
  }
  const trusted = [own.origin, ...rules.allowedOrigins];
  if (!isForeign(facts, trusted)) return undefined;
  return new StudioError('AUTH_ORIGIN', undefined, { details: { origin: facts.origin ?? facts.fetchSite ?? '' } });
};

const isForeign = (facts: RequestFacts, trusted: readonly string[]): boolean => {
  if (facts.origin !== undefined) return !isTrustedOrigin(facts.origin, trusted);
  if (isTopLevelNavigation(facts)) return false;
  if (facts.fetchSite === 'cross-site' || facts.fetchSite === 'same-site') return true;
  // Old browsers leave out both, but not where a form was sent from.
  return !isRead(facts) && facts.referer !== undefined && !isTrustedOrigin(facts.referer, trusted);
};

const isRead = ({ method }: RequestFacts): boolean => method === 'GET' || method === 'HEAD';

/** A link or a typed address: it shows a page and changes nothing. */
const isTopLevelNavigation = (facts: RequestFacts): boolean =>
  isRead(facts) && facts.fetchMode === 'navigate' && facts.fetchDest === 'document';

/** A Host header is a host and a port and nothing else, so what URL would make of a user name or a path never counts. */
const parseHost = (host: string | undefined): URL | undefined => {
  if (host === undefined || !/^(?:\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::\d{1,5})?$/i.test(host)) return undefined;
  const address = `http://${host}`;
  return URL.canParse(address) ? new URL(address) : undefined;
};

/** An IP address as a Host cannot be rebound, so a server that is bound to all addresses is known under each. */
const isKnownHost = (hostname: string, { host, allowedHosts }: AccessRules): boolean =>
  [...loopbackNames, host, `[${host}]`, ...allowedHosts].some((name) => name.toLowerCase() === hostname) ||
  (isWildcardHost(host) && isIP(hostname.replace(/^\[|\]$/g, '')) !== 0);

/** `null` is the origin of sandboxed frames and files: of anybody. */
const isTrustedOrigin = (origin: string, trusted: readonly string[]): boolean =>
  URL.canParse(origin) &&
  new URL(origin).origin !== 'null' &&
  trusted.some((other) => URL.canParse(other) && new URL(other).origin === new URL(origin).origin);
