import type { CardView, FleetMoment, Policy, PolicyAction, PolicyJob, PolicyKind, PolicyWorkflow } from '../policy.ts';
import { createLinesByModel } from './lines-by-model.ts';

/**
 * SwarmUI's backend handler, as published in its source, 2026.
 *
 * - A backend takes `1 + OverQueue` jobs; OverQueue is 1 by default.
 * - One loop walks all waiting requests; when nothing moved it sleeps until signalled, at most 1 s.
 * - A request goes to the first available backend, by current usages, whose current model has the name of its model. Only the main
 *   model counts.
 * - Otherwise it joins the pressure of its model, and the pressure with the highest score is loaded:
 *   score = 10 × waiting requests + seconds since the first of them. It goes on only if exactly one loader is free or the
 *   first request has waited for more than 1500 ms.
 * - The loader is one that has another model, unused ones first, then the least recently released (`last_used`). It is
 *   reserved, waits in steps of 100 ms until the backend is empty, and loads with a dummy graph.
 *
 * In its favour: requests are walked in order of arrival, where the source does not keep one; the dummy graph takes no time besides
 * the load; a job that fails because its backend died is sent again by its user at once.
 */
const scorePerRequest = 10;
const firstWaitMs = 1500;
const loopSleepMs = 1000;
const emptyPollMs = 100;

interface Backend {
  usages: number;
  model: string | null;
  /** The model that it is reserved for, from the decision to the end of the load. */
  reserved: { readonly workflow: PolicyWorkflow; looksAt: number; isLoading: boolean } | null;
  releasedAt: number;
}

interface Pressure {
  readonly firstAt: number;
  readonly workflow: PolicyWorkflow;
}

const createBackends = () => {
  const backends = new Map<string, Backend>();
  return {
    all: () => backends.entries(),
    of(cardId: string): Backend {
      const known = backends.get(cardId);
      if (known !== undefined) return known;
      const backend: Backend = { usages: 0, model: null, reserved: null, releasedAt: 0 };
      backends.set(cardId, backend);
      return backend;
    },
  };
};

export const createSwarm = (overQueue: number): Policy => {
  const backends = createBackends();
  const lines = createLinesByModel((job) => job.workflow.model);
  const pressures = new Map<string, Pressure>();

  const availableOf = (cards: readonly CardView[]): readonly Backend[] =>
    cards
      .filter(({ up }) => up)
      .map(({ id }) => backends.of(id))
      .filter(({ usages, reserved }) => usages < 1 + overQueue && reserved === null)
      .sort((one, other) => one.usages - other.usages);

  const isLoading = (model: string): boolean =>
    [...backends.all()].some(([, { reserved }]) => reserved?.workflow.model === model);

  const score = (model: string, { firstAt }: Pressure, now: number): number =>
    scorePerRequest * lines.waiting(model) + (now - firstAt) / 1000;

  const loadHighestPressure = (available: readonly Backend[], now: number): void => {
    const [highest] = [...pressures]
      .filter(([model]) => !isLoading(model))
      .sort(([one, a], [other, b]) => score(other, b, now) - score(one, a, now));
    if (highest === undefined) return;
    const [model, { firstAt, workflow }] = highest;
    if (available.length !== 1 && now - firstAt <= firstWaitMs) return;
    const valid = available.filter((backend) => backend.model !== model);
    const unused = valid.filter(({ usages }) => usages === 0);
    const [loader] = (unused.length > 0 ? unused : valid).toSorted((one, other) => one.releasedAt - other.releasedAt);
    if (loader !== undefined) loader.reserved = { workflow, looksAt: now, isLoading: false };
  };

  const assign = (job: PolicyJob, backend: Backend): PolicyAction => {
    lines.take(job);
    if (lines.waiting(job.workflow.model) === 0) pressures.delete(job.workflow.model);
    backend.usages += 1;
    const [cardId] = [...backends.all()].find(([, other]) => other === backend) ?? [''];
    return { kind: 'assign', jobId: job.id, cardId };
  };

  /** One walk over the requests; those of one model meet the same backends, so the first of each stands for all. */
  const walk = ({ now, cards }: FleetMoment): PolicyAction | null => {
    for (const job of lines.heads()) {
      const { model } = job.workflow;
      const available = availableOf(cards);
      const match = available.find((backend) => backend.model === model);
      if (match !== undefined) return assign(job, match);
      if (!pressures.has(model)) pressures.set(model, { firstAt: now, workflow: job.workflow });
      if (available.length > 0) loadHighestPressure(available, now);
    }
    return null;
  };

  /** A reserved backend that is empty when it is looked at begins its load. */
  const beginLoad = (now: number): PolicyAction | null => {
    for (const [cardId, { usages, reserved }] of backends.all()) {
      if (reserved === null || reserved.isLoading || reserved.looksAt > now) continue;
      reserved.looksAt = now + emptyPollMs;
      if (usages > 0) continue;
      reserved.isLoading = true;
      return { kind: 'load', cardId, workflow: reserved.workflow };
    }
    return null;
  };

  const wakeAt = (now: number): number | null => {
    const times = [...backends.all()].flatMap(([, { reserved }]) =>
      reserved === null || reserved.isLoading ? [] : [reserved.looksAt],
    );
    if (lines.size > 0) times.push(now + loopSleepMs);
    return times.length === 0 ? null : Math.min(...times);
  };

  return {
    arrived: (job) => lines.add(job),
    lost: (job) => lines.add(job),
    next: (moment) => walk(moment) ?? beginLoad(moment.now) ?? { kind: 'wait', wakeAt: wakeAt(moment.now) },
    ended(_, cardId, now) {
      const backend = backends.of(cardId);
      backend.usages -= 1;
      backend.releasedAt = now;
    },
    preloaded(cardId) {
      const backend = backends.of(cardId);
      backend.model = backend.reserved?.workflow.model ?? null;
      backend.reserved = null;
    },
    cardDown: (cardId) => void Object.assign(backends.of(cardId), { usages: 0, model: null, reserved: null }),
  };
};

export const swarm: PolicyKind = { name: 'swarm', create: () => createSwarm(1) };
/** With OverQueue 0, which its documentation offers against jobs that queue up on one card. */
export const swarmNoOverQueue: PolicyKind = { name: 'swarm-oq0', create: () => createSwarm(0) };
