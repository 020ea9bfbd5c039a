import { describe, expect, it } from 'vitest';
import { cleanAnswerHeaders, removeOwnHeaders } from './upstream-headers.ts';

describe('what an instance is sent', () => {
  it('has nothing of the page, of the gateway, and of the connection', () => {
    const headers = {
      host: '127.0.0.1:8187',
      origin: 'http://127.0.0.1:8187',
      referer: 'http://127.0.0.1:8187/?token=secret',
      'sec-fetch-site': 'same-origin',
      'sec-fetch-mode': 'cors',
      connection: 'keep-alive, X-Mine, Transfer-Encoding',
      'keep-alive': 'timeout=5',
      'proxy-authorization': 'Basic x',
      'x-mine': '1',
      te: 'trailers',
      trailer: 'x-checksum',
      'transfer-encoding': 'chunked',
      expect: '100-continue',
      upgrade: 'h2c',
      'content-type': 'text/plain',
      'comfy-user': 'default',
      cookie: 'atelier-access-8001=secret; a=b; atelier-access-8187=other',
      range: 'bytes=0-1',
    };
    removeOwnHeaders(headers, 'request');
    expect(headers).toEqual({
      host: '127.0.0.1:8187',
      te: 'trailers',
      trailer: 'x-checksum',
      'transfer-encoding': 'chunked',
      'content-type': 'text/plain',
      'comfy-user': 'default',
      cookie: 'a=b',
      range: 'bytes=0-1',
    });
  });

  it('has no login of the studio', () => {
    const headers = { cookie: 'atelier-access-8001=secret' };
    removeOwnHeaders(headers, 'request');
    expect(headers).toEqual({});
    const answer = { 'set-cookie': ['atelier-access-8001=mine; Path=/', 'theme=dark'] };
    cleanAnswerHeaders(answer, 'http://127.0.0.1:8188', () => false);
    expect(answer).toEqual({ 'set-cookie': ['theme=dark'] });
  });

  it('still asks for a websocket', () => {
    const headers = {
      connection: 'keep-alive, Upgrade',
      upgrade: 'websocket',
      origin: 'http://x',
      'sec-websocket-key': 'key',
      'sec-websocket-protocol': 'chat',
    };
    removeOwnHeaders(headers, 'upgrade');
    expect(headers).toEqual({
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-key': 'key',
      'sec-websocket-protocol': 'chat',
    });
  });
});

describe('what a client is sent', () => {
  const locate = (location: string, baseUrl = 'http://127.0.0.1:8188'): string | undefined => {
    const headers = { location };
    cleanAnswerHeaders(headers, baseUrl, () => false);
    return headers.location;
  };

  it.each([
    ['a path', '/x?y#z', '/x?y#z'],
    ['a neighbour', 'other/', 'other/'],
    ['the instance', 'http://127.0.0.1:8188/x?y#z', '/x?y#z'],
    ['the instance alone', 'http://127.0.0.1:8188', '/'],
    ['another port', 'http://127.0.0.1:8189/x', 'http://127.0.0.1:8189/x'],
    ['another scheme', 'https://127.0.0.1:8188/x', 'https://127.0.0.1:8188/x'],
    ['a site', 'https://example.com/login', 'https://example.com/login'],
    ['the instance, as if to another host', 'http://127.0.0.1:8188//evil.example/x', '/.//evil.example/x'],
  ])('leads to %s', (_name, location, expected) => {
    expect(locate(location)).toBe(expected);
  });

  it('leads to the gateway where the instance lies below a path', () => {
    expect(locate('https://box/comfy/x', 'https://box/comfy')).toBe('/x');
    expect(locate('https://box/comfyx', 'https://box/comfy')).toBe('/comfyx');
  });

  it('has nothing of the connection, and the rules of the gateway where it has some', () => {
    const headers = {
      connection: 'close, x-hop',
      'keep-alive': 'timeout=5',
      'x-hop': '1',
      'access-control-allow-origin': '*',
      'access-control-max-age': '5',
      'set-cookie': ['a=b', 'c=d'],
      'transfer-encoding': 'chunked',
      trailer: 'x-sum',
      'x-custom': 'kept',
    };
    cleanAnswerHeaders(headers, 'http://x', (name) => name === 'access-control-allow-origin');
    expect(headers).toEqual({
      'access-control-max-age': '5',
      'set-cookie': ['a=b', 'c=d'],
      'transfer-encoding': 'chunked',
      trailer: 'x-sum',
      'x-custom': 'kept',
    });
  });
});
