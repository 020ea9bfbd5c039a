import type { Random } from '#core/ports/clock.ts';
import type { BalancerCandidate } from './balancer.ts';

type Pick = BalancerCandidate | undefined;

/**
 * The eligible instance that follows the last picked one in the order of the fleet, from the start again after the end. The order is
 * that of all instances, so that one which is busy for a moment does not shift the turn of the others.
 */
export const pickRoundRobin = (
  eligible: readonly BalancerCandidate[],
  order: readonly string[],
  lastPickedId: string | null,
): Pick => {
  const last = lastPickedId === null ? -1 : order.indexOf(lastPickedId);
  const turn = [...order.slice(last + 1), ...order.slice(0, last + 1)];
  for (const instanceId of turn) {
    const candidate = eligible.find((other) => other.instanceId === instanceId);
    if (candidate !== undefined) return candidate;
  }
  return undefined;
};

/** An instance that never worked has been idle the longest. */
const idleSince = (candidate: BalancerCandidate): number => candidate.idleSince ?? Number.NEGATIVE_INFINITY;

const isLessLoaded = (candidate: BalancerCandidate, other: BalancerCandidate): boolean => {
  // Compared as fractions without dividing: one job of two slots is as loaded as two of four, exactly.
  const load = candidate.assignedJobs * other.slots - other.assignedJobs * candidate.slots;
  return load === 0 ? idleSince(candidate) < idleSince(other) : load < 0;
};

/** The smallest share of slots in use; ties go to the one idle the longest, then to the first of the fleet. */
export const pickLeastLoaded = (eligible: readonly BalancerCandidate[]): Pick => {
  let best: Pick;
  for (const candidate of eligible) if (best === undefined || isLessLoaded(candidate, best)) best = candidate;
  return best;
};

/** Each with the same probability. */
export const pickRandom = (eligible: readonly BalancerCandidate[], random: Random): Pick =>
  eligible[Math.min(eligible.length - 1, Math.floor(random() * eligible.length))];
