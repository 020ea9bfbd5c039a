import { describe, expect, it } from 'vitest';
import { settingsSchema } from '#contract/models/settings.ts';
import { defaultLifePolicy } from '../policy.ts';
import { followHealthSettings } from './health-settings.ts';

describe('the figures of health', () => {
  it('are the usual ones without any choice', () => {
    expect({ ...followHealthSettings(defaultLifePolicy, () => settingsSchema.parse({})) }).toEqual(defaultLifePolicy);
  });

  it('follow the settings, also those that change later', () => {
    let settings = settingsSchema.parse({});
    const policy = followHealthSettings(defaultLifePolicy, () => settings);
    settings = settingsSchema.parse({ probeIntervalMs: 30_000, unhealthyAfterFailures: 5, giveUpAfterExits: 9 });
    expect(policy).toMatchObject({ probeIntervalMs: 30_000, probeTimeoutMs: 4000, unhealthyAfterFailures: 5 });
    expect(policy.breaker).toEqual({ exitsBeforeReady: 3, exitsInWindow: 9, windowMs: 900_000 });
  });
});
