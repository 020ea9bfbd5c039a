import { timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';

export interface GuardRules {
  /** Further host names under which clients may ask. */
  readonly allowedHosts: readonly string[];
  /** null = none is needed. */
  readonly accessToken: string | null;
}

export interface GuardRefusal {
  readonly status: 401 | 403;
  readonly reason: 'host' | 'cross-site' | 'origin' | 'token';
}

const first = (value: string | string[] | undefined): string =>
  Array.isArray(value) ? (value[0] ?? '') : (value ?? '');

const hostName = (host: string): string | null => {
  if (!URL.canParse(`http://${host}`)) return null;
  const url = new URL(`http://${host}`);
  return url.pathname === '/' && url.username === '' && url.search === '' ? url.hostname : null;
};

/** An address cannot be rebound to another one by a foreign name server; a name can. */
const isOwnHost = (host: string, allowedHosts: readonly string[]): boolean => {
  const name = hostName(host);
  if (name === null) return false;
  const bare = name.replace(/^\[|\]$/gu, '');
  return isIP(bare) !== 0 || bare === 'localhost' || allowedHosts.some((allowed) => allowed.toLowerCase() === bare);
};

const isOwnOrigin = (origin: string, host: string): boolean =>
  URL.canParse(origin) && URL.canParse(`http://${host}`) && new URL(origin).host === new URL(`http://${host}`).host;

/** The secret of a Bearer token, or the password of a Basic login, which is all that some clients can send. */
const givenToken = (authorization: string): string => {
  const [scheme = '', value = ''] = authorization.split(' ', 2);
  if (scheme.toLowerCase() === 'bearer') return value;
  if (scheme.toLowerCase() !== 'basic') return '';
  return Buffer.from(value, 'base64')
    .toString('utf8')
    .replace(/^[^:]*:/u, '');
};

const isSame = (given: string, expected: string): boolean => {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.byteLength === b.byteLength && timingSafeEqual(a, b);
};

/**
 * Why a request is not let in, or null. As ComfyUI does (comfyui-protocol.md 2.1), pages of other sites are refused; unlike it, also
 * by the Host header, since the gateway forwards to instances whose own check always passes then.
 */
export const guardRequest = (headers: IncomingHttpHeaders, rules: GuardRules): GuardRefusal | null => {
  const host = first(headers.host);
  if (!isOwnHost(host, rules.allowedHosts)) return { status: 403, reason: 'host' };
  if (first(headers['sec-fetch-site']) === 'cross-site') return { status: 403, reason: 'cross-site' };
  const origin = first(headers.origin);
  if (origin !== '' && !isOwnOrigin(origin, host)) return { status: 403, reason: 'origin' };
  if (rules.accessToken === null || isSame(givenToken(first(headers.authorization)), rules.accessToken)) return null;
  return { status: 401, reason: 'token' };
};
