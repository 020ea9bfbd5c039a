import { describe, expect, it } from 'vitest';
import { type AccessTokens, accessCookieName, type Credentials, createAccessTokens } from './access-token.ts';

const token = 'a-token-of-some-length';
const nobody: Credentials = { authorization: undefined, cookie: undefined, remoteAddress: '10.0.0.1', port: 8001 };
const bearer = (text: string, remoteAddress = '10.0.0.1'): Credentials => ({
  ...nobody,
  authorization: `Bearer ${text}`,
  remoteAddress,
});

const make = (accessToken: string | null = token): { tokens: AccessTokens; advance: (ms: number) => void } => {
  let now = 1_000_000;
  let keys = 0;
  const tokens = createAccessTokens({
    accessToken,
    now: () => now,
    makeKey: () => {
      keys += 1;
      return `key-${keys}`;
    },
  });
  return {
    tokens,
    advance: (ms) => {
      now += ms;
    },
  };
};

const outcome = (act: () => unknown): unknown => {
  try {
    return act();
  } catch (error) {
    return error instanceof Error && 'code' in error ? error.code : error;
  }
};

const cookieFrom = (header: string | null): string => header?.split(';')[0] ?? '';

describe('without a token', () => {
  it('everybody is the owner, and there are no links', () => {
    const { tokens } = make(null);
    expect(tokens.authenticate(nobody)).toBe('admin');
    expect(tokens.createKey()).toBeNull();
    expect(tokens.redeem('anything', nobody)).toBeNull();
  });
});

describe('a bearer token', () => {
  it.each([
    [`Bearer ${token}`, 'admin'],
    [`bearer   ${token} `, 'admin'],
    [`Bearer ${token}x`, 'AUTH_REQUIRED'],
    [`Bearer ${token.slice(1)}`, 'AUTH_REQUIRED'],
    ['Bearer ', 'AUTH_REQUIRED'],
    [`Basic ${token}`, 'AUTH_REQUIRED'],
    [undefined, 'AUTH_REQUIRED'],
  ])('%s: %s', (authorization, expected) => {
    expect(outcome(() => make().tokens.authenticate({ ...nobody, authorization }))).toBe(expected);
  });

  it('is not tried for ever: ten wrong ones close the address for a minute, even for the right one', () => {
    const { tokens, advance } = make();
    for (let count = 0; count < 10; count += 1) {
      expect(outcome(() => tokens.authenticate(bearer('wrong')))).toBe('AUTH_REQUIRED');
    }
    expect(() => tokens.authenticate(bearer(token))).toThrow(
      expect.objectContaining({ code: 'AUTH_LIMITED', details: { retryAfterSeconds: 60 } }),
    );
    expect(outcome(() => tokens.redeem(token, nobody))).toBe('AUTH_LIMITED');
    expect(tokens.authenticate(bearer(token, '10.0.0.2'))).toBe('admin');
    advance(60_000);
    expect(tokens.authenticate(bearer(token))).toBe('admin');
  });

  it('costs nobody who brings none', () => {
    const { tokens } = make();
    for (let count = 0; count < 50; count += 1) outcome(() => tokens.authenticate(nobody));
    expect(tokens.authenticate(bearer(token))).toBe('admin');
  });
});

describe('a link', () => {
  it('gives a cookie that lets the browser in, and does so once', () => {
    const { tokens } = make();
    const key = tokens.createKey() ?? '';
    const header = tokens.redeem(key, nobody);
    expect(header).toMatch(/^atelier-access-8001=[\w-]{43}; HttpOnly; SameSite=Strict; Path=\/; Max-Age=2592000$/);
    expect(header).not.toContain(token);
    const cookie = `theme=dark; ${cookieFrom(header)}; other=1`;
    expect(tokens.authenticate({ ...nobody, cookie })).toBe('admin');
    expect(outcome(() => tokens.redeem(key, nobody))).toBe('AUTH_REQUIRED');
  });

  it('works for a day', () => {
    const { tokens, advance } = make();
    const early = tokens.createKey() ?? '';
    const late = tokens.createKey() ?? '';
    advance(24 * 3_600_000 - 1);
    expect(outcome(() => tokens.redeem(early, nobody))).toContain(accessCookieName(8001));
    advance(1);
    expect(outcome(() => tokens.redeem(late, nobody))).toBe('AUTH_REQUIRED');
  });

  it('may carry the token itself, but nothing else', () => {
    const { tokens } = make();
    expect(outcome(() => tokens.redeem(token, nobody))).toContain(accessCookieName(8001));
    expect(outcome(() => tokens.redeem('', nobody))).toBe('AUTH_REQUIRED');
    expect(outcome(() => tokens.redeem('wrong', nobody))).toBe('AUTH_REQUIRED');
  });

  it('keeps 32 keys at most, the newest', () => {
    const { tokens } = make();
    const keys = Array.from({ length: 33 }, () => tokens.createKey() ?? '');
    expect(outcome(() => tokens.redeem(keys[0] ?? '', nobody))).toBe('AUTH_REQUIRED');
    expect(outcome(() => tokens.redeem(keys[1] ?? '', nobody))).toContain(accessCookieName(8001));
  });
});

describe('a cookie', () => {
  it('survives a restart and ends with the token', () => {
    const cookie = cookieFrom(make().tokens.redeem(token, nobody));
    expect(make().tokens.authenticate({ ...nobody, cookie })).toBe('admin');
    expect(outcome(() => make('another-token-of-length').tokens.authenticate({ ...nobody, cookie }))).toBe(
      'AUTH_REQUIRED',
    );
  });

  it('of another port is not ours', () => {
    const { tokens } = make();
    const cookie = cookieFrom(tokens.redeem(token, { ...nobody, port: 9001 }));
    expect(outcome(() => tokens.authenticate({ ...nobody, cookie }))).toBe('AUTH_REQUIRED');
  });

  it('that is old does not lock its owner out', () => {
    const { tokens } = make();
    const old = { ...nobody, cookie: `${accessCookieName(8001)}=old` };
    for (let count = 0; count < 50; count += 1) expect(outcome(() => tokens.authenticate(old))).toBe('AUTH_REQUIRED');
    expect(outcome(() => tokens.redeem(tokens.createKey() ?? '', old))).toContain(accessCookieName(8001));
    expect(tokens.authenticate({ ...bearer(token), cookie: old.cookie })).toBe('admin');
  });
});
