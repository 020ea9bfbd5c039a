import type { BalancingStrategy } from '#contract/models/settings.ts';
import type { SchedulingJob } from '../scheduler-interface.ts';
import type { Level } from '../waiting/level.ts';
import { byRank } from '../waiting/queue-order.ts';
import type { Candidate } from './candidate.ts';
import { type Choice, preferHealthy } from './choice.ts';
import { type DecisionView, missingOn } from './decision-view.ts';
import { pickInstance, type Turns } from './pick-instance.ts';

/** Instances that could take the job this moment. */
const roomFor = (view: DecisionView, job: SchedulingJob, placementKey: string): readonly Candidate[] => {
  const field = view.field(job, view.ability(job, placementKey));
  const free = field.filter(
    ({ obstacle, hasFreeSlot, mayLoad, holds }) =>
      obstacle === null && hasFreeSlot && (mayLoad || missingOn(job.shape.loaders, holds).length === 0),
  );
  return preferHealthy(free);
};

const firstWithRoom = (
  view: DecisionView,
  level: Level,
): { readonly job: SchedulingJob; readonly room: readonly Candidate[] } | null => {
  let first: { readonly job: SchedulingJob; readonly room: readonly Candidate[] } | null = null;
  for (const group of level.groups.values()) {
    const [job] = group.byRank.items;
    if (job === undefined || (first !== null && byRank(first.job, job) < 0)) continue;
    const room = roomFor(view, job, group.placementKey);
    if (room.length > 0) first = { job, room };
  }
  return first;
};

/** A stopped instance for the first job that no instance which is up or coming up has room for. */
const startFor = (view: DecisionView, level: Level): Choice | null => {
  for (const group of level.groups.values()) {
    const [job] = group.byRank.items;
    if (job === undefined) continue;
    const field = view.field(job, view.ability(job, group.placementKey));
    const coming = field.some(({ obstacle, hasFreeSlot, isComing }) => hasFreeSlot && (obstacle === null || isComing));
    const asleep = field.find(({ obstacle, startMs, isComing }) => obstacle !== null && startMs !== null && !isComing);
    if (!coming && asleep !== undefined) return { kind: 'start', job, candidate: asleep };
  }
  return null;
};

/** The queue in its order, each job on the instance that the strategy picks from those with room. */
export const chooseInOrder = (
  view: DecisionView,
  levels: readonly Level[],
  strategy: Exclude<BalancingStrategy, 'fastest-finish'>,
  tools: { readonly turns: Turns; readonly random: () => number },
): Choice => {
  for (const level of levels) {
    const first = firstWithRoom(view, level);
    if (first === null) continue;
    const candidate = pickInstance(strategy, first.room, view.candidates, tools);
    if (candidate === undefined) continue;
    if (first.job.requestedInstanceId === null) tools.turns.lastPickedId = candidate.instance.instanceId;
    return { kind: 'assign', job: first.job, candidate };
  }
  for (const level of levels) {
    const start = startFor(view, level);
    if (start !== null) return start;
  }
  return { kind: 'wait', wakeAt: null };
};
