import { describe, expect, it } from 'vitest';
import type { NamedUpload } from '#core/ports/upload-names.ts';
import { expiredNames } from './shelf-retention.ts';

const name = (path: string, usedAt: number, fields: Partial<NamedUpload> = {}): NamedUpload => ({
  folder: 'input',
  path,
  uploadId: path,
  sizeBytes: 10,
  storedAt: usedAt,
  usedAt,
  ...fields,
});

const expired = (
  names: readonly NamedUpload[],
  limits: { keepMs?: number; maxBytes?: number; maxNames?: number },
  needed: readonly string[] = [],
): readonly string[] =>
  expiredNames(names, {
    limits: { keepMs: 1000, maxBytes: 1000, maxNames: 100, ...limits },
    now: 2000,
    isNeeded: (uploadId) => needed.includes(uploadId),
  }).map(({ path }) => path);

describe('names that go', () => {
  it('are those that nobody used for long', () => {
    expect(expired([name('new', 1500), name('edge', 1000), name('old', 999)], {})).toEqual(['old']);
  });

  it('are as many as there are too many bytes, the least used first', () => {
    expect(expired([name('c', 1900), name('a', 1100), name('b', 1500)], { maxBytes: 20 })).toEqual(['a']);
    expect(expired([name('c', 1900), name('a', 1100), name('b', 1500)], { maxBytes: 19 })).toEqual(['a', 'b']);
  });

  it('count a content once, and free it with its last name', () => {
    const twice = [name('a', 1100, { uploadId: 'x' }), name('b', 1200, { uploadId: 'x' }), name('c', 1300)];
    expect(expired(twice, { maxBytes: 20 })).toEqual([]);
    expect(expired(twice, { maxBytes: 15 })).toEqual(['a', 'b']);
  });

  it('are no more than there are too many', () => {
    expect(expired([name('a', 1100), name('b', 1200), name('c', 1300)], { maxNames: 2 })).toEqual(['a']);
  });

  it('are never those that a job needs', () => {
    const names = [name('a', 1), name('b', 2), name('c', 1300)];
    expect(expired(names, { maxBytes: 0 }, ['a'])).toEqual(['b', 'c']);
  });
});
