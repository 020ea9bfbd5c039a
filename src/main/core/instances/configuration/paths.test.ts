import { posix, win32 } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { climbsOut, isAbsolutePath, joinPath, parentPath, samePath } from './paths.ts';

describe('paths', () => {
  it.each([
    ['/a', 'linux', true],
    ['a', 'linux', false],
    ['~/a', 'linux', false],
    ['', 'linux', false],
    ['C:\\a', 'linux', false],
    ['C:\\a', 'win32', true],
    ['C:/a', 'win32', true],
    ['C:a', 'win32', false],
    ['\\a', 'win32', false],
    ['\\\\server\\share', 'win32', true],
  ] as const)('%j on %s is absolute: %s', (path, platform, expected) => {
    expect(isAbsolutePath(path, platform)).toBe(expected);
  });

  it.each([
    ['/a/../b', 'linux', true],
    ['/a/..', 'linux', true],
    ['..', 'linux', true],
    ['/a/..b/c..', 'linux', false],
    ['/a/...', 'linux', false],
    ['/a\\..\\b', 'linux', false],
    ['C:\\a\\..\\b', 'win32', true],
    ['C:/a/../b', 'win32', true],
  ] as const)('%j on %s climbs: %s', (path, platform, expected) => {
    expect(climbsOut(path, platform)).toBe(expected);
  });

  const part = fc.stringMatching(/^[a-z0-9 ._-]{1,8}$/).filter((text) => !/^\.+$/.test(text));

  it('joins and takes parents as Node does', () => {
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 5 }), (parts) => {
        const unix = joinPath('linux', '/', ...parts);
        expect(unix).toBe(posix.join('/', ...parts));
        expect(parentPath(unix, 'linux')).toBe(posix.dirname(unix));
        const windows = joinPath('win32', 'C:\\', ...parts);
        expect(windows).toBe(win32.join('C:\\', ...parts));
        expect(parentPath(windows, 'win32')).toBe(win32.dirname(windows));
      }),
    );
  });

  it('ends at the root', () => {
    expect(parentPath('/', 'linux')).toBe('/');
    expect(parentPath('C:\\', 'win32')).toBe('C:\\');
  });

  it.each([
    ['/a//b/', '/a/b', 'linux', true],
    ['/a/./b', '/a/b', 'linux', true],
    ['/A', '/a', 'linux', false],
    ['C:\\A\\', 'c:/a', 'win32', true],
  ] as const)('%j and %j on %s are the same: %s', (...[first, second, platform, expected]) => {
    expect(samePath(first, second, platform)).toBe(expected);
  });
});
