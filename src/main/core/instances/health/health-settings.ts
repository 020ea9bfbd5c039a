import type { Settings } from '#contract/models/settings.ts';
import type { LifePolicy } from '../policy.ts';

/** The settings that say when an instance counts as healthy, and when it is given up. */
export type HealthSettings = Pick<
  Settings,
  'probeIntervalMs' | 'probeTimeoutMs' | 'unhealthyAfterFailures' | 'giveUpAfterFailedStarts' | 'giveUpAfterExits'
>;

/** The policy with the figures of the settings, which are read at each use: a changed one holds for instances that run already. */
export const followHealthSettings = (policy: LifePolicy, settings: () => HealthSettings): LifePolicy => ({
  ...policy,
  get probeIntervalMs() {
    return settings().probeIntervalMs;
  },
  get probeTimeoutMs() {
    return settings().probeTimeoutMs;
  },
  get unhealthyAfterFailures() {
    return settings().unhealthyAfterFailures;
  },
  get breaker() {
    const { giveUpAfterFailedStarts, giveUpAfterExits } = settings();
    return { ...policy.breaker, exitsBeforeReady: giveUpAfterFailedStarts, exitsInWindow: giveUpAfterExits };
  },
});
