import type { CandidateRejection, Placement } from '#contract/models/placement.ts';
import type { BalancingStrategy } from '#contract/models/settings.ts';
import type { Random } from '#core/ports/clock.ts';
import type { Balancer, BalancerCandidate, PlacementRequest } from './balancer.ts';
import { preferHealthy, rejectionOf } from './eligibility.ts';
import { pickLeastLoaded, pickRandom, pickRoundRobin } from './strategies.ts';

/** The only reasons for which a job goes on waiting for the active instance instead of being balanced over the others. */
const activeMayCatchUp = (rejection: CandidateRejection | null): boolean => rejection?.reason === 'no-free-slot';

const placeOn = (
  instanceId: string,
  strategy: 'explicit' | 'active',
  candidates: readonly BalancerCandidate[],
): Placement => {
  const rejected = candidates.flatMap((candidate): CandidateRejection[] => {
    if (candidate.instanceId !== instanceId) {
      return [{ instanceId: candidate.instanceId, reason: 'not-the-chosen-one', details: {} }];
    }
    const rejection = rejectionOf(candidate);
    return rejection === null ? [] : [rejection];
  });
  const taken = rejected.length < candidates.length;
  return { instanceId: taken ? instanceId : null, strategy, rejected };
};

/**
 * The user's strategies. An explicit instance is waited for whatever its state. The active instance is waited for while it is only
 * busy; when it is stopped, unhealthy or lacks a node, the strategy decides, so that work goes on when it fails (002-D4, 002-F4).
 */
export const createStrategyBalancer = ({ random }: { readonly random: Random }): Balancer => {
  let lastPickedId: string | null = null;

  const pick = (
    strategy: BalancingStrategy,
    pool: readonly BalancerCandidate[],
    candidates: readonly BalancerCandidate[],
  ): BalancerCandidate | undefined => {
    switch (strategy) {
      case 'round-robin':
        return pickRoundRobin(
          pool,
          candidates.map(({ instanceId }) => instanceId),
          lastPickedId,
        );
      case 'least-loaded':
        return pickLeastLoaded(pool);
      case 'random':
        return pickRandom(pool, random);
    }
  };

  const balance = (strategy: BalancingStrategy, candidates: readonly BalancerCandidate[]): Placement => {
    const eligible = candidates.filter((candidate) => rejectionOf(candidate) === null);
    const chosen = pick(strategy, preferHealthy(eligible), candidates);
    if (chosen !== undefined) lastPickedId = chosen.instanceId;
    const rejected = candidates
      .filter((candidate) => candidate !== chosen)
      .map(
        (candidate): CandidateRejection =>
          rejectionOf(candidate) ?? {
            instanceId: candidate.instanceId,
            reason: 'not-preferred',
            details: candidate.health === 'degraded' ? { health: 'degraded' } : {},
          },
      );
    return { instanceId: chosen?.instanceId ?? null, strategy, rejected };
  };

  return {
    place: ({ requestedInstanceId, activeInstanceId, strategy }: PlacementRequest, candidates) => {
      if (requestedInstanceId !== null) return placeOn(requestedInstanceId, 'explicit', candidates);
      const active = candidates.find(({ instanceId }) => instanceId === activeInstanceId);
      if (active === undefined) return balance(strategy, candidates);
      const rejection = rejectionOf(active);
      if (rejection === null || activeMayCatchUp(rejection)) return placeOn(active.instanceId, 'active', candidates);
      return balance(strategy, candidates);
    },
  };
};
