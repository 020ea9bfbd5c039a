import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSecretSeal } from './secret-seal.ts';

let folder: string;
let path: string;
const errors: string[] = [];
const logger = { debug: () => {}, info: () => {}, warn: () => {}, error: (message: string) => errors.push(message) };
const open = () => createSecretSeal({ path, logger });

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'atelier-seal-'));
  path = join(folder, 'jobs.key');
  errors.length = 0;
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the seal of secrets', () => {
  it('keeps text unreadable, for this studio and the next', () => {
    const sealed = open().seal('größer als 1 ✓');
    expect(sealed).not.toContain('als 1');
    expect(Buffer.from(sealed.slice(3), 'base64').includes('als 1')).toBe(false);
    expect(open().unseal(sealed)).toBe('größer als 1 ✓');
    expect(open().unseal(open().seal(''))).toBe('');
    expect(readFileSync(path)).toHaveLength(32);
  });

  it('never seals the same text to the same', () => {
    const seal = open();
    expect(new Set(Array.from({ length: 50 }, () => seal.seal('x'))).size).toBe(50);
  });

  it('has a key that its owner alone can read, also after somebody widened that', () => {
    if (process.platform === 'win32') return;
    const sealed = open().seal('x');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    chmodSync(path, 0o644);
    expect(open().unseal(sealed)).toBe('x');
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('makes no key before there is something to seal', () => {
    expect(open().unseal('v1:AAAA')).toBeNull();
    expect(() => statSync(path)).toThrow('ENOENT');
  });

  it.each([
    ['without its key', () => rmSync(path)],
    ['under another key', () => writeFileSync(path, Buffer.alloc(32, 1))],
    ['with a key that is cut off', () => writeFileSync(path, 'short')],
  ])('reads nothing %s', (_name, harm) => {
    const sealed = open().seal('x');
    harm();
    const next = open();
    expect(next.unseal(sealed)).toBeNull();
    expect(next.unseal(next.seal('y'))).toBe('y');
  });

  it.each([
    ['that was changed', (sealed: string) => `${sealed.slice(0, 8)}${sealed[8] === 'A' ? 'B' : 'A'}${sealed.slice(9)}`],
    ['that was cut off', (sealed: string) => sealed.slice(0, 20)],
    ['of another kind', (sealed: string) => `v9:${sealed.slice(3)}`],
    ['that is none', () => 'anything'],
  ])('reads nothing %s', (_name, change) => {
    const seal = open();
    expect(seal.unseal(change(seal.seal('secret')))).toBeNull();
  });

  it('says when the key cannot be kept, so that nothing is taken that could not be read again', () => {
    path = join(folder, 'nowhere', 'jobs.key');
    expect(() => open().seal('x')).toThrow(expect.objectContaining({ code: 'STORE_WRITE_FAILED' }));
  });
});
