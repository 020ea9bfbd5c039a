import { describe, expect, it } from 'vitest';
import { safePath } from './safe-path.ts';

describe('a path from outside', () => {
  it.each([
    ['/', ''],
    ['/content/outputs/a%20b/0?x=/../y', 'content/outputs/a%20b/0'],
    ['/a..b/...', 'a..b/...'],
    ['/assets/index-B3kD0f2a.js', 'assets/index-B3kD0f2a.js'],
  ])('%s is %s', (target, expected) => {
    expect(safePath(target)).toBe(expected);
  });

  it.each([
    '/../etc/passwd',
    '/content/../etc/passwd',
    '/content/..',
    '/content/%2e%2e/etc',
    '/content/%2E./etc',
    '/content/.%2e/etc',
    '/content/./x',
    '/content/..%2fetc',
    '/content/a%2f..%2fetc',
    '/content/..%5cetc',
    '/content/..\\etc',
    '/content/a%00',
  ])('%s is refused', (target) => {
    expect(() => safePath(target)).toThrow(expect.objectContaining({ code: 'INPUT_PATH_OUTSIDE' }));
  });

  it.each(['/content/%', '/content/%zz', '/%c0%ae%c0%ae/x'])('%s cannot be decoded', (target) => {
    expect(() => safePath(target)).toThrow(expect.objectContaining({ code: 'INPUT_INVALID' }));
  });
});
