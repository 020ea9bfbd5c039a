import { createHash } from 'node:crypto';
import { isIPv6 } from 'node:net';

/** Counts wrong tokens by address, so that one cannot be found by trying. */
export interface TokenGuesses {
  /** Milliseconds until the address may try again; 0 = now. */
  waitMs(address: string): number;
  /** The same wrong token again is no guess: a program with an old one does not lock out others behind the same address. */
  record(address: string, token: string): void;
}

export interface TokenGuessesOptions {
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly maxGuesses?: number;
  readonly windowMs?: number;
  /** Addresses remembered; the oldest is forgotten first. */
  readonly maxAddresses?: number;
}

interface Window {
  readonly endsAt: number;
  readonly digests: Set<string>;
}

/** Who has one IPv6 address has all of its network. */
const sourceOf = (address: string): string =>
  isIPv6(address) && !address.startsWith('::ffff:') ? address.split(':').slice(0, 4).join(':') : address;

const digestOf = (token: string): string => createHash('sha256').update(token).digest('base64');

export const createTokenGuesses = (options: TokenGuessesOptions): TokenGuesses => {
  const { now, maxGuesses = 10, windowMs = 60_000, maxAddresses = 1000 } = options;
  const windows = new Map<string, Window>();

  const current = (source: string): Window | undefined => {
    const window = windows.get(source);
    return window !== undefined && now() < window.endsAt ? window : undefined;
  };

  return {
    waitMs: (address) => {
      const window = current(sourceOf(address));
      return window !== undefined && window.digests.size >= maxGuesses ? window.endsAt - now() : 0;
    },
    record: (address, token) => {
      const source = sourceOf(address);
      const window = current(source) ?? { endsAt: now() + windowMs, digests: new Set<string>() };
      window.digests.add(digestOf(token));
      windows.delete(source);
      windows.set(source, window);
      for (const oldest of windows.keys()) {
        if (windows.size <= maxAddresses) break;
        windows.delete(oldest);
      }
    },
  };
};
