import { randomBytes, randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { isBeyondGuessing } from './access-token.ts';

const manyOf = (make: () => string): readonly string[] => Array.from({ length: 500 }, make);

describe('a token that nobody guesses', () => {
  it.each<[string, () => string]>([
    ['openssl rand -hex 16', () => randomBytes(16).toString('hex')],
    ['openssl rand -hex 32', () => randomBytes(32).toString('hex')],
    ['openssl rand -base64 32', () => randomBytes(32).toString('base64')],
    ['a UUID', () => randomUUID()],
  ])('is one of %s, but for rare ones', (_name, make) => {
    const known = manyOf(make).filter(isBeyondGuessing);
    expect(known.length).toBeGreaterThan(450);
  });

  it.each([
    'secret',
    '3f9a0c51d7e84b26a1f05c93e8b7d26',
    '0'.repeat(64),
    '1a'.repeat(32),
    '12345678901234567890123456789012',
    'correct horse battery staple 1 2 3 4 5 6',
    'to-be-or-not-to-be-that-is-the-question',
    'NobodyWillEverFindThisVeryLongPassword2026',
    'PasswordPasswordPassword123456789',
  ])('is not %s', (token) => {
    expect(isBeyondGuessing(token)).toBe(false);
  });
});
