import type { Guess } from './learning/average.ts';
import type { LoadTimes } from './learning/load-times.ts';
import type { Residency } from './learning/residency.ts';
import type { RunTimes } from './learning/run-times.ts';
import type { Cost } from './placing/decision-view.ts';
import { missingOn } from './placing/decision-view.ts';
import type { Settling } from './placing/settling.ts';
import type { SchedulingInstance, SchedulingJob, SchedulingMoment, SchedulingOutcome } from './scheduler-interface.ts';
import type { WaitingJobs } from './waiting/waiting-jobs.ts';
import type { AssignedJob, WorkInHand } from './work-in-hand.ts';

export interface ProgressDependencies {
  readonly inHand: WorkInHand;
  readonly residency: Residency;
  readonly runs: RunTimes;
  readonly loads: LoadTimes;
  readonly waiting: WaitingJobs;
  readonly settling: Settling;
}

/** Follows the jobs that are with the instances and learns from what they took. */
export interface Progress {
  /** Takes note of which instances there are. */
  observe(moment: SchedulingMoment): void;
  assigned(job: SchedulingJob, instance: SchedulingInstance, at: { readonly now: number; readonly cost: Cost }): void;
  adopted(job: SchedulingJob, instanceId: string, now: number): void;
  started(jobId: string, now: number): void;
  loaded(jobId: string, now: number): void;
  ended(jobId: string, outcome: SchedulingOutcome, now: number, facts?: { readonly executed: boolean }): void;
  /** The job is with no instance any more, and nothing is learned from it. */
  withdraw(jobId: string): void;
  /** The instance is gone; jobs that are said to be with it are somebody else's to end. */
  forget(instanceId: string): void;
}

const noTime: Guess = { mean: 0, spread: 0 };

export const createProgress = ({
  inHand,
  residency,
  runs,
  loads,
  waiting,
  settling,
}: ProgressDependencies): Progress => {
  const facts = new Map<string, SchedulingInstance>();

  const runnerOf = (instanceId: string): { readonly instanceId: string; readonly deviceKey: string } => ({
    instanceId,
    deviceKey: facts.get(instanceId)?.deviceKey ?? '',
  });

  /** Splits what a finished job took into its load and its run, and remembers both. */
  const learn = (
    { job, instanceId, startedAt, loadedAt, missing, load, run, isAdopted }: AssignedJob,
    now: number,
  ): void => {
    if (startedAt === null || isAdopted) return;
    const runner = runnerOf(instanceId);
    const tookMs = now - startedAt;
    if (missing.length === 0) {
      runs.took(job.shape, runner, tookMs);
      return;
    }
    if (loadedAt !== null) {
      loads.took(missing, instanceId, loadedAt - startedAt);
      runs.took(job.shape, runner, now - loadedAt);
      return;
    }
    // Nobody said when the load was over: what is known of the run tells what the load took, else both keep their proportion.
    const share = runs.isMeasured(job.shape, runner)
      ? Math.max(0, tookMs - run.mean)
      : tookMs * (load.mean / Math.max(1, load.mean + run.mean));
    loads.took(missing, instanceId, share);
    if (!runs.isMeasured(job.shape, runner)) runs.took(job.shape, runner, tookMs - share);
  };

  /** The load of the job, if it had one, is over. */
  const settle = ({ job, instanceId, startedAt, missing }: AssignedJob, now: number, mostMs: number): void => {
    const tookMs = startedAt === null || missing.length === 0 ? 0 : Math.min(mostMs, now - startedAt);
    settling.ended(instanceId, job.jobId, { tookMs, now });
  };

  const leave = (jobId: string, now: number | null): AssignedJob | undefined => {
    const assigned = inHand.remove(jobId);
    if (assigned === undefined) return undefined;
    waiting.laneLeft(assigned.job);
    if (now === null) settling.forget(assigned.instanceId);
    else {
      inHand.markIdle(assigned.instanceId, now);
      settle(assigned, now, assigned.load.mean);
    }
    return assigned;
  };

  return {
    observe: ({ instances }) => {
      for (const instance of instances) facts.set(instance.instanceId, instance);
    },
    assigned: (job, instance, { now, cost }) => {
      const { instanceId, hostId } = instance;
      waiting.laneTaken(job);
      if (cost.missing.length > 0) settling.began(instanceId, job.jobId);
      inHand.put({
        job,
        instanceId,
        hostId,
        assignedAt: now,
        startedAt: null,
        loadedAt: null,
        loaders: new Set(job.shape.loaders),
        missing: cost.missing,
        load: loads.expected(cost.missing, instanceId),
        run: { ...runs.expected(job.shape, instance), mean: cost.runMs },
        isAdopted: false,
      });
    },
    adopted: (job, instanceId, now) => {
      waiting.laneTaken(job);
      const run = runs.expected(job.shape, runnerOf(instanceId));
      const hostId = facts.get(instanceId)?.hostId ?? '';
      // What it is doing is not known: it counts as running with its models in memory, and nothing is learned from it.
      inHand.put({
        job,
        instanceId,
        hostId,
        assignedAt: now,
        startedAt: null,
        loadedAt: null,
        loaders: new Set(job.shape.loaders),
        missing: [],
        isAdopted: true,
        load: noTime,
        run,
      });
    },
    started: (jobId, now) => {
      const assigned = inHand.get(jobId);
      if (assigned === undefined || assigned.startedAt !== null) return;
      if (assigned.isAdopted) {
        inHand.put({ ...assigned, startedAt: now });
        residency.ran(assigned.instanceId, assigned.job.shape);
        return;
      }
      const missing = missingOn(
        assigned.job.shape.loaders,
        residency.holds(assigned.instanceId, facts.get(assigned.instanceId)?.cachedPrompts ?? 1),
      );
      inHand.put({ ...assigned, startedAt: now, missing, load: loads.expected(missing, assigned.instanceId) });
      residency.ran(assigned.instanceId, assigned.job.shape);
    },
    loaded: (jobId, now) => {
      const assigned = inHand.get(jobId);
      if (assigned === undefined || assigned.loadedAt !== null) return;
      inHand.put({ ...assigned, loadedAt: now });
      settle(assigned, now, Number.POSITIVE_INFINITY);
    },
    ended: (jobId, outcome, now, { executed } = { executed: true }) => {
      const assigned = leave(jobId, now);
      if (assigned !== undefined && outcome === 'succeeded' && executed) learn(assigned, now);
    },
    withdraw: (jobId) => {
      leave(jobId, null);
    },
    forget: (instanceId) => {
      facts.delete(instanceId);
      inHand.forget(instanceId);
      settling.forget(instanceId);
    },
  };
};
