import { describe, expect, it } from 'vitest';
import { type IdlePolicy, type InstanceConfiguration, instanceConfigurationSchema } from '#contract/models/instance.ts';
import { generalProblems } from './general-rules.ts';
import { idleProblems } from './idle-rules.ts';

const minute = 60_000;

const configuration = (
  idle: Partial<IdlePolicy>,
  changes: Partial<InstanceConfiguration> = {},
): InstanceConfiguration => {
  const base = instanceConfigurationSchema.parse({ id: 'a', name: 'A' });
  return { ...base, ...changes, idle: { ...base.idle, ...idle } };
};

const found = (idle: Partial<IdlePolicy>, kind: 'local' | 'remote' = 'local'): string[] =>
  idleProblems(configuration(idle, { kind })).map(({ severity, field, code }) => `${severity} ${field} ${code}`);

describe('what becomes of an idle instance', () => {
  it.each([
    [{}],
    [{ freeAfterMs: minute }],
    [{ freeAfterMs: minute, stopAfterMs: 2 * minute, startOnDemand: true }],
    [{ stopAfterMs: minute, startOnDemand: true }],
    [{ startOnDemand: true }],
    [{ freeAfterMs: 604_800_000 }],
    [{ freeAfterMs: 10_000 }],
  ])('is fine: %j', (idle) => {
    expect(found(idle)).toEqual([]);
  });

  it.each([
    [{ freeAfterMs: -1 }, ['error idle.freeAfterMs idle-range']],
    [{ freeAfterMs: 0.5 }, ['error idle.freeAfterMs idle-range']],
    [{ freeAfterMs: 604_800_001 }, ['error idle.freeAfterMs idle-range']],
    [{ freeAfterMs: 9_999 }, ['warning idle.freeAfterMs idle-short']],
    [{ stopAfterMs: Number.NaN, startOnDemand: true }, ['error idle.stopAfterMs idle-range']],
    [{ freeAfterMs: minute, stopAfterMs: minute, startOnDemand: true }, ['error idle.stopAfterMs idle-order']],
    [{ stopAfterMs: minute }, ['warning idle.startOnDemand idle-stop-for-good']],
  ])('is found out: %j', (idle, problems) => {
    expect(found(idle)).toEqual(problems);
  });

  it('is only freed where somebody else runs it', () => {
    expect(found({ freeAfterMs: minute }, 'remote')).toEqual([]);
    expect(found({ stopAfterMs: minute, startOnDemand: true }, 'remote')).toEqual([
      'warning idle.stopAfterMs idle-stop-remote',
      'warning idle.startOnDemand start-on-demand-remote',
    ]);
  });
});

describe('the weight of an instance', () => {
  it.each([
    [1, []],
    [0.01, []],
    [100, []],
    [0, ['weight-range']],
    [-1, ['weight-range']],
    [100.5, ['weight-range']],
    [Number.NaN, ['weight-range']],
  ])('%d: %j', (weight, codes) => {
    expect(generalProblems(configuration({}, { weight }), []).map(({ code }) => code)).toEqual(codes);
  });
});
