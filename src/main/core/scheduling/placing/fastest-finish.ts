import type { Group, Level } from '../waiting/level.ts';
import type { Candidate } from './candidate.ts';
import { type Choice, preferHealthy } from './choice.ts';
import type { DecisionView } from './decision-view.ts';

/** A first version: each group's first job on the instance that finishes it first, where that one is free. */
export const chooseFastestFinish = (view: DecisionView, levels: readonly Level[]): Choice => {
  const choose = (group: Group): Choice | null => {
    const [job] = group.byWork.items;
    if (job === undefined) return null;
    const field = view.field(job, view.ability(job, group.placementKey));
    const free = preferHealthy(
      field.filter(
        (one) =>
          one.obstacle === null && one.hasFreeSlot && (one.mayLoad || view.cost(job.shape, one).missing.length === 0),
      ),
    );
    let best: { readonly candidate: Candidate; readonly finishMs: number } | null = null;
    for (const candidate of free) {
      const { finishMs } = view.cost(job.shape, candidate);
      if (best === null || finishMs < best.finishMs) best = { candidate, finishMs };
    }
    return best === null ? null : { kind: 'assign', job, candidate: best.candidate };
  };
  for (const level of levels) {
    for (const group of level.groups.values()) {
      const choice = choose(group);
      if (choice !== null) return choice;
    }
  }
  return { kind: 'wait', wakeAt: null };
};
