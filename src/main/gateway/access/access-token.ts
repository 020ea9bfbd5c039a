import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** How a token was given: what a browser remembers and sends by itself proves less than what a page has to know. */
export type TokenForm = 'bearer' | 'key' | 'query' | 'basic';

export interface GivenToken {
  readonly form: TokenForm;
  readonly value: string;
}

/** The password of a Basic login, which is all that some clients can send; the user does not matter. */
const basicPassword = (credentials: string): string => {
  const login = Buffer.from(credentials, 'base64').toString('utf8');
  const colon = login.indexOf(':');
  return colon < 0 ? '' : login.slice(colon + 1);
};

const first = (value: string | string[] | undefined): string | undefined => (Array.isArray(value) ? value[0] : value);

/** All tokens that a request brings, the explicit ones first. */
export const givenTokens = (headers: IncomingHttpHeaders, fromQuery: string | null): readonly GivenToken[] => {
  const [, scheme = '', credentials = ''] = /^(\w+) +(\S.*?) *$/u.exec(headers.authorization ?? '') ?? [];
  const key = first(headers['x-api-key']);
  const given: (GivenToken | null)[] = [
    scheme.toLowerCase() === 'bearer' ? { form: 'bearer', value: credentials } : null,
    key === undefined ? null : { form: 'key', value: key },
    fromQuery === null ? null : { form: 'query', value: fromQuery },
    scheme.toLowerCase() === 'basic' ? { form: 'basic', value: basicPassword(credentials) } : null,
  ];
  return given.filter((one) => one !== null);
};

const digestOf = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Compares in constant time; digests first, since the comparison needs equal lengths. */
export const isSameToken = (given: string, wanted: string): boolean =>
  timingSafeEqual(digestOf(given), digestOf(wanted));

/** What generators write: hexadecimal, base64 and base64url, UUIDs. */
const generatedForm = /^[\w+/=.-]{32,}$/;
const digitMeetsLetter = /(?<=\d)(?=[a-z])|(?<=[a-z])(?=\d)/gi;
const leastCharacters = 10;
const leastChanges = 4;

/**
 * Whether nobody finds the token by trying, however fast: it has 32 characters or more, which mix letters and digits as chance does
 * (128 bits and more). Words and sentences do not count, however long: those who guess begin with them. Now and then chance writes
 * hardly any digits, and a random token is taken for one that is not.
 */
export const isBeyondGuessing = (token: string): boolean =>
  generatedForm.test(token) &&
  new Set(token).size >= leastCharacters &&
  (token.match(digitMeetsLetter) ?? []).length >= leastChanges;
