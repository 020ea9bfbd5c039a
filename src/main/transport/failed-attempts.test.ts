import { expect, it } from 'vitest';
import { createFailedAttempts } from './failed-attempts.ts';

it('remembers a bounded number of addresses and forgets the oldest first', () => {
  const failed = createFailedAttempts({ now: () => 5, maxFailures: 1, windowMs: 100, maxAddresses: 2 });
  for (const address of ['a', 'b', 'c']) failed.record(address);
  expect(['a', 'b', 'c'].map((address) => failed.waitMs(address))).toEqual([0, 100, 100]);
});

it('counts within a window that ends by itself', () => {
  let now = 0;
  const failed = createFailedAttempts({ now: () => now, maxFailures: 2, windowMs: 100 });
  failed.record('a');
  now = 60;
  expect(failed.waitMs('a')).toBe(0);
  failed.record('a');
  expect(failed.waitMs('a')).toBe(40);
  now = 100;
  expect(failed.waitMs('a')).toBe(0);
  failed.record('a');
  expect(failed.waitMs('a')).toBe(0);
});
