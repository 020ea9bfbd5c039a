import type { BackOffPolicy } from '../policy.ts';

/**
 * How long to wait before restart number `attempt` (1 is the first): doubling from `firstMs`, capped at `maxMs`, spread by
 * ± `jitter` so that instances that died together do not come back together. `random` is in [0, 1).
 */
export const backoffDelayMs = (attempt: number, random: number, policy: BackOffPolicy): number => {
  const undisturbed = Math.min(policy.firstMs * policy.factor ** (attempt - 1), policy.maxMs);
  return Math.round(undisturbed * (1 + policy.jitter * (2 * random - 1)));
};
