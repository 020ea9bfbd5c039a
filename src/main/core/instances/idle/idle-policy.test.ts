import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decideIdle, type Idleness } from './idle-policy.ts';

const idleness = (freeAfterMs: number, stopAfterMs: number, rest: Partial<Idleness> = {}): Idleness => ({
  policy: { freeAfterMs, stopAfterMs, startOnDemand: false },
  remote: false,
  since: 1_000,
  freed: false,
  ...rest,
});

describe('what becomes of idleness', () => {
  test.each([
    [idleness(0, 0), 9_999, { kind: 'nothing' }],
    [idleness(10, 20), 1_000, { kind: 'wait', at: 1_010 }],
    [idleness(10, 20), 1_009, { kind: 'wait', at: 1_010 }],
    [idleness(10, 20), 1_010, { kind: 'free' }],
    [idleness(10, 20, { freed: true }), 1_010, { kind: 'wait', at: 1_020 }],
    [idleness(10, 20, { freed: true }), 1_020, { kind: 'stop' }],
    [idleness(10, 20), 1_020, { kind: 'stop' }],
    [idleness(10, 0, { freed: true }), 9_999, { kind: 'nothing' }],
    [idleness(0, 20), 1_010, { kind: 'wait', at: 1_020 }],
    [idleness(10, 20, { remote: true, freed: true }), 9_999, { kind: 'nothing' }],
    [idleness(0, 20, { remote: true }), 9_999, { kind: 'nothing' }],
  ] as const)('%j at %i: %j', (situation, now, decision) => {
    expect(decideIdle(situation, now)).toEqual(decision);
  });

  test('never waits for a time that has come, and acts when it has waited', () => {
    const milliseconds = fc.nat(1_000);
    fc.assert(
      fc.property(milliseconds, milliseconds, fc.boolean(), fc.nat(3_000), (free, stop, freed, elapsed) => {
        const situation = idleness(free, stop, { freed });
        const decision = decideIdle(situation, 1_000 + elapsed);
        if (decision.kind !== 'wait') return;
        expect(decision.at).toBeGreaterThan(1_000 + elapsed);
        expect(['free', 'stop']).toContain(decideIdle(situation, decision.at).kind);
      }),
    );
  });
});
