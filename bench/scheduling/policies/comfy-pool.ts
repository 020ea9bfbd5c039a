import type { CardView, Policy, PolicyKind } from '../policy.ts';
import { createWaitingLine } from './waiting-line.ts';

/**
 * ComfyPool of `@saintno/comfyui-sdk`, as published in its source, 2026.
 *
 * - One loop takes the first job and looks for a client for it; the jobs behind it wait meanwhile.
 * - `PICK_ZERO` (default): the first client in the order of the list with `queue_remaining` 0 that is not locked by a job of the pool.
 * - `PICK_LOWEST`: the first client with the lowest `queue_remaining`, which sends everything on at once.
 * - An empty queue is looked at every 100 ms; while no client is free the loop waits 10 ms × tries.
 * - No knowledge of models, speeds or capabilities, no retry and no failover: who waits for a lost job sends it again.
 *
 * In its favour: tries are counted up to 100 only, jobs keep their order of arrival, `queue_remaining` is always up to date here, where the pool knows what the last `status` message said, and all clients
 * have the same weight.
 */
const emptyLoopMs = 100;
const backOffMs = 10;
const mostTries = 100;

type Mode = (up: readonly CardView[]) => CardView | undefined;

const pickZero: Mode = (up) => up.find(({ assigned }) => assigned === 0);
const pickLowest: Mode = (up) => {
  const least = Math.min(...up.map(({ assigned }) => assigned));
  return up.find(({ assigned }) => assigned === least);
};

const createPool = (mode: Mode): Policy => {
  const line = createWaitingLine();
  let tries = 0;
  let isEmpty = true;
  /** When the loop looks again; it sleeps until then whatever happens. */
  let looksAt = 0;

  return {
    arrived: (job) => line.add(job),
    lost: (job) => line.add(job),
    next({ now, cards }) {
      const job = line.first();
      if (job === undefined) {
        isEmpty = true;
        return { kind: 'wait', wakeAt: null };
      }
      // The loop over an empty queue looks at multiples of its pause.
      if (isEmpty) looksAt = Math.ceil(now / emptyLoopMs) * emptyLoopMs;
      isEmpty = false;
      if (looksAt > now) return { kind: 'wait', wakeAt: looksAt };
      const card = mode(cards.filter(({ up }) => up));
      if (card === undefined) {
        tries = Math.min(mostTries, tries + 1);
        looksAt = now + backOffMs * tries;
        return { kind: 'wait', wakeAt: looksAt };
      }
      tries = 0;
      line.take(job.id);
      return { kind: 'assign', jobId: job.id, cardId: card.id };
    },
  };
};

export const comfyPoolZero: PolicyKind = { name: 'pool-zero', create: () => createPool(pickZero) };
export const comfyPoolLowest: PolicyKind = { name: 'pool-lowest', create: () => createPool(pickLowest) };
