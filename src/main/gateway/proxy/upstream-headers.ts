import type { IncomingHttpHeaders } from 'node:http';

/** Headers of one connection and no further (RFC 9110, 7.6.1); how a body is framed is left to the connection that carries it. */
const hopByHop: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'upgrade',
]);

/**
 * What would tell an instance of the page that asks: the gateway has judged that, and ComfyUI would refuse a page that is not its own
 * (comfyui-protocol.md 2.1). A Referer may hold the gateway's own addresses; an answer to Expect has been given.
 */
const ownBusiness: ReadonlySet<string> = new Set(['origin', 'referer', 'expect', 'http2-settings']);

const namedByConnection = ({ connection = '' }: IncomingHttpHeaders): readonly string[] =>
  connection.split(',').map((name) => name.trim().toLowerCase());

/** Logins of the studio: browsers send them to every port of a host. */
const ownCookie = /^atelier-/u;

/** A Cookie header without those, or undefined where nothing is left. */
const withoutOwnCookies = (cookie: string): string | undefined => {
  const others = cookie.split(';').filter((part) => !ownCookie.test(part.trim()));
  return others.length === 0 ? undefined : others.join(';').trim();
};

const isForUpgrade = (name: string): boolean => name === 'connection' || name === 'upgrade';

/** Takes out of a request what is not for the instance. The Host is set when the request goes out. */
export const removeOwnHeaders = (headers: IncomingHttpHeaders, kind: 'request' | 'upgrade'): void => {
  const named = new Set(namedByConnection(headers));
  // It frames the body, so that it cannot be left out without losing where the body ends.
  named.delete('transfer-encoding');
  named.delete('content-length');
  for (const name of Object.keys(headers)) {
    const isKept = kind === 'upgrade' && isForUpgrade(name);
    const isRemoved = hopByHop.has(name) || named.has(name) || ownBusiness.has(name) || name.startsWith('sec-fetch-');
    if (isRemoved && !isKept) Reflect.deleteProperty(headers, name);
  }
  if (kind === 'upgrade') headers.connection = 'Upgrade';
  if (headers.cookie === undefined) return;
  const cookie = withoutOwnCookies(headers.cookie);
  if (cookie === undefined) delete headers.cookie;
  else headers.cookie = cookie;
};

/** A redirect to the instance itself as a path, so that it leads back to the gateway under whatever name it was asked. */
const localLocation = (location: string, baseUrl: string): string => {
  if (!URL.canParse(location)) return location;
  const [target, base] = [new URL(location), new URL(baseUrl)];
  if (target.origin !== base.origin) return location;
  const prefix = base.pathname.replace(/\/$/u, '');
  const isBelow = target.pathname === prefix || target.pathname.startsWith(`${prefix}/`);
  const path = isBelow ? target.pathname.slice(prefix.length) : target.pathname;
  // Two slashes would begin the name of another host.
  return `${path.startsWith('//') ? '/.' : ''}${path === '' ? '/' : path}${target.search}${target.hash}`;
};

/** Takes out of an answer what is for the gateway alone; `isSet` names the headers that the answer to the client has already. */
export const cleanAnswerHeaders = (
  headers: IncomingHttpHeaders,
  baseUrl: string,
  isSet: (name: string) => boolean,
): void => {
  const named = new Set(namedByConnection(headers));
  named.delete('transfer-encoding');
  for (const name of Object.keys(headers)) {
    const isOurs = name.startsWith('access-control-') && isSet(name);
    if (hopByHop.has(name) || named.has(name) || isOurs) Reflect.deleteProperty(headers, name);
  }
  const setCookies = headers['set-cookie']?.filter((cookie) => !ownCookie.test(cookie.trim()));
  if (setCookies !== undefined) headers['set-cookie'] = setCookies;
  if (headers.location !== undefined) headers.location = localLocation(headers.location, baseUrl);
};
