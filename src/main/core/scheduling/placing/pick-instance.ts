import type { BalancingStrategy } from '#contract/models/settings.ts';
import type { Candidate } from './candidate.ts';

type Pick = Candidate | undefined;

/** What the strategies remember from pick to pick. */
export interface Turns {
  lastPickedId: string | null;
  /** Smooth weighted round-robin: what each instance is owed. */
  readonly credit: Map<string, number>;
}

export const newTurns = (): Turns => ({ lastPickedId: null, credit: new Map() });

/**
 * The eligible instance that follows the last picked one in the order of the fleet, from the start again after the end. The order is
 * that of all instances, so that one which is busy for a moment does not shift the turn of the others.
 */
const pickRoundRobin = (eligible: readonly Candidate[], fleet: readonly Candidate[], turns: Turns): Pick => {
  const last = fleet.findIndex(({ instance }) => instance.instanceId === turns.lastPickedId);
  return eligible.find(({ position }) => position > last) ?? eligible[0];
};

/** An instance that never worked has been idle the longest. */
const idleSince = (candidate: Candidate): number => candidate.idleSince ?? Number.NEGATIVE_INFINITY;

const isLessLoaded = (candidate: Candidate, other: Candidate): boolean => {
  // Compared as fractions without dividing: one job of two slots is as loaded as two of four, exactly.
  const load = candidate.usedSlots * other.instance.slots - other.usedSlots * candidate.instance.slots;
  return load === 0 ? idleSince(candidate) < idleSince(other) : load < 0;
};

/** The smallest share of slots in use; ties go to the one idle the longest, then to the first of the fleet. */
const pickLeastLoaded = (eligible: readonly Candidate[]): Pick => {
  let best: Pick;
  for (const candidate of eligible) if (best === undefined || isLessLoaded(candidate, best)) best = candidate;
  return best;
};

/** Each with the same probability. */
const pickRandom = (eligible: readonly Candidate[], random: () => number): Pick =>
  eligible[Math.min(eligible.length - 1, Math.floor(random() * eligible.length))];

/**
 * Smooth weighted round-robin over those with room: each is owed its weight in every round, the one that is owed most takes the job
 * and pays for it. Over time each gets its share, and no one gets its share in one burst.
 */
const pickWeighted = (eligible: readonly Candidate[], { credit }: Turns): Pick => {
  let best: Pick;
  let total = 0;
  for (const candidate of eligible) {
    const { instanceId, weight } = candidate.instance;
    total += weight;
    credit.set(instanceId, (credit.get(instanceId) ?? 0) + weight);
    const bestCredit = best === undefined ? Number.NEGATIVE_INFINITY : (credit.get(best.instance.instanceId) ?? 0);
    if ((credit.get(instanceId) ?? 0) > bestCredit) best = candidate;
  }
  if (best !== undefined) credit.set(best.instance.instanceId, (credit.get(best.instance.instanceId) ?? 0) - total);
  return best;
};

/** The instance that a strategy picks from those that can take the job now; `fleet` is all of them in the user's order. */
export const pickInstance = (
  strategy: Exclude<BalancingStrategy, 'fastest-finish'>,
  eligible: readonly Candidate[],
  fleet: readonly Candidate[],
  { turns, random }: { readonly turns: Turns; readonly random: () => number },
): Pick => {
  switch (strategy) {
    case 'round-robin':
      return pickRoundRobin(eligible, fleet, turns);
    case 'least-loaded':
      return pickLeastLoaded(eligible);
    case 'random':
      return pickRandom(eligible, random);
    case 'weighted':
      return pickWeighted(eligible, turns);
  }
};
