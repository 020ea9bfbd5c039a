import { describe, expect, it } from 'vitest';
import { isPackFile, mergeExtensions, readExtensions } from './extension-packs.ts';

describe('the scripts of several instances', () => {
  it('are those of each pack from the first that has it', () => {
    const home = ['/extensions/core/a.js', '/extensions/Shared/old.js'];
    const other = [
      '/extensions/Shared/old.js',
      '/extensions/Shared/new.js',
      '/extensions/mine/x.js',
      '/extensions/mine/y.js',
    ];
    expect(mergeExtensions([home, other])).toEqual([...home, '/extensions/mine/x.js', '/extensions/mine/y.js']);
  });

  it('hold a pack once, however its folder is called', () => {
    expect(
      mergeExtensions([['/extensions/My%20Pack/a.js'], ['/extensions/my pack/a.js', '/extensions/%zz/a.js']]),
    ).toEqual(['/extensions/My%20Pack/a.js', '/extensions/%zz/a.js']);
  });

  it('are a list of texts', () => {
    expect(readExtensions(['/a', 3, null])).toEqual(['/a']);
    expect(readExtensions({ error: 'x' })).toBeNull();
  });
});

it.each([
  ['/extensions/pack/a.js', 'GET', true],
  ['/extensions/pack/sub/a.css', 'HEAD', true],
  ['/extensions/pack/a.js', 'POST', false],
  ['/extensions/pack', 'GET', false],
  ['/extensions', 'GET', false],
  ['/custom/extensions/pack/a.js', 'GET', false],
])('%s by %s is a file of a pack: %s', (path, method, expected) => {
  expect(isPackFile(path, method)).toBe(expected);
});
