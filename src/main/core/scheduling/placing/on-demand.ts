import type { Popularity } from '../learning/popularity.ts';
import type { Level } from '../waiting/level.ts';
import type { Choice } from './choice.ts';
import type { DecisionView } from './decision-view.ts';
import { createLevelField, createModelField } from './level-field.ts';
import { optionOf } from './options.ts';
import { sitOutMs } from './sit-out.ts';

/** Groups of a level that are asked whether a start is worth it, the oldest first. */
const mostGroups = 16;

/**
 * The start of a stopped instance that would finish a job, its start and loads counted, before all others could have done the waiting
 * jobs of its kind; null when none is worth it.
 */
export const startWorthwhile = (
  view: DecisionView,
  levels: readonly Level[],
  popularity: Popularity,
): Extract<Choice, { kind: 'start' }> | null => {
  const asleep = view.candidates.filter(({ isAsleep }) => isAsleep);
  if (asleep.length === 0) return null;
  const models = createModelField(view, levels);
  for (const level of levels) {
    const levelField = createLevelField(view, level, models);
    let asked = 0;
    for (const group of level.groups.values()) {
      if (asked >= mostGroups) break;
      asked += 1;
      const [job] = group.byRank.items;
      if (job === undefined) continue;
      const field = view.field(job, view.ability(job, group.placementKey));
      const [soonest] = field
        .filter(({ isAsleep }) => isAsleep)
        .map((candidate) => optionOf(view, levelField, { group, job, candidate }, popularity))
        .sort((option, other) => option.cost.finishMs - other.cost.finishMs);
      if (soonest === undefined) continue;
      const question = { field, jobs: levelField.demand(group), isNext: false, isStart: true };
      if (sitOutMs(levelField, soonest, question) === null) return { kind: 'start', job, candidate: soonest.candidate };
    }
  }
  return null;
};
