import { describe, expect, it } from 'vitest';
import { browserAddress, framingRule } from './framing.ts';

const studio = 'http://127.0.0.1:8001';

describe('the address for a browser', () => {
  it.each([
    ['http://127.0.0.1:8189', '127.0.0.1', 'http://localhost:8189/'],
    ['http://127.0.0.1:8189', 'localhost', 'http://127.0.0.1:8189/'],
    ['http://localhost:8189', '127.0.0.1', 'http://localhost:8189/'],
    ['http://127.0.0.1:8189', 'workstation.lan', null],
    ['http://192.168.1.20:8188', '127.0.0.1', 'http://192.168.1.20:8188/'],
    ['https://render.example/comfy', 'workstation.lan', 'https://render.example/comfy'],
  ])('of %s for a studio at %s is %s', (endpoint, host, expected) => {
    expect(browserAddress(endpoint, host)).toBe(expected);
  });

  it('never has the host name of the studio, which its cookies would go to', () => {
    for (const host of ['127.0.0.1', 'localhost']) {
      expect(new URL(browserAddress('http://127.0.0.1:8188', host) ?? '').hostname).not.toBe(host);
    }
  });
});

describe('a page', () => {
  const rule = (contentSecurityPolicy: string | null, xFrameOptions: string | null = null): string | null =>
    framingRule({ contentSecurityPolicy, xFrameOptions }, studio);

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
});
