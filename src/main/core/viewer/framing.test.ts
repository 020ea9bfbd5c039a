import { describe, expect, it } from 'vitest';
import { browserAddress, framingRule, siteOf } from './framing.ts';

const studio = 'http://127.0.0.1:8001';

describe('the address for a browser', () => {
  it.each([
    ['http://127.0.0.1:8189', '127.0.0.1', 'http://127.0.0.1:8189/'],
    ['http://127.0.0.1:8189', 'localhost', 'http://localhost:8189/'],
    ['http://localhost:8189', '127.0.0.1', 'http://127.0.0.1:8189/'],
    ['http://127.0.0.1:8189', 'workstation.lan', null],
    ['http://192.168.1.20:8188', '127.0.0.1', 'http://192.168.1.20:8188/'],
    ['https://render.example/comfy', 'workstation.lan', 'https://render.example/comfy'],
  ])('of %s for a studio at %s is %s', (endpoint, host, expected) => {
    expect(browserAddress(endpoint, host)).toBe(expected);
  });

  it('is of the same site as the studio on its own machine, since ComfyUI refuses other sites', () => {
    for (const host of ['127.0.0.1', 'localhost']) {
      const address = browserAddress('http://127.0.0.1:8188', host) ?? '';
      expect(siteOf(address, `http://${host}:8001`)).toBe('same-site');
    }
    expect(siteOf('http://localhost:8188/', 'http://127.0.0.1:8001')).toBe('cross-site');
    expect(siteOf('https://127.0.0.1:8188/', 'http://127.0.0.1:8001')).toBe('cross-site');
  });
});

describe('a page', () => {
  const rule = (contentSecurityPolicy: string | null, xFrameOptions: string | null = null): string | null =>
    framingRule({ status: 200, contentSecurityPolicy, xFrameOptions }, studio);

  it.each([
    [null, null],
    ["default-src 'self'; frame-src 'self'", null],
    ['frame-ancestors *', 'DENY'],
    ['frame-ancestors http:', null],
    ['frame-ancestors http://127.0.0.1:8001', 'SAMEORIGIN'],
    ['frame-ancestors http://127.0.0.1:*', null],
    ["FRAME-ANCESTORS 'self' 127.0.0.1:8001", null],
  ])('with policy %s and option %s can be framed', (policy, option) => {
    expect(rule(policy, option)).toBeNull();
  });

  it.each([
    [null, 'DENY'],
    [null, 'sameorigin'],
    ["frame-ancestors 'none'", null],
    ["frame-ancestors 'self'", null],
    ['frame-ancestors', null],
    ['frame-ancestors https://127.0.0.1:8001', null],
    ['frame-ancestors http://127.0.0.1', null],
    ['frame-ancestors https://*.example', null],
  ])('with policy %s and option %s refuses', (policy, option) => {
    expect(rule(policy, option)).not.toBeNull();
  });

  it('refuses with a status too: ComfyUI does so to other sites', () => {
    expect(framingRule({ status: 403, contentSecurityPolicy: null, xFrameOptions: null }, studio)).toBe('HTTP 403');
  });
});
