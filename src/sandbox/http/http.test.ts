import { describe, expect, it } from 'vitest';
import { rangeOf } from './byte-range.ts';
import { isForeignRequest } from './origin-check.ts';
import { conditionalStatus, rangeCounts } from './preconditions.ts';
import { pythonJson } from './python-json.ts';
import type { SandboxRequest } from './request.ts';
import { cacheControlOf } from './response-headers.ts';
import { bareRoute, createRouter, route } from './router.ts';

describe('pythonJson', () => {
  it.each([
    [{ a: 1, b: [true, null] }, '{"a": 1, "b": [true, null]}'],
    [[], '[]'],
    [{}, '{}'],
    ['größe ✓ 😀', String.raw`"gr\u00f6\u00dfe \u2713 \ud83d\ude00"`],
    ['a"b\n', String.raw`"a\"b\n"`],
    [Number.NaN, 'NaN'],
    [Number.NEGATIVE_INFINITY, '-Infinity'],
    [0.5, '0.5'],
    [1e20, '100000000000000000000'],
    [18446744073709551615n, '18446744073709551615'],
    [{ a: undefined, b: 1 }, '{"b": 1}'],
    [
      new Map([
        ['3', 1],
        ['1', 2],
      ]),
      '{"3": 1, "1": 2}',
    ],
  ])('case %#', (value, expected) => {
    expect(pythonJson(value)).toBe(expected);
  });
});

describe('origin check', () => {
  const foreign = (host?: string, origin?: string, secFetchSite?: string) =>
    isForeignRequest({ host, origin, secFetchSite });
  it.each([
    ['127.0.0.1:8188', 'http://127.0.0.1:8188', false],
    ['127.0.0.1:8188', 'http://127.0.0.1', false],
    ['127.0.0.1:8188', 'http://localhost:8188', true],
    ['localhost:8188', 'http://LOCALHOST:8188', false],
    ['[::1]:8188', 'http://[::1]:8188', false],
    ['[::1]:8188', 'http://evil.example', true],
    ['127.9.9.9', 'https://evil.example', true],
    ['gpu.example:8188', 'http://evil.example', false],
    ['127.0.0.1:8188', 'null', false],
    [undefined, 'http://evil.example', false],
    ['127.0.0.1:8188', undefined, false],
  ])('Host %s, Origin %s', (host, origin, expected) => {
    expect(foreign(host, origin)).toBe(expected);
  });

  it('a cross-site fetch is foreign whatever its origin', () => {
    expect(foreign('gpu.example', 'http://gpu.example', 'cross-site')).toBe(true);
    expect(foreign('gpu.example', 'http://gpu.example', 'same-site')).toBe(false);
  });
});

describe('Cache-Control', () => {
  it.each([
    ['/a/b.js', 200, 'no-store'],
    ['/style.css', 404, 'no-store'],
    ['/templates/index.en.json', 200, 'no-store'],
    ['/myindex.json', 200, null],
    ['/STYLE.CSS', 200, null],
    ['/LOGO.PNG', 200, 'public, max-age=86400'],
    ['/favicon.ico', 200, null],
    ['/drawing.svg', 200, null],
    ['/x.json', 200, null],
    ['/logo.png', 200, 'public, max-age=86400'],
    ['/logo.png', 404, 'public, max-age=3600'],
    ['/logo.png', 302, 'no-cache'],
    ['/logo.png', 500, null],
    ['/view', 200, null],
  ])('%s %i', (path, status, expected) => {
    expect(cacheControlOf(path, status)).toBe(expected);
  });
});

describe('Range', () => {
  it.each([
    ['bytes=0-9', { start: 0, end: 9 }],
    ['bytes=90-', { start: 90, end: 99 }],
    ['bytes=-10', { start: 90, end: 99 }],
    ['bytes=-500', { start: 0, end: 99 }],
    ['bytes=0-500', { start: 0, end: 99 }],
    ['bytes=100-', 'unsatisfiable'],
    ['bytes=-0', { start: 0, end: 99 }],
    ['bytes=9-3', 'unsatisfiable'],
    ['bytes=-', 'unsatisfiable'],
    ['bytes=0-1,3-4', 'unsatisfiable'],
    ['lines=0-1', 'unsatisfiable'],
    [undefined, null],
  ])('%s of 100 bytes', (header, expected) => {
    expect(rangeOf(header, 100)).toEqual(expected);
  });

  it('of an empty file is never to be had', () => {
    expect(rangeOf('bytes=0-1', 0)).toBe('unsatisfiable');
  });
});

describe('conditions of a request for a file', () => {
  const file = { etag: '"a-1"', modifiedAtMs: Date.parse('2026-01-02T00:00:00Z') };
  const before = 'Thu, 01 Jan 2026 00:00:00 GMT';
  const after = 'Sat, 03 Jan 2026 00:00:00 GMT';
  const asking = (headers: Readonly<Record<string, string>>) => ({ header: (name: string) => headers[name] });

  it.each([
    [{}, null],
    [{ 'if-match': '"a-1"' }, null],
    [{ 'if-match': '*' }, null],
    [{ 'if-match': '"x"' }, 412],
    [{ 'if-match': 'W/"a-1"' }, 412],
    [{ 'if-unmodified-since': before }, 412],
    [{ 'if-unmodified-since': after }, null],
    [{ 'if-unmodified-since': before, 'if-match': '"a-1"' }, null],
    [{ 'if-none-match': '"x", "a-1"' }, 304],
    [{ 'if-none-match': 'W/"a-1"' }, 304],
    [{ 'if-none-match': '*' }, 304],
    [{ 'if-none-match': '"x"', 'if-modified-since': after }, null],
    [{ 'if-modified-since': after }, 304],
    [{ 'if-modified-since': before }, null],
    [{ 'if-modified-since': 'junk' }, null],
  ])('%j: %s', (headers, status) => {
    expect(conditionalStatus(asking(headers), file)).toBe(status);
  });

  it.each([
    [{}, true],
    [{ 'if-range': after }, true],
    [{ 'if-range': before }, false],
    [{ 'if-range': '"x"' }, true],
  ])('a range with %j counts: %s', (headers, counts) => {
    expect(rangeCounts(asking(headers), file)).toBe(counts);
  });
});

describe('router', () => {
  const named = (name: string) => () => ({ status: 200, headers: {}, body: name });
  const find = createRouter(
    [
      route('GET', '/prompt', named('get')),
      route('POST', '/prompt', named('post')),
      bareRoute('GET', '/internal/logs', named('logs')),
      route('GET', '/userdata/{file}', named('file')),
      route('GET', '/deep/{rest...}', named('deep')),
      bareRoute('GET', '/asset/{id:uuid}', named('asset')),
      bareRoute('PATCH', '/internal/subscribe', named('subscribe')),
    ],
    named('static'),
  );
  const request = (method: string, rawPath: string): SandboxRequest => ({
    method,
    rawPath,
    query: new URLSearchParams(),
    params: {},
    header: () => undefined,
    body: async () => Buffer.alloc(0),
  });
  const ask = async (method: string, rawPath: string) => {
    const sent = request(method, rawPath);
    const { handler, params } = find(sent);
    return { answer: await handler(sent), params };
  };

  it.each([
    ['GET', '/prompt', 'get'],
    ['HEAD', '/prompt', 'get'],
    ['POST', '/api/prompt', 'post'],
    ['GET', '/internal/logs', 'logs'],
    ['GET', '/api/internal/logs', 'static'],
    ['GET', '/nope', 'static'],
    ['GET', '/userdata/a/b', 'static'],
    ['GET', '/userdata/', 'static'],
    ['GET', '/api/api/prompt', 'static'],
    ['GET', '/asset/3f2b1c4d-0000-4000-8000-00000000000a', 'asset'],
    ['GET', '/asset/3f2b', 'static'],
    ['GET', '/internal/nope', '404: Not Found'],
  ])('%s %s', async (method, path, expected) => {
    expect((await ask(method, path)).answer.body).toBe(expected);
  });

  it('an escaped slash stays inside its segment', async () => {
    expect((await ask('GET', '/userdata/a%2Fb.json')).params).toEqual({ file: 'a/b.json' });
    expect((await ask('GET', '/userdata/%zz')).params).toEqual({ file: '%zz' });
    expect((await ask('GET', '/deep/a/b%2Fc')).params).toEqual({ rest: 'a/b/c' });
  });

  it.each([
    ['PUT', '/prompt', 'GET,HEAD,POST'],
    ['POST', '/nope', 'GET,HEAD'],
    ['DELETE', '/userdata/x', 'GET,HEAD'],
    ['POST', '/internal/logs', 'GET,HEAD'],
    ['GET', '/internal/subscribe', 'PATCH'],
  ])('%s %s is refused with what is allowed', async (method, path, allow) => {
    const { answer } = await ask(method, path);
    expect([answer.status, answer.headers.Allow]).toEqual([405, allow]);
  });
});
