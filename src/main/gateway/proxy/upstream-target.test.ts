import { describe, expect, it } from 'vitest';
import { plainPath } from './plain-path.ts';
import { upstreamTarget } from './upstream-target.ts';

describe('where a request goes', () => {
  it.each([
    '/api/userdata/a%2Fb.json?overwrite=false',
    '/userdata/../../etc/passwd',
    '/userdata/..%2f..%2Fx',
    '//evil.example/x',
    '/\\evil.example',
    '/x?a=%20b&c=d+e&&=',
    '/@evil.example/',
    '/',
    '/?',
  ])('is the instance, with the address as it was sent: %s', (target) => {
    expect(upstreamTarget({ baseUrl: 'http://127.0.0.1:8188' }, target)).toEqual({
      protocol: 'http:',
      hostname: '127.0.0.1',
      port: '8188',
      pathname: target,
    });
  });

  it('is the instance for what is no path', () => {
    expect(upstreamTarget({ baseUrl: 'http://127.0.0.1:8188' }, 'http://evil.example/x')).toMatchObject({
      hostname: '127.0.0.1',
      pathname: '/http://evil.example/x',
    });
    expect(upstreamTarget({ baseUrl: 'http://127.0.0.1:8188' }, '@evil')).toMatchObject({ pathname: '/@evil' });
  });

  it('may lie below a path, on another port, or have six bytes of address', () => {
    expect(upstreamTarget({ baseUrl: 'https://box/comfy' }, '/x')).toEqual({
      protocol: 'https:',
      hostname: 'box',
      pathname: '/comfy/x',
    });
    expect(upstreamTarget({ baseUrl: 'http://[::1]:8188' }, '/x')).toMatchObject({ hostname: '::1', port: '8188' });
  });
});

it.each([
  ['/%71ueue', '/queue'],
  ['/%57%73', '/Ws'],
  ['/a%2Fb%20c%3F%25', '/a%2Fb%20c%3F%25'],
  ['/%2D%2e%5F%7e%30%39%41%5A%61%7A', '/-._~09AZaz'],
  ['/%40%5B%60%7B%2f%3A', '/%40%5B%60%7B%2f%3A'],
  ['/%C3%A9%', '/%C3%A9%'],
])('the plain form of %s is %s', (path, expected) => {
  expect(plainPath(path)).toBe(expected);
});
