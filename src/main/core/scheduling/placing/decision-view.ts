import type { CandidateRejection } from '#contract/models/placement.ts';
import type { LoadTimes } from '../learning/load-times.ts';
import type { RunTimes } from '../learning/run-times.ts';
import type { SchedulingJob, SchedulingMoment, WorkflowShape } from '../scheduler-interface.ts';
import type { Abilities, Ability } from './ability.ts';
import type { Candidate } from './candidate.ts';

/** What a job is expected to cost on one instance, in milliseconds. */
export interface Cost {
  readonly waitMs: number;
  readonly startMs: number;
  readonly loadMs: number;
  readonly runMs: number;
  readonly finishMs: number;
  /** How far off the load and the run may be. */
  readonly spreadMs: number;
  readonly missing: readonly string[];
}

/** One moment, with everything that is known about it, asked for by the rules. */
export interface DecisionView {
  readonly moment: SchedulingMoment;
  readonly candidates: readonly Candidate[];
  cost(shape: WorkflowShape, candidate: Candidate): Cost;
  /** What loading these model files takes where none of them is held, in milliseconds. */
  reloadMs(loaders: readonly string[], instanceId: string): number;
  /** How many instances of a host share one load at a time: when all want another model, each waits for the others. */
  loadCrowding(hostId: string): number;
  ability(job: SchedulingJob, placementKey?: string): Ability;
  /** The active instance, where it is the one that the job has to run on. */
  activeFor(job: SchedulingJob, ability: Ability): Candidate | null;
  /** Instances that the job may run on, now or later. */
  field(job: SchedulingJob, ability: Ability): readonly Candidate[];
}

export interface DecisionViewDependencies {
  readonly runs: RunTimes;
  readonly loads: LoadTimes;
  readonly abilities: Abilities;
}

const nothingMissing: readonly string[] = [];

export const missingOn = (loaders: readonly string[], holds: ReadonlySet<string>): readonly string[] => {
  const missing = loaders.filter((loader) => !holds.has(loader));
  return missing.length === 0 ? nothingMissing : missing;
};

export const createDecisionView = (
  moment: SchedulingMoment,
  candidates: readonly Candidate[],
  { runs, loads, abilities }: DecisionViewDependencies,
): DecisionView => {
  const fields = new Map<Ability, readonly Candidate[]>();
  const active = candidates.find(({ instance }) => instance.instanceId === moment.activeInstanceId);

  const activeFor = (job: SchedulingJob, { able }: Ability): Candidate | null =>
    active !== undefined &&
    job.requestedInstanceId === null &&
    active.obstacle === null &&
    able.includes(active.position)
      ? active
      : null;

  return {
    moment,
    candidates,
    activeFor,
    ability: (job, placementKey) => abilities.of(job, placementKey ?? abilities.keyOf(job), moment.instances),
    loadCrowding: (hostId) => {
      const { instances, maxConcurrentLoads } = moment;
      const sharing = instances.filter((instance) => instance.hostId === hostId).length;
      return maxConcurrentLoads <= 0 ? 1 : Math.max(1, sharing / maxConcurrentLoads);
    },
    reloadMs: (loaders, instanceId) => loads.expected(loaders, instanceId).mean,
    cost: (shape, candidate) => {
      const { instance, backlogMs, holds, lateFactor } = candidate;
      const missing = missingOn(shape.loaders, holds);
      const load = loads.expected(missing, instance.instanceId);
      const expected = runs.expected(shape, instance);
      // A card that is late with what it does is slower than it was taken for, until it has shown otherwise.
      const late = lateFactor > 1 && !runs.isMeasured(shape, instance) ? lateFactor : 1;
      const startMs = candidate.startMs ?? 0;
      const runMs = expected.mean * late;
      return {
        waitMs: backlogMs,
        startMs,
        loadMs: load.mean,
        runMs,
        finishMs: backlogMs + startMs + load.mean + runMs,
        spreadMs: Math.hypot(load.spread, expected.spread * late),
        missing,
      };
    },
    field: (job, ability) => {
      // Jobs with one ability ask for the same instance, so that the answer is the same for all of them.
      const known = fields.get(ability);
      if (known !== undefined) return known;
      const chosen = activeFor(job, ability);
      const field = chosen === null ? ability.able.flatMap((position) => candidates[position] ?? []) : [chosen];
      fields.set(ability, field);
      return field;
    },
  };
};

/** Why an instance cannot take the job at this moment, or null when it can. */
export const rejectionNow = (
  view: DecisionView,
  job: SchedulingJob,
  candidate: Candidate,
): CandidateRejection | null => {
  const { instance, obstacle, hasFreeSlot, mayLoad, holds } = candidate;
  const { instanceId } = instance;
  const ability = view.ability(job);
  const active = view.activeFor(job, ability);
  const never = ability.rejections.get(instanceId);
  if (never?.reason === 'not-the-chosen-one') return never;
  if (active !== null && active !== candidate) return { instanceId, reason: 'not-the-chosen-one', details: {} };
  if (obstacle !== null) {
    return { instanceId, reason: obstacle, details: obstacle === 'not-running' ? { status: instance.status } : {} };
  }
  if (never !== undefined) return never;
  if (!hasFreeSlot) return { instanceId, reason: 'no-free-slot', details: { slots: instance.slots } };
  if (!mayLoad && missingOn(job.shape.loaders, holds).length > 0)
    return { instanceId, reason: 'load-token', details: { maxConcurrentLoads: view.moment.maxConcurrentLoads } };
  return null;
};
