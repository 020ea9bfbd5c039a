import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { defaultLifePolicy } from '../policy.ts';
import { backoffDelayMs } from './back-off.ts';

const policy = defaultLifePolicy.backOff;

test('doubles from one second to one minute', () => {
  const delays = [1, 2, 3, 4, 5, 6, 7, 8, 100].map((attempt) => backoffDelayMs(attempt, 0.5, policy));
  expect(delays).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000]);
});

test('spreads by 20 % to both sides', () => {
  expect(backoffDelayMs(1, 0, policy)).toBe(800);
  expect(backoffDelayMs(1, 1, policy)).toBe(1_200);
  expect(backoffDelayMs(9, 0, policy)).toBe(48_000);
});

test('stays within its bounds for any attempt', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 10_000 }), fc.double({ min: 0, max: 1, noNaN: true }), (attempt, random) => {
      const delay = backoffDelayMs(attempt, random, policy);
      expect(delay).toBeGreaterThanOrEqual(800);
      expect(delay).toBeLessThanOrEqual(72_000);
    }),
  );
});
