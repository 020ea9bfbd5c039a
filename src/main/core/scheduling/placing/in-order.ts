import type { BalancingStrategy } from '#contract/models/settings.ts';
import type { SchedulingJob, SchedulingMoment } from '../scheduler-interface.ts';
import type { Level } from '../waiting/level.ts';
import type { Candidate } from './candidate.ts';
import { type Choice, preferHealthy } from './choice.ts';
import { type DecisionView, missingOn } from './decision-view.ts';
import { pickInstance, type Turns } from './pick-instance.ts';

/** Instances that could take the job this moment. */
const roomFor = (view: DecisionView, job: SchedulingJob): readonly Candidate[] => {
  const field = view.field(job, view.ability(job));
  const free = field.filter(
    ({ obstacle, hasFreeSlot, mayLoad, holds }) =>
      obstacle === null && hasFreeSlot && (mayLoad || missingOn(job.shape.loaders, holds).length === 0),
  );
  return preferHealthy(free);
};

/** Jobs of a level that are tried in one decision; equal ones count once. */
const mostTried = 200;

const firstWithRoom = (
  view: DecisionView,
  level: Level,
): { readonly job: SchedulingJob; readonly room: readonly Candidate[] } | null => {
  const tried = new Set<string>();
  for (const job of level.jobs.items) {
    const key = `${job.shape.loaderKey}\n${job.needs.key}\n${job.requestedInstanceId ?? ''}\n${job.excludedInstanceIds.length}`;
    if (tried.has(key)) continue;
    tried.add(key);
    const room = roomFor(view, job);
    if (room.length > 0) return { job, room };
    if (tried.size >= mostTried) return null;
  }
  return null;
};

/** A stopped instance for the first job that no instance which is up or coming up has room for. */
const startFor = (view: DecisionView, level: Level): Choice | null => {
  for (const group of level.groups.values()) {
    const [job] = group.byRank.items;
    if (job === undefined) continue;
    const field = view.field(job, view.ability(job, group.placementKey));
    const coming = field.some(({ obstacle, hasFreeSlot, isComing }) => hasFreeSlot && (obstacle === null || isComing));
    const asleep = field.find(({ isAsleep }) => isAsleep);
    if (!coming && asleep !== undefined) return { kind: 'start', job, candidate: asleep };
  }
  return null;
};

/** Levels in the order of the queue, but a batch that waited too long without a turn before the interactive jobs of its priority. */
const inTurn = (
  levels: readonly Level[],
  { now, starvationLimitMs }: SchedulingMoment,
  isStarved: (level: Level) => boolean,
): readonly Level[] => {
  const isOwedATurn = (level: Level): boolean => {
    const [first] = level.jobs.items;
    return first !== undefined && now - first.queuedAt >= starvationLimitMs && isStarved(level);
  };
  const owed = levels.filter(isOwedATurn);
  if (owed.length === 0) return levels;
  const others = levels.filter((level) => !owed.includes(level));
  // A stable sort: the owed ones stand before the others of their priority.
  return [...owed, ...others].sort((level, other) => other.priority - level.priority);
};

/** The queue in its order, each job on the instance that the strategy picks from those with room. */
export const chooseInOrder = (
  view: DecisionView,
  levels: readonly Level[],
  strategy: Exclude<BalancingStrategy, 'fastest-finish'>,
  tools: { readonly turns: Turns; readonly random: () => number; readonly isStarved: (level: Level) => boolean },
): Choice => {
  const hasRoom = view.candidates.some(({ obstacle, hasFreeSlot }) => obstacle === null && hasFreeSlot);
  for (const level of hasRoom ? inTurn(levels, view.moment, tools.isStarved) : []) {
    const first = firstWithRoom(view, level);
    if (first === null) continue;
    const candidate = pickInstance(strategy, first.room, view.candidates, tools);
    if (candidate === undefined) continue;
    if (first.job.requestedInstanceId === null) tools.turns.lastPickedId = candidate.instance.instanceId;
    return { kind: 'assign', job: first.job, candidate };
  }
  const hasSleeper = view.candidates.some(({ isAsleep }) => isAsleep);
  for (const level of hasSleeper ? levels : []) {
    const start = startFor(view, level);
    if (start !== null) return start;
  }
  return { kind: 'wait', wakeAt: null };
};
