import { describe, expect, it } from 'vitest';
import { contentHeaders, contentSecurityPolicy, frameHeaders, securityHeaders } from './content-security-policy.ts';

describe('the policy of our pages', () => {
  it('is exactly this', () => {
    expect(contentSecurityPolicy.split('; ')).toEqual([
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self' 'unsafe-inline'",
      "img-src 'self' data: blob:",
      "media-src 'self' blob:",
      "font-src 'self'",
      "connect-src 'self'",
      "manifest-src 'self'",
      "frame-src 'self'",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ]);
  });
});

describe('a page that holds a page of ComfyUI', () => {
  it('may be framed by us alone, and frames one address alone', () => {
    const headers = frameHeaders('http://localhost:8189');
    expect(headers['content-security-policy']?.split('; ')).toEqual([
      "default-src 'none'",
      "style-src 'unsafe-inline'",
      'frame-src http://localhost:8189',
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'self'",
    ]);
    expect(headers['x-frame-options']).toBe('SAMEORIGIN');
  });
});

describe('the headers of content', () => {
  it.each([
    ['text/javascript', 'text/plain; charset=utf-8'],
    ['application/x-javascript; charset=utf-8', 'text/plain; charset=utf-8'],
    ['application/ECMAScript', 'text/plain; charset=utf-8'],
    ['application/wasm', 'text/plain; charset=utf-8'],
    ['text/css', 'text/plain; charset=utf-8'],
    ['image/png', 'image/png'],
    ['image/svg+xml', 'image/svg+xml'],
    ['video/mp4', 'video/mp4'],
  ])('type %s is answered as %s', (type, expected) => {
    expect(contentHeaders({ 'Content-Type': type })['content-type']).toBe(expected);
  });

  it('are those of hostile files, whatever the handler says', () => {
    const headers = contentHeaders({
      'Content-Security-Policy': 'none',
      'X-Content-Type-Options': 'none',
      'Content-Length': '5',
    });
    expect(headers).toEqual({
      ...securityHeaders,
      'content-type': 'application/octet-stream',
      'content-length': '5',
      'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox",
    });
  });
});
