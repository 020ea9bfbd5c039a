import type { Level } from '../waiting/level.ts';
import type { Candidate } from './candidate.ts';
import type { DecisionView } from './decision-view.ts';
import type { Fences } from './fences.ts';
import type { Option } from './options.ts';

/** Jobs of one set of models whose waits are added up, the first of the queue. */
const mostCounted = 64;

/** So many batch jobs behind an instance weigh as much as one that somebody waits for before a screen. */
const batchJobsPerPerson = 8;

/** However long a batch is, its loads count at most so many times. */
const mostWeight = 8;

/** For a while jobs rather wait for an instance that has left the batch already: the way back is paid once. */
const patienceForAway = 2;

/** The batch jobs of a priority, beside its interactive ones. */
export interface BatchBeside {
  readonly level: Level;
  readonly fences: Fences;
}

/** How long an interactive job goes on waiting for others of its models, in milliseconds; 0 when that is over. */
export type Company = (option: Option) => number;

export const noCompany: Company = () => 0;

interface Waited {
  readonly ms: number;
  readonly jobs: number;
}

const waitedOf = (level: Level, loaderKey: string, now: number): Waited => {
  let ms = 0;
  let jobs = 0;
  for (const { byRank } of level.demand.get(loaderKey)?.groups ?? []) {
    for (const { queuedAt } of byRank.items.slice(0, mostCounted - jobs)) {
      jobs += 1;
      ms += Math.max(0, now - queuedAt);
    }
  }
  return { ms, jobs: Math.max(1, jobs) };
};

const remembered = <Key, Value>(work: (key: Key) => Value): ((key: Key) => Value) => {
  const known = new Map<Key, Value>();
  return (key) => {
    const before = known.get(key);
    if (before !== undefined) return before;
    const value = work(key);
    known.set(key, value);
    return value;
  };
};

/**
 * Interactive jobs whose models would throw out those of a batch. That costs the instance a load there and a load back, and holds up
 * the batch jobs behind it; it is put up with once the interactive jobs of these models have waited as long together, a batch job
 * weighing a fraction of an interactive one. So several share a load, and what a single one waits is bounded by the loads it causes.
 */
export const createCompany = (view: DecisionView, level: Level, batch: BatchBeside): Company => {
  /** Whether a batch job could go on with the models that the instance holds. */
  const goesOn = remembered((candidate: Candidate): boolean => {
    const { lastLoaderKey } = candidate;
    const demand = lastLoaderKey === null ? undefined : batch.level.demand.get(lastLoaderKey);
    for (const group of demand?.groups ?? []) {
      const [job] = group.byRank.items;
      if (job === undefined || batch.fences.blocks(job, candidate)) continue;
      if (view.field(job, view.ability(job, group.placementKey)).includes(candidate)) return true;
    }
    return false;
  });
  const waited = remembered((loaderKey: string) => waitedOf(level, loaderKey, view.moment.now));
  const serving = view.candidates.filter(({ obstacle }) => obstacle === null);
  const away = serving
    .filter((candidate) => !candidate.hasFreeSlot && !goesOn(candidate))
    .sort((candidate, other) => candidate.backlogMs - other.backlogMs);
  const weight = Math.min(mostWeight, batch.level.size / Math.max(1, serving.length) / batchJobsPerPerson);

  return ({ job, group, candidate, cost }) => {
    if (cost.missing.length === 0 || !goesOn(candidate)) return 0;
    const loadsMs = cost.loadMs + view.reloadMs([...candidate.holds], candidate.instance.instanceId);
    const { able } = view.ability(job, group.placementKey);
    const next = away.find(({ position }) => able.includes(position));
    const patience = next !== undefined && next.backlogMs < loadsMs ? patienceForAway : 1;
    const { ms, jobs } = waited(job.shape.loaderKey);
    return Math.max(0, (loadsMs * weight * patience - ms) / jobs);
  };
};
