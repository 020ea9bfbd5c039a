import { readFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { beforeEach, describe, expect, it } from 'vitest';
import { createGatekeeper, type GuardSettings } from './gatekeeper.ts';
import type { RawAnswer } from './raw-answer.ts';

type Headers = Readonly<Record<string, string>>;

/** What of a request the gatekeeper looks at. */
const requestOf = (headers: Headers, method = 'GET', url = '/prompt', address = '10.0.0.9'): IncomingMessage => {
  const given: unknown = {
    method,
    url,
    httpVersion: '1.1',
    headers: { ...headers },
    rawHeaders: Object.entries(headers).flat(),
    socket: { remoteAddress: address },
  };
  const isRequest = (value: unknown): value is IncomingMessage => typeof value === 'object';
  if (!isRequest(given)) throw new TypeError('no request');
  return given;
};

let now: number;
let settings: GuardSettings;
const keeper = (accessToken: string | null = null, allowedHosts: readonly string[] = ['studio.lan']) =>
  createGatekeeper({ allowedHosts, accessToken, settings: () => settings, now: () => now });
const statusOf = (answer: RawAnswer | null): number => answer?.status ?? 200;
const host = '127.0.0.1:18188';

beforeEach(() => {
  now = 1_000_000;
  settings = { gatewayCorsOrigin: '', gatewayMaxUploadBytes: 1000 };
});

interface Recorded {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly request_headers?: Readonly<Record<string, string>>;
  readonly note?: string;
}

const isRecording = (value: unknown): value is readonly Recorded[] => Array.isArray(value);

/** What ComfyUI 0.33.0 answered under `Host: 127.0.0.1:18188`; the preflight's own headers were not written down. */
const recorded = ((): readonly (readonly [string, Headers, number])[] => {
  const file = new URL('../../../sandbox/conformance/fixtures/http-middleware.json', import.meta.url);
  const conversation: unknown = JSON.parse(readFileSync(file, 'utf8'));
  if (!isRecording(conversation)) throw new TypeError('no recording');
  return conversation
    .filter(({ status }) => status === 200 || status === 403)
    .map(({ method, request_headers: given = {}, note, status }) => {
      const headers = Object.fromEntries(Object.entries(given).map(([name, value]) => [name.toLowerCase(), value]));
      return [method, note === undefined ? headers : { ...headers, origin: 'http://evil.example' }, status];
    });
})();

/** The gateway alone stands between rebound names and the instances, which see rewritten headers. */
const isStricter = (headers: Headers): boolean => headers['host']?.startsWith('evil.example') === true;

describe('who may ask', () => {
  it.each(recorded)('as ComfyUI: %s %j → %i, with nothing but a status', (method, headers, status) => {
    const answer = keeper().admit(requestOf({ host, ...headers }, method));
    expect(statusOf(answer)).toBe(isStricter(headers) ? 403 : status);
    if (!isStricter(headers)) expect(answer?.body ?? '').toBe('');
  });

  it.each<[string, Headers, number]>([
    [
      'a name that a foreign name server leads here',
      { host: 'evil.example:18188', origin: 'http://evil.example:18188' },
      403,
    ],
    ['that name without a page', { host: 'evil.example' }, 403],
    ['a page in a frame without an origin, beyond this machine', { host: '192.168.1.5:8187', origin: 'null' }, 403],
    ['another port, beyond this machine', { host: '192.168.1.5:8187', origin: 'http://192.168.1.5' }, 403],
  ])('beyond ComfyUI: %s', (_name, headers, status) => {
    expect(statusOf(keeper().admit(requestOf(headers)))).toBe(status);
  });

  it.each<[string, Headers, number]>([
    ['another name of this machine', { host: 'localhost:8187' }, 200],
    ['IPv6', { host: '[::1]:8187' }, 200],
    ['an address in the network', { host: '192.168.1.5:8187' }, 200],
    ['an allowed name', { host: 'STUDIO.lan:8187', origin: 'https://studio.lan:8187' }, 200],
    ['no host', {}, 400],
    ['an empty host', { host: '' }, 403],
    ['a host with a path', { host: 'localhost/evil' }, 403],
    ['a host with a login', { host: 'evil@localhost' }, 403],
    ['a host whose name begins like ours', { host: 'localhost.evil.example' }, 403],
    ['an origin that begins like ours', { host, origin: 'http://127.0.0.1:18188.evil.example' }, 403],
    ['a link typed by hand', { host, 'sec-fetch-site': 'none' }, 200],
  ])('%s', (_name, headers, status) => {
    expect(statusOf(keeper().admit(requestOf(headers)))).toBe(status);
  });
});

describe('the form of a request', () => {
  it.each<[string, string, string, number]>([
    ['a whole address', 'GET', 'http://127.0.0.1:8187/prompt?a=1', 200],
    ['a whole address of somebody else', 'GET', 'http://evil.example/prompt', 403],
    ['a whole address with a login', 'GET', 'http://a:b@127.0.0.1/prompt', 400],
    ['no address', 'GET', 'prompt', 400],
    ['a star', 'GET', '*', 400],
    ['a star where it may be', 'OPTIONS', '*', 200],
    ['a very long address', 'GET', `/view?filename=${'a'.repeat(17_000)}`, 414],
    ['a trace', 'TRACE', '/prompt', 405],
  ])('%s', (_name, method, url, status) => {
    expect(statusOf(keeper().admit(requestOf({ host }, method, url)))).toBe(status);
  });

  it('makes a whole address a path, for which its own host counts', () => {
    const request = requestOf({ host: 'evil.example' }, 'GET', 'http://127.0.0.1:8187/prompt?a=1');
    expect(keeper().admit(request)).toBeNull();
    expect(request.url).toBe('/prompt?a=1');
  });

  it('refuses hundreds of headers, a second host, and a body that is announced as too large', () => {
    const many = Object.fromEntries(Array.from({ length: 201 }, (_unused, index) => [`x-${index}`, '1']));
    expect(statusOf(keeper().admit(requestOf({ host, ...many })))).toBe(431);
    const twice = requestOf({ host });
    twice.rawHeaders.push('Host', 'evil.example');
    expect(statusOf(keeper().admit(twice))).toBe(400);
    const answer = keeper().admit(requestOf({ host, 'content-length': '1001' }, 'POST'));
    expect(answer).toMatchObject({ status: 413, body: 'Maximum request body size 1000 exceeded.' });
    expect(keeper().admit(requestOf({ host, 'content-length': '1000' }, 'POST'))).toBeNull();
  });
});

describe('with an access token', () => {
  const login = (text: string): string => `Basic ${btoa(text)}`;
  it.each<[string, Headers, string, number]>([
    ['nothing', {}, '/prompt', 401],
    ['bearer', { authorization: 'Bearer secret' }, '/prompt', 200],
    ['bearer in lower case', { authorization: 'bearer secret' }, '/prompt', 200],
    ['another token', { authorization: 'Bearer secrets' }, '/prompt', 401],
    ['a shorter one', { authorization: 'Bearer secre' }, '/prompt', 401],
    ['a key', { 'x-api-key': 'secret' }, '/prompt', 200],
    ['a login with it', { authorization: login('me:secret') }, '/prompt', 200],
    ['a login without a user', { authorization: login(':secret') }, '/prompt', 200],
    ['a login with the token as the user', { authorization: login('secret:me') }, '/prompt', 401],
    ['another scheme', { authorization: 'Digest secret' }, '/prompt', 401],
    ['a wrong bearer and the right key', { authorization: 'Bearer other', 'x-api-key': 'secret' }, '/prompt', 200],
    ['in the address of a websocket', {}, '/ws?clientId=a&token=secret', 200],
    ['in the address of a picture', {}, '/api/view?token=secret&filename=a.png', 200],
    ['in the address of a picture of Krita', {}, '/api/etn/image/abc?token=secret', 200],
    ['wrong, in the address of a picture', {}, '/view?token=other', 401],
    ['in any other address', {}, '/prompt?token=secret', 401],
    ['in an address that contains one that may', {}, '/prompt/ws?token=secret', 401],
  ])('%s', (_name, headers, url, status) => {
    expect(statusOf(keeper('secret').admit(requestOf({ host, ...headers }, 'GET', url)))).toBe(status);
  });

  it('takes the proof out of the request and leaves the rest', () => {
    const request = requestOf(
      { host, authorization: 'Bearer secret', 'x-api-key': 'own' },
      'GET',
      '/view?a=%20b&token=x&c',
    );
    expect(keeper('secret').admit(request)).toBeNull();
    expect(request.url).toBe('/view?a=%20b&c');
    expect(request.headers).toEqual({ host, 'x-api-key': 'own' });
  });

  it.each<[string, string, string]>([
    ['the token where it may not stand', '/prompt?token=secret&a=1', '/prompt?a=1'],
    ["another program's parameter", '/civitai/model?token=theirs', '/civitai/model?token=theirs'],
    ['a coded name', '/ws?%74oken=secret&token=secret', '/ws'],
  ])('neither forwards nor logs %s', (_name, url, expected) => {
    const request = requestOf({ host }, 'GET', url);
    keeper('secret').admit(request);
    expect(request.url).toBe(expected);
  });

  it('asks a person for a login, and nobody else', () => {
    const challenge = (headers: Headers, method = 'GET') =>
      keeper('secret').admit(requestOf({ host, ...headers }, method))?.headers['www-authenticate'];
    expect(challenge({ 'sec-fetch-mode': 'navigate' })).toContain('Basic');
    expect(challenge({ accept: 'text/html,*/*' })).toContain('Basic');
    expect(challenge({ accept: 'text/html', 'sec-fetch-mode': 'cors' })).toBeUndefined();
    expect(challenge({ accept: '*/*' })).toBeUndefined();
    expect(challenge({ accept: 'text/html' }, 'POST')).toBeUndefined();
  });

  it('tells in the envelope of ComfyUI', () => {
    const body: unknown = JSON.parse(keeper('secret').admit(requestOf({ host }))?.body ?? '');
    expect(body).toEqual({
      error: { type: 'auth_required', message: 'The gateway needs an access token.', details: '', extra_info: {} },
      node_errors: {},
    });
  });

  it('answers OPTIONS without a token', () => {
    expect(statusOf(keeper('secret').admit(requestOf({ host }, 'OPTIONS')))).toBe(200);
  });

  it('lets one address guess ten times a minute, and no other address pay for it', () => {
    const { admit } = keeper('secret');
    const guess = (token: string, address?: string) =>
      admit(requestOf({ host, authorization: `Bearer ${token}` }, 'GET', '/prompt', address));
    for (let index = 0; index < 10; index += 1) expect(statusOf(guess(`wrong ${index}`))).toBe(401);
    expect(guess('wrong')).toMatchObject({ status: 429, headers: { 'retry-after': '60' } });
    expect(statusOf(guess('secret'))).toBe(429);
    expect(statusOf(guess('secret', '10.0.0.8'))).toBe(200);
    now += 60_000;
    expect(statusOf(guess('secret'))).toBe(200);
  });

  it('lets a right token in that cannot have been guessed, and nothing else, while the address waits', () => {
    const token = '3f9a0c51d7e84b26a1f05c93e8b7d2640f1e9c38a75b42d60c8e13f7a94b5d26';
    const { admit } = keeper(token);
    const give = (given: string) => admit(requestOf({ host, authorization: `Bearer ${given}` }));
    for (let index = 0; index < 10; index += 1) expect(statusOf(give(`wrong ${index}`))).toBe(401);
    expect(statusOf(give(token.slice(1)))).toBe(429);
    expect(statusOf(give(token))).toBe(200);
    expect(statusOf(give('wrong'))).toBe(429);
  });

  it('counts the same wrong token once: a program with an old one locks nobody out', () => {
    const { admit } = keeper('secret');
    for (let index = 0; index < 50; index += 1) admit(requestOf({ host, 'x-api-key': 'old' }));
    expect(statusOf(admit(requestOf({ host, 'x-api-key': 'secret' })))).toBe(200);
  });

  it('counts all addresses of one IPv6 network as one', () => {
    const { admit } = keeper('secret');
    for (let index = 0; index < 10; index += 1)
      admit(requestOf({ host, 'x-api-key': `wrong ${index}` }, 'GET', '/prompt', `2001:db8:1:2::${index}`));
    expect(statusOf(admit(requestOf({ host, 'x-api-key': 'x' }, 'GET', '/prompt', '2001:db8:1:2::99')))).toBe(429);
    expect(statusOf(admit(requestOf({ host, 'x-api-key': 'x' }, 'GET', '/prompt', '2001:db8:1:3::1')))).toBe(401);
  });
});

describe('pages of other origins', () => {
  const page = 'https://app.example';
  const crossSite = { host, origin: page, 'sec-fetch-site': 'cross-site' };
  const picture = { host, 'sec-fetch-site': 'cross-site', 'sec-fetch-dest': 'image' };
  it.each<[string, string, Headers, number]>([
    ['no setting', '', crossSite, 403],
    ['the page of the setting', page, crossSite, 200],
    ['the setting with a slash', `${page}/`, crossSite, 200],
    ['another page', 'https://other.example', crossSite, 403],
    ['the same name by another scheme', 'http://app.example', crossSite, 403],
    ['a setting that is no origin', 'app.example', crossSite, 403],
    ['all pages', '*', crossSite, 200],
    ['a picture in the page of the setting', page, { ...picture, referer: `${page}/` }, 200],
    ['a picture in another page', page, { ...picture, referer: 'https://other.example/' }, 403],
    ['a picture in an unknown page', page, picture, 403],
    ['a picture in any page', '*', picture, 200],
    ['a link in the page of the setting', page, { ...picture, referer: `${page}/`, 'sec-fetch-dest': 'document' }, 403],
    ['a rebound name, whatever the setting', '*', { ...crossSite, host: 'evil.example' }, 403],
  ])('%s', (_name, gatewayCorsOrigin, headers, status) => {
    settings = { ...settings, gatewayCorsOrigin };
    expect(statusOf(keeper().admit(requestOf(headers)))).toBe(status);
  });

  it('hear the headers that ComfyUI sends, and none without the setting', () => {
    expect(keeper().answerHeaders()).toEqual({});
    settings = { ...settings, gatewayCorsOrigin: page };
    expect(keeper().answerHeaders()).toEqual({
      'access-control-allow-origin': page,
      'access-control-allow-methods': 'POST, GET, DELETE, PUT, OPTIONS, PATCH',
      'access-control-allow-headers': 'Content-Type, Authorization',
      'access-control-allow-credentials': 'true',
    });
    expect(keeper('secret').answerHeaders()['access-control-allow-headers']).toContain('X-API-Key');
  });

  it('may not use the login that a browser remembers when all origins are allowed', () => {
    const remembered = { ...crossSite, authorization: `Basic ${btoa('me:secret')}` };
    settings = { ...settings, gatewayCorsOrigin: '*' };
    expect(statusOf(keeper('secret').admit(requestOf(remembered)))).toBe(401);
    expect(statusOf(keeper('secret').admit(requestOf({ ...crossSite, authorization: 'Bearer secret' })))).toBe(200);
    settings = { ...settings, gatewayCorsOrigin: page };
    expect(statusOf(keeper('secret').admit(requestOf(remembered)))).toBe(200);
  });
});
