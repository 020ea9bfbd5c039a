import { describe, expect, it } from 'vitest';
import { guardRequest } from './request-guard.ts';

const open = { allowedHosts: ['studio.lan'], accessToken: null };
const reason = (headers: Record<string, string>, rules: Parameters<typeof guardRequest>[1] = open): string | null =>
  guardRequest({ host: '127.0.0.1:8187', ...headers }, rules)?.reason ?? null;

describe('who may ask', () => {
  it.each<[string, Record<string, string>, string | null]>([
    ['a program', {}, null],
    ['another name of this machine', { host: 'localhost:8187' }, null],
    ['IPv6', { host: '[::1]:8187' }, null],
    ['an address in the network', { host: '192.168.1.5:8187' }, null],
    ['an allowed name', { host: 'STUDIO.lan:8187' }, null],
    ['a foreign name that leads here', { host: 'evil.example:8187' }, 'host'],
    ['no host', { host: '' }, 'host'],
    ['a host with a path', { host: 'localhost/evil' }, 'host'],
    ['a host with a login', { host: 'evil@localhost' }, 'host'],
    ['its own page', { origin: 'http://127.0.0.1:8187', 'sec-fetch-site': 'same-origin' }, null],
    ['a page of another site', { 'sec-fetch-site': 'cross-site' }, 'cross-site'],
    ['a page of another port', { origin: 'http://127.0.0.1:3000' }, 'origin'],
    ['a page under another name of this machine', { origin: 'http://localhost:8187' }, 'origin'],
    ['a page without an origin of its own', { origin: 'null' }, 'origin'],
    ['a link typed by hand', { 'sec-fetch-site': 'none' }, null],
  ])('%s', (_name, headers, expected) => {
    expect(reason(headers)).toBe(expected);
  });

  it.each<[string, string | undefined, boolean]>([
    ['nothing', undefined, false],
    ['the token', 'Bearer secret', true],
    ['the token, scheme in lower case', 'bearer secret', true],
    ['another token', 'Bearer secrets', false],
    ['a shorter one', 'Bearer secre', false],
    ['a login with it', `Basic ${btoa('me:secret')}`, true],
    ['a login without', `Basic ${btoa('secret:me')}`, false],
    ['another scheme', 'Digest secret', false],
  ])('with a token: %s', (_name, authorization, allowed) => {
    const headers = { host: '127.0.0.1', ...(authorization === undefined ? {} : { authorization }) };
    expect(guardRequest(headers, { ...open, accessToken: 'secret' })).toEqual(
      allowed ? null : { status: 401, reason: 'token' },
    );
  });
});
