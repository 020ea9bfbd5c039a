import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { Access } from '#contract/define.ts';
import { StudioError } from '#contract/errors.ts';
import { createFailedAttempts } from './failed-attempts.ts';

export interface AccessTokenOptions {
  /** null = everybody who reaches the server and passes the guard may do everything. */
  readonly accessToken: string | null;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** A fresh unguessable text, safe in URLs. */
  readonly makeKey: () => string;
}

/** What a request brings to prove that it may. */
export interface Credentials {
  readonly authorization: string | undefined;
  readonly cookie: string | undefined;
  readonly remoteAddress: string;
  /** Port of the server: cookies are shared by all ports of a host, so the name of ours carries it. */
  readonly port: number;
}

/** Lets requests in by `Authorization: Bearer`, or by the cookie that a one-time link gave to a browser. */
export interface AccessTokens {
  /** The access of a request; throws AUTH_REQUIRED or AUTH_LIMITED. */
  authenticate(credentials: Credentials): Access;
  /** A key for `/?key=`; it works once, for a day. null where no token is set. */
  createKey(): string | null;
  /** The Set-Cookie value for a one-time key or the token itself; throws AUTH_REQUIRED or AUTH_LIMITED. */
  redeem(key: string, credentials: Credentials): string | null;
}

const keyLifetimeMs = 24 * 3_600_000;
const keysMax = 32;
const cookieLifetimeSeconds = 30 * 24 * 3600;

export const accessCookieName = (port: number): string => `atelier-access-${port}`;

export const createAccessTokens = ({ accessToken, now, makeKey }: AccessTokenOptions): AccessTokens => {
  const failed = createFailedAttempts({ now });
  const keys = new Map<string, number>();
  // Derived from the token: it survives a restart, ends with a new token, and does not tell the token.
  const cookieValue =
    accessToken === null ? '' : createHmac('sha256', accessToken).update('atelier browser access').digest('base64url');

  const limited = <Value>(address: string, check: () => Value | undefined): Value => {
    const waitMs = failed.waitMs(address);
    if (waitMs > 0) {
      throw new StudioError('AUTH_LIMITED', undefined, { details: { retryAfterSeconds: Math.ceil(waitMs / 1000) } });
    }
    const value = check();
    if (value !== undefined) return value;
    failed.record(address);
    throw new StudioError('AUTH_REQUIRED', 'The access token is wrong.');
  };

  const redeemOnce = (key: string): boolean => {
    const digest = digestOf(key).toString('hex');
    const expiresAt = keys.get(digest);
    keys.delete(digest);
    return expiresAt !== undefined && now() < expiresAt;
  };

  return {
    authenticate: ({ authorization, cookie, remoteAddress, port }) => {
      if (accessToken === null) return 'admin';
      const bearer = /^Bearer +(\S+) *$/i.exec(authorization ?? '')?.[1];
      const fromCookie = cookieOf(cookie, accessCookieName(port));
      if (bearer !== undefined) {
        return limited(remoteAddress, () => (isSame(bearer, accessToken) ? 'admin' : undefined));
      }
      // A wrong cookie is an old one, not a guess: it is refused, but a page that keeps trying must not lock its owner out.
      if (fromCookie !== undefined && isSame(fromCookie, cookieValue)) return 'admin';
      throw new StudioError('AUTH_REQUIRED');
    },
    createKey: () => {
      if (accessToken === null) return null;
      const key = makeKey();
      keys.set(digestOf(key).toString('hex'), now() + keyLifetimeMs);
      for (const oldest of keys.keys()) {
        if (keys.size <= keysMax) break;
        keys.delete(oldest);
      }
      return key;
    },
    redeem: (key, { remoteAddress, port }) => {
      if (accessToken === null) return null;
      return limited(remoteAddress, () => {
        if (!redeemOnce(key) && !isSame(key, accessToken)) return undefined;
        const attributes = `HttpOnly; SameSite=Strict; Path=/; Max-Age=${cookieLifetimeSeconds}`;
        return `${accessCookieName(port)}=${cookieValue}; ${attributes}`;
      });
    },
  };
};

const digestOf = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Compares in constant time; digests first, since the comparison needs equal lengths. */
const isSame = (given: string, wanted: string): boolean => timingSafeEqual(digestOf(given), digestOf(wanted));

const cookieOf = (header: string | undefined, name: string): string | undefined => {
  for (const part of header?.split(';') ?? []) {
    const [key, value] = part.trim().split('=', 2);
    if (key === name) return value;
  }
  return undefined;
};
