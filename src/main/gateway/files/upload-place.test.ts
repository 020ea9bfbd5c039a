import { describe, expect, it } from 'vitest';
import { numberedName, pathWithin, uploadPlace } from './upload-place.ts';

describe('a numbered name', () => {
  // As Python's os.path.splitext splits them.
  it.each([
    ['a.png', 'a (2).png'],
    ['a', 'a (2)'],
    ['.png', '.png (2)'],
    ['..png', '..png (2)'],
    ['a.tar.gz', 'a.tar (2).gz'],
    ['a.', 'a (2).'],
    ['sub.dir/a', 'sub.dir/a (2)'],
    ['sub/.a', 'sub/.a (2)'],
    ['', ' (2)'],
  ])('of %j is %j', (name, expected) => {
    expect(numberedName(name, 2)).toBe(expected);
    expect(numberedName(name, 0)).toBe(name);
  });
});

describe('a path within its folder', () => {
  it.each([
    ['', 'a.png', 'a.png'],
    ['sub', 'a.png', 'sub/a.png'],
    ['./sub//dir/', 'a.png', 'sub/dir/a.png'],
    ['sub\\dir', 'a.png', 'sub/dir/a.png'],
    ['sub/..', 'a.png', 'a.png'],
    ['sub', '../a.png', 'a.png'],
    ['@a/sub', 'a.png', '@a/sub/a.png'],
    ['', 'dir/a.png', 'dir/a.png'],
  ])('of %j and %j is %j', (subfolder, name, path) => {
    expect(pathWithin(subfolder, name)).toBe(path);
  });

  it.each([
    ['..', 'a.png'],
    ['a/../..', 'b.png'],
    ['../output', 'a.png'],
    ['', '..'],
    ['', '.'],
    ['', ''],
    ['sub', '..'],
    ['/abs', 'a.png'],
    ['', '/abs'],
    ['', '\\abs'],
    ['', 'a/'],
    ['a\nb', 'a.png'],
    ['', 'a\u0000'],
  ])('is none for %j and %j', (subfolder, name) => {
    expect(pathWithin(subfolder, name)).toBeNull();
  });
});

describe('the place of an upload', () => {
  it.each(['NUL', 'con.txt', 'lpt1', 'COM7.tar.gz'])('is no device of Windows: %s', (name) => {
    expect(uploadPlace('input', '', name)?.path).toBe(`_${name}`);
  });

  it('keeps names that only look like devices', () => {
    for (const name of ['console.png', 'com10.png', 'nul-1.png', 'a.con'])
      expect(uploadPlace('input', '', name)?.name).toBe(name);
  });

  it('tells the subfolder as it was given, or as it had to be changed', () => {
    expect(uploadPlace('input', './a\\b/', 'x')).toMatchObject({ subfolder: './a\\b/', path: 'a/b/x' });
    expect(uploadPlace('input', 'a:b/aux', 'x')).toMatchObject({ subfolder: 'a_b/_aux', path: 'a_b/_aux/x' });
  });

  it('is none for what no disk can store', () => {
    expect(uploadPlace('input', '', 'ü'.repeat(128))).toBeNull();
    expect(uploadPlace('input', 'a/'.repeat(600), 'x')).toBeNull();
  });
});
