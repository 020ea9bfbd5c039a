import type { Popularity } from '../learning/popularity.ts';
import type { SchedulingJob } from '../scheduler-interface.ts';
import type { Group, Level } from '../waiting/level.ts';
import type { Candidate } from './candidate.ts';
import { type Choice, preferHealthy } from './choice.ts';
import { type Company, createCompany, noCompany } from './company.ts';
import { type DecisionView, missingOn } from './decision-view.ts';
import { type AgeingTools, createFences, type Fences } from './fences.ts';
import { createLevelField, createModelField, type LevelField } from './level-field.ts';
import { startWorthwhile } from './on-demand.ts';
import { betterFirst, type Option, optionOf } from './options.ts';
import { sitOutMs } from './sit-out.ts';

export interface FastestFinishTools extends AgeingTools {
  readonly popularity: Popularity;
}

/** Groups that are weighed against each other in one decision: those of models in memory first, then the oldest. */
const mostGroups = 48;
/** Of these, groups that are weighed because of one instance, in a longer queue. */
const mostGroupsOfOne = 2;
/** Pairs of a group and an instance that are weighed in one decision, beyond the first groups. */
const mostPairs = 400;
const leastGroups = 6;

/** A wait for another instance is looked at again a little after that was expected to be free. */
const patienceFactor = 1.1;
const leastPatienceMs = 500;

/** Jobs of a group that an instance could take: the shortest, or where that may not overtake, the one that is next. */
const pickJob = (group: Group, candidate: Candidate, fences: Fences): SchedulingJob | undefined =>
  [group.byWork.items[0], group.firm.items[0], group.byRank.items[0]].find(
    (job) => job !== undefined && !fences.blocks(job, candidate),
  );

/**
 * Groups of jobs that are next on an instance which is free, those that it may hold the models of, those that ask for it, and the
 * oldest of the others.
 */
function* groupsToWeigh(level: Level, free: readonly Candidate[], fences: Fences): Generator<Group> {
  const seen = new Set<Group>();
  for (const candidate of free)
    for (const group of fences.groupsNextOn(candidate)) {
      if (!seen.has(group)) yield group;
      seen.add(group);
    }
  for (const { lastLoaderKey, instance } of level.groups.size <= mostGroups ? [] : free) {
    const demand = lastLoaderKey === null ? undefined : level.demand.get(lastLoaderKey);
    for (const groups of [level.groupsFor(instance.instanceId), demand?.groups ?? []]) {
      let taken = 0;
      for (const group of groups) {
        if (taken >= mostGroupsOfOne) break;
        taken += 1;
        if (!seen.has(group)) yield group;
        seen.add(group);
      }
    }
  }
  for (const { instance } of free)
    for (const group of level.groupsFor(instance.instanceId)) if (!seen.has(group)) yield group;
  for (const group of level.groupsFor(null)) if (!seen.has(group)) yield group;
}

interface LevelView {
  readonly view: DecisionView;
  readonly levelField: LevelField;
  readonly fences: Fences;
  readonly free: readonly Candidate[];
  readonly popularity: Popularity;
  readonly company: Company;
  /** Instances that jobs of higher levels are about to take: nobody waits for those. */
  readonly reserved: ReadonlySet<Candidate>;
}

interface Weighed {
  readonly options: readonly Option[];
  /** Instances that a job would take, were it not for the loads under way on their host. */
  readonly awaited: ReadonlySet<Candidate>;
}

const weigh = ({ view, levelField, fences, free, popularity }: LevelView): Weighed => {
  const options: Option[] = [];
  const awaited = new Set<Candidate>();
  const freePositions = new Set(free.map(({ position }) => position));
  const limit = Math.min(mostGroups, Math.max(leastGroups, Math.floor(mostPairs / Math.max(1, free.length))));
  let weighed = 0;
  for (const group of groupsToWeigh(levelField.level, free, fences)) {
    if (weighed >= limit) break;
    const ability = view.ability(group.sample, group.placementKey);
    if (!ability.able.some((position) => freePositions.has(position))) continue;
    const field = view.field(group.sample, ability);
    const room = preferHealthy(field.filter((candidate) => freePositions.has(candidate.position)));
    if (room.length > 0) weighed += 1;
    for (const candidate of room) {
      const job = pickJob(group, candidate, fences);
      if (job === undefined) continue;
      if (!candidate.mayLoad && missingOn(job.shape.loaders, candidate.holds).length > 0) awaited.add(candidate);
      else options.push(optionOf(view, levelField, { group, job, candidate }, popularity));
    }
  }
  return { options: options.sort(betterFirst), awaited };
};

interface Found {
  readonly option: Option | null;
  /** Those that wait for company. */
  readonly held: readonly Option[];
  /** Until when the others wait. */
  readonly waitMs: number;
}

/** The best option that is not better left to another instance or to a later moment. */
const firstWorthwhile = (
  { view, levelField, fences, company, reserved }: LevelView,
  options: readonly Option[],
): Found => {
  const held: Option[] = [];
  let waitMs = Number.POSITIVE_INFINITY;
  for (const option of options) {
    const isNext = fences.isFence(option.job, option.candidate);
    const companyMs = isNext ? 0 : company(option);
    if (companyMs > 0) {
      held.push(option);
      waitMs = Math.min(waitMs, companyMs);
      continue;
    }
    const able = view.field(option.job, view.ability(option.job, option.group.placementKey));
    const field = reserved.size === 0 ? able : able.filter((candidate) => !reserved.has(candidate));
    const jobs = isNext ? levelField.level.size : levelField.demand(option.group);
    const sitOut = sitOutMs(levelField, option, { field, jobs, isNext });
    if (sitOut === null) return { option, held, waitMs };
    waitMs = Math.min(waitMs, sitOut);
  }
  return { option: null, held, waitMs };
};

/** Interactive jobs wait for company only beside a batch of their own priority: who gives a batch another priority means it. */
const companyOf = (view: DecisionView, level: Level, next: Level | undefined, ageing: AgeingTools): Company => {
  if (level.kind !== 'interactive' || next === undefined || next.priority !== level.priority) return noCompany;
  return createCompany(view, level, { level: next, fences: createFences(view, next, [level], ageing) });
};

/**
 * The job that is worth most on the instance where it is done first, loads counted: of each model as many jobs as wait share its load,
 * shorter jobs come first, and an instance leaves to others what they have done before it could. Levels are strict: a lower one
 * gets what a higher one does not want.
 */
export const chooseFastestFinish = (
  view: DecisionView,
  levels: readonly Level[],
  { popularity, ...ageing }: FastestFinishTools,
): Choice => {
  const { now } = view.moment;
  let free = view.candidates.filter(({ obstacle, hasFreeSlot }) => obstacle === null && hasFreeSlot);
  const models = createModelField(view, levels);
  const reserved = new Set<Candidate>();
  let waitMs = Number.POSITIVE_INFINITY;
  let held: { readonly levelView: LevelView; readonly options: readonly Option[] } | null = null;
  for (const [index, level] of levels.entries()) {
    if (free.length === 0) break;
    const neighbours = [levels[index - 1], levels[index + 1]].flatMap((other) => other ?? []);
    const siblings = neighbours.filter(({ priority }) => priority === level.priority);
    const fences = createFences(view, level, siblings, ageing);
    const company = companyOf(view, level, levels[index + 1], ageing);
    const levelField = createLevelField(view, level, models);
    const levelView = { view, levelField, fences, free, popularity, company, reserved: new Set(reserved) };
    const { options, awaited } = weigh(levelView);
    const found = firstWorthwhile(levelView, options);
    if (found.option !== null) return { kind: 'assign', job: found.option.job, candidate: found.option.candidate };
    waitMs = Math.min(waitMs, found.waitMs);
    free = free.filter((candidate) => !awaited.has(candidate));
    for (const candidate of awaited) reserved.add(candidate);
    if (held !== null) {
      // The batch beside them left these instances to others after all: nothing is gained by a wait.
      const left = held.options.filter(({ candidate }) => free.includes(candidate));
      const { option } = firstWorthwhile({ ...held.levelView, company: noCompany }, left);
      if (option !== null) return { kind: 'assign', job: option.job, candidate: option.candidate };
    }
    held = found.held.length > 0 ? { levelView, options: found.held } : null;
  }
  const start = startWorthwhile(view, levels, popularity);
  if (start !== null) return start;
  if (waitMs === Number.POSITIVE_INFINITY) return { kind: 'wait', wakeAt: null };
  return { kind: 'wait', wakeAt: now + Math.max(leastPatienceMs, waitMs * patienceFactor) };
};
