import type { Popularity } from '../learning/popularity.ts';
import type { SchedulingJob } from '../scheduler-interface.ts';
import type { Group } from '../waiting/level.ts';
import type { Candidate } from './candidate.ts';
import type { Cost, DecisionView } from './decision-view.ts';
import type { LevelField } from './level-field.ts';

/** A job that an instance could take now, and how good that would be. */
export interface Option {
  readonly group: Group;
  readonly job: SchedulingJob;
  readonly candidate: Candidate;
  readonly cost: Cost;
  /** Jobs a millisecond that the instance would get done with this choice; higher is better. */
  readonly yield: number;
  /** What it would cost to bring back what the instance would forget, in milliseconds, by how likely that is. */
  readonly regretMs: number;
}

/** Within this time a model that comes up again counts as needed. */
const regretHorizonMs = 120_000;

/**
 * Nobody waits before a screen for one job of a batch: it stays with its models until a change is worth its load many times. That saves
 * loads, of which interactive jobs and instances that come and go cause enough.
 */
const batchReluctance = 8;

/**
 * What throwing out the models of an instance is expected to cost: their load, by the chance that they are wanted again soon and by
 * whether another instance has them. For models that waiting jobs want it is certain.
 */
const regretOf = (view: DecisionView, levelField: LevelField, candidate: Candidate, popularity: Popularity): number => {
  const { lastLoaderKey, holds, instance } = candidate;
  if (lastLoaderKey === null || holds.size === 0) return 0;
  const loadMs = view.reloadMs([...holds], instance.instanceId);
  if (levelField.isWanted(lastLoaderKey)) {
    const reluctance = levelField.level.kind === 'batch' ? batchReluctance : 1;
    return loadMs * view.loadCrowding(instance.hostId) * reluctance;
  }
  const holders = Math.max(1, levelField.holders(lastLoaderKey).length);
  const wanted = (popularity.rate(lastLoaderKey, view.moment.now) * regretHorizonMs) / holders;
  return loadMs * (1 - Math.exp(-wanted));
};

/** Jobs of the model that would be left for the instance once it has loaded it: others that hold it go on meanwhile. */
const shareAfterLoad = (levelField: LevelField, group: Group, job: SchedulingJob, candidate: Candidate): number => {
  const { loadMs, runMs } = levelField.cost(job, candidate);
  let left = levelField.demand(group);
  let rate = 1;
  for (const holder of levelField.holders(job.shape.loaderKey)) {
    if (holder === candidate) continue;
    const other = levelField.cost(job, holder);
    left -= Math.max(0, loadMs - other.waitMs) / Math.max(1, other.runMs);
    rate += runMs / Math.max(1, other.runMs);
  }
  return Math.max(0, left) / rate;
};

/** Jobs like the first of the group per millisecond, setup included: what makes a short run of a loaded model come before a long load. */
export const optionOf = (
  view: DecisionView,
  levelField: LevelField,
  { group, job, candidate }: { readonly group: Group; readonly job: SchedulingJob; readonly candidate: Candidate },
  popularity: Popularity,
): Option => {
  const cost = levelField.cost(job, candidate);
  const runMs = Math.max(1, cost.runMs);
  if (cost.missing.length === 0) {
    return { group, job, candidate, cost, yield: 1 / (cost.waitMs + runMs), regretMs: 0 };
  }
  const regretMs = regretOf(view, levelField, candidate, popularity);
  const jobs = Math.max(0.5, shareAfterLoad(levelField, group, job, candidate));
  const yielded = jobs / (cost.waitMs + cost.loadMs + regretMs + jobs * runMs);
  return { group, job, candidate, cost, yield: yielded, regretMs };
};

/** The better option comes first; between equals the queue order, then the card that would be done first. */
export const betterFirst = (option: Option, other: Option): number =>
  other.yield - option.yield ||
  option.job.rank - other.job.rank ||
  option.cost.finishMs - other.cost.finishMs ||
  (option.candidate.idleSince ?? 0) - (other.candidate.idleSince ?? 0) ||
  option.candidate.position - other.candidate.position;
