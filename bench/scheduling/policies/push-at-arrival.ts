import type { CardView, Policy, PolicyKind, PolicySetup } from '../policy.ts';
import { createWaitingLine } from './waiting-line.ts';

type PickCard = (up: readonly CardView[], cards: readonly CardView[], setup: PolicySetup) => CardView | undefined;

/**
 * A balancer that keeps no queue of its own: it sends every job on at once, to a card that is up, and the job waits in that card's queue.
 * That is what a reverse proxy or a script in front of several ComfyUIs does. What was with a card that died is sent again.
 */
const pushAtArrival =
  (createPick: () => PickCard) =>
  (setup: PolicySetup): Policy => {
    const line = createWaitingLine();
    const pick = createPick();
    return {
      arrived: (job) => line.add(job),
      lost: (job) => line.add(job),
      next({ cards }) {
        const job = line.first();
        const up = cards.filter((card) => card.up);
        const card = job === undefined || up.length === 0 ? undefined : pick(up, cards, setup);
        if (job === undefined || card === undefined) return { kind: 'wait', wakeAt: null };
        line.take(job.id);
        return { kind: 'assign', jobId: job.id, cardId: card.id };
      },
    };
  };

const createRoundRobin = (): PickCard => {
  let last = -1;
  return (_, cards) => {
    for (let step = 1; step <= cards.length; step += 1) {
      const index = (last + step) % cards.length;
      const card = cards[index];
      if (card?.up === true) {
        last = index;
        return card;
      }
    }
    return undefined;
  };
};

/** Ties go to the next card in turn, so that equal cards share evenly. */
const createLeastLoaded = (): PickCard => {
  let turn = 0;
  return (up) => {
    const least = Math.min(...up.map(({ assigned }) => assigned));
    const equal = up.filter(({ assigned }) => assigned === least);
    turn += 1;
    return equal[turn % equal.length];
  };
};

const createRandom =
  (): PickCard =>
  (up, _, { random }) =>
    up[Math.floor(random() * up.length)];

export const roundRobin: PolicyKind = { name: 'round-robin', create: pushAtArrival(createRoundRobin) };
export const leastLoaded: PolicyKind = { name: 'least-loaded', create: pushAtArrival(createLeastLoaded) };
export const random: PolicyKind = { name: 'random', create: pushAtArrival(createRandom) };
