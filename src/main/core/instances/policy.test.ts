import { expect, test } from 'vitest';
import { defaultLifePolicy } from './policy.ts';

/** The figures that docs/architecture.md, section 3, promises. */
test('the policy is the one that is written down', () => {
  expect(defaultLifePolicy).toMatchObject({
    startSilenceLimitMs: 10 * 60_000,
    probeIntervalMs: 5_000,
    probeTimeoutMs: 4_000,
    unhealthyAfterFailures: 3,
    hang: { windowMs: 30_000, samplingWindowMs: 60_000 },
    backOff: { firstMs: 1_000, factor: 2, maxMs: 60_000, jitter: 0.2, resetAfterMs: 120_000 },
    breaker: { exitsBeforeReady: 3, exitsInWindow: 5, windowMs: 15 * 60_000 },
    stop: { interruptMs: 10_000, terminateMs: 5_000 },
  });
});

test('a studio that leaves has time for every step of a stop', () => {
  const { stop, shutdownMs } = defaultLifePolicy;
  expect(shutdownMs).toBeGreaterThanOrEqual(stop.interruptMs + stop.terminateMs + stop.verifyMs);
});
