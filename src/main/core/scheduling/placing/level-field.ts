import type { SchedulingJob } from '../scheduler-interface.ts';
import type { Group, Level } from '../waiting/level.ts';
import type { Candidate } from './candidate.ts';
import type { Cost, DecisionView } from './decision-view.ts';

/** A level beside the fleet: what it would cost where, and who is spoken for. */
export interface LevelField {
  readonly level: Level;
  cost(job: SchedulingJob, candidate: Candidate): Cost;
  /** Instances that hold these models, or will when they are done with what they have. */
  holders(loaderKey: string): readonly Candidate[];
  /** What waiting jobs of other models, which the instance holds, would take on it first, in milliseconds. */
  claimMs(candidate: Candidate, loaderKey: string): number;
  /** Whether jobs of any level wait that use these models. */
  isWanted(loaderKey: string): boolean;
  /** Waiting jobs of the level that use the same models as the group. */
  demand(group: Group): number;
}

/** What holds for all levels of one decision. */
export interface ModelField {
  readonly holders: LevelField['holders'];
  readonly isWanted: LevelField['isWanted'];
}

const nobody: readonly Candidate[] = [];

export const createModelField = (view: DecisionView, levels: readonly Level[]): ModelField => {
  const holders = new Map<string, Candidate[]>();
  for (const candidate of view.candidates) {
    const { lastLoaderKey, obstacle } = candidate;
    if (lastLoaderKey === null || obstacle !== null) continue;
    const others = holders.get(lastLoaderKey);
    if (others === undefined) holders.set(lastLoaderKey, [candidate]);
    else others.push(candidate);
  }
  const wanted = new Map<string, boolean>();
  return {
    holders: (loaderKey) => holders.get(loaderKey) ?? nobody,
    isWanted: (loaderKey) => {
      const known = wanted.get(loaderKey);
      if (known !== undefined) return known;
      const isWanted = levels.some(({ demand }) => demand.has(loaderKey));
      wanted.set(loaderKey, isWanted);
      return isWanted;
    },
  };
};

export const createLevelField = (view: DecisionView, level: Level, models: ModelField): LevelField => {
  const costs = new Map<SchedulingJob, (Cost | undefined)[]>();

  const cost = (job: SchedulingJob, candidate: Candidate): Cost => {
    let row = costs.get(job);
    if (row === undefined) {
      row = [];
      costs.set(job, row);
    }
    const known = row[candidate.position];
    if (known !== undefined) return known;
    const fresh = view.cost(job.shape, candidate);
    row[candidate.position] = fresh;
    return fresh;
  };

  const claims = new Map<Candidate, number>();
  const claimOf = (candidate: Candidate): number => {
    const known = claims.get(candidate);
    if (known !== undefined) return known;
    const { lastLoaderKey } = candidate;
    const demand = lastLoaderKey === null ? undefined : level.demand.get(lastLoaderKey);
    const [group] = demand?.groups ?? [];
    const [job] = group?.byRank.items ?? [];
    const share =
      lastLoaderKey === null || demand === undefined || job === undefined
        ? 0
        : (demand.jobs * cost(job, candidate).runMs) / Math.max(1, models.holders(lastLoaderKey).length);
    claims.set(candidate, share);
    return share;
  };

  return {
    level,
    cost,
    holders: models.holders,
    claimMs: (candidate, loaderKey) => (candidate.lastLoaderKey === loaderKey ? 0 : claimOf(candidate)),
    isWanted: models.isWanted,
    demand: ({ sample }) => level.demand.get(sample.shape.loaderKey)?.jobs ?? 0,
  };
};
