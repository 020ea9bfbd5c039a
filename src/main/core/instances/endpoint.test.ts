import { describe, expect, test } from 'vitest';
import { authorizationOf, base64, baseUrlOf, httpAddress, instanceSecretName } from './endpoint.ts';
import { makeConfiguration } from './testing/fleet-world.fixture.ts';
import { createMemoryStores } from './testing/memory-stores.fixture.ts';

describe('the address', () => {
  test.each([
    ['127.0.0.1', 'http://127.0.0.1:8188'],
    ['localhost', 'http://localhost:8188'],
    ['0.0.0.0', 'http://127.0.0.1:8188'],
    ['', 'http://127.0.0.1:8188'],
    ['::', 'http://[::1]:8188'],
    ['::1', 'http://[::1]:8188'],
    ['[::1]', 'http://[::1]:8188'],
    ['fe80::1', 'http://[fe80::1]:8188'],
  ])('of a listener on %j is reached at %s', (host, url) => {
    expect(httpAddress(host, 8188)).toBe(url);
  });

  test('of a remote instance is its URL, without slashes at the end, else its host and port', () => {
    const remote = { kind: 'remote', host: 'far', port: 1 } as const;
    expect(baseUrlOf({ ...remote, url: 'https://far.example/comfy//' })).toBe('https://far.example/comfy');
    expect(baseUrlOf({ ...remote, url: '' })).toBe('http://far:1');
    expect(baseUrlOf({ ...remote, kind: 'local', url: 'https://ignored' })).toBe('http://far:1');
  });
});

test.each(['', 'f', 'fo', 'foo', 'foob', 'fooba', 'foobar', 'user:pä€ss\u{1F600}', '>>>???'])(
  'base64 of %j',
  (text) => {
    expect(base64(text)).toBe(Buffer.from(text, 'utf8').toString('base64'));
  },
);

describe('the log-in', () => {
  const setUp = async (changes: object, secret: string | null) => {
    const { secrets } = createMemoryStores();
    if (secret !== null) await secrets.set(instanceSecretName('far'), secret);
    return authorizationOf(makeConfiguration({ id: 'far', kind: 'remote', ...changes }), secrets);
  };

  test('is what the configuration says, with the stored secret', async () => {
    expect(await setUp({ authentication: { type: 'bearer' } }, 'token')).toBe('Bearer token');
    expect(await setUp({ authentication: { type: 'basic', username: 'me' } }, 'pass')).toBe('Basic bWU6cGFzcw==');
  });

  test('is none where none is wanted, where the secret is missing, and for local instances', async () => {
    expect(await setUp({}, 'token')).toBeNull();
    expect(await setUp({ authentication: { type: 'bearer' } }, null)).toBeNull();
    expect(await setUp({ kind: 'local', authentication: { type: 'bearer' } }, 'token')).toBeNull();
  });
});
