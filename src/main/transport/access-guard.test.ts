import { describe, expect, it } from 'vitest';
import { type AccessRules, isLoopbackHost, type RequestFacts, refusalOf, requireTokenFor } from './access-guard.ts';

const rules: AccessRules = {
  host: '127.0.0.1',
  allowedHosts: ['studio.lan'],
  allowedOrigins: ['https://studio.example'],
};
const curl: RequestFacts = {
  method: 'POST',
  host: '127.0.0.1:8001',
  origin: undefined,
  referer: undefined,
  fetchSite: undefined,
  fetchMode: undefined,
  fetchDest: undefined,
};
const refusal = (facts: Partial<RequestFacts>, other: Partial<AccessRules> = {}): string | undefined =>
  refusalOf({ ...curl, ...facts }, { ...rules, ...other })?.code;

describe('the Host header', () => {
  it.each(['127.0.0.1', '127.0.0.1:8001', 'localhost:8001', 'LOCALHOST', '[::1]:8001', 'studio.lan', 'Studio.LAN:80'])(
    '%s is known',
    (host) => {
      expect(refusal({ host })).toBeUndefined();
    },
  );

  it.each([
    undefined,
    '',
    'evil.example',
    'evil.example:8001',
    '127.0.0.1.evil.example',
    'localhost.evil.example',
    'localhost@evil.example',
    'evil.example/localhost',
    'localhost:8001:8001',
    'localhost:port',
    'localhost ',
    'localhost.',
    '192.168.1.5:8001',
    '[::2]',
    '0.0.0.0:8001',
  ])('%s is refused', (host) => {
    expect(refusal({ host })).toBe('AUTH_HOST');
  });

  it('may be any IP address, but no foreign name, on a server of all addresses', () => {
    for (const host of ['192.168.1.5:8001', '[fe80::1]:8001', 'localhost', 'studio.lan']) {
      expect(refusal({ host }, { host: '0.0.0.0' })).toBeUndefined();
      expect(refusal({ host }, { host: '::' })).toBeUndefined();
    }
    expect(refusal({ host: 'evil.example' }, { host: '0.0.0.0' })).toBe('AUTH_HOST');
  });

  it('may be the bound address', () => {
    expect(refusal({ host: '192.168.1.5:8001' }, { host: '192.168.1.5' })).toBeUndefined();
    expect(refusal({ host: '[fd00::5]:8001' }, { host: 'fd00::5' })).toBeUndefined();
  });
});

describe('the page that asks', () => {
  it.each<[string, Partial<RequestFacts>]>([
    ['a program without any of it', {}],
    ['our own page', { origin: 'http://127.0.0.1:8001', fetchSite: 'same-origin' }],
    ['our own page under another name', { host: 'localhost:8001', origin: 'http://localhost:8001' }],
    ['a page of a reverse proxy that was allowed', { origin: 'https://studio.example' }],
    [
      'an address typed by a person',
      { method: 'GET', fetchSite: 'none', fetchMode: 'navigate', fetchDest: 'document' },
    ],
    ['a link', { method: 'GET', fetchSite: 'cross-site', fetchMode: 'navigate', fetchDest: 'document' }],
    ['a form of our own in an old browser', { referer: 'http://127.0.0.1:8001/run' }],
  ])('%s is let in', (_who, facts) => {
    expect(refusal(facts)).toBeUndefined();
  });

  it.each<[string, Partial<RequestFacts>]>([
    ['of another site', { origin: 'https://evil.example', fetchSite: 'cross-site' }],
    ['of another port of this machine', { origin: 'http://127.0.0.1:8187', fetchSite: 'same-site' }],
    ['of another name of this machine', { origin: 'http://localhost:8001' }],
    ['of another scheme', { origin: 'https://127.0.0.1:8001' }],
    ['whose origin begins as ours', { origin: 'http://127.0.0.1:8001.evil.example' }],
    ['of no origin', { origin: 'null' }],
    ['of nonsense', { origin: 'nonsense' }],
    ['of another site, reading', { method: 'GET', origin: 'https://evil.example' }],
    ['of another site without Origin', { fetchSite: 'cross-site' }],
    ['of another port without Origin', { method: 'GET', fetchSite: 'same-site', fetchMode: 'no-cors' }],
    ['that frames us', { method: 'GET', fetchSite: 'cross-site', fetchMode: 'navigate', fetchDest: 'iframe' }],
    ['that posts a form', { fetchSite: 'cross-site', fetchMode: 'navigate', fetchDest: 'document' }],
    ['in an old browser that posts a form', { referer: 'https://evil.example/page' }],
  ])('%s is refused', (_who, facts) => {
    expect(refusal(facts)).toBe('AUTH_ORIGIN');
  });

  it('does not make an opaque origin trusted by allowing one', () => {
    expect(refusal({ origin: 'null' }, { allowedOrigins: ['null', 'file:///', 'data:text/html,'] })).toBe(
      'AUTH_ORIGIN',
    );
    expect(refusal({ origin: 'file:///x' }, { allowedOrigins: ['file:///'] })).toBe('AUTH_ORIGIN');
  });
});

describe('the address to bind', () => {
  it.each([
    ['127.0.0.1', true],
    ['127.0.0.2', true],
    ['::1', true],
    ['localhost', true],
    ['0.0.0.0', false],
    ['::', false],
    ['192.168.1.5', false],
    ['127.evil.example', false],
    ['', false],
  ])('%s is of this machine only: %s', (host, expected) => {
    expect(isLoopbackHost(host)).toBe(expected);
  });

  it('beyond this machine needs a token worth the name', () => {
    const needed = expect.objectContaining({ code: 'SERVER_TOKEN_NEEDED' });
    expect(() => requireTokenFor('0.0.0.0', null)).toThrow(needed);
    expect(() => requireTokenFor('192.168.1.5', 'short')).toThrow(needed);
    expect(() => requireTokenFor('0.0.0.0', 'x'.repeat(16))).not.toThrow();
    expect(() => requireTokenFor('127.0.0.1', null)).not.toThrow();
  });
});
