import type { Guess } from './learning/average.ts';
import type { SchedulingJob } from './scheduler-interface.ts';

/** A job that is with an instance. */
export interface AssignedJob {
  readonly job: SchedulingJob;
  readonly instanceId: string;
  readonly hostId: string;
  readonly assignedAt: number;
  readonly startedAt: number | null;
  readonly loadedAt: number | null;
  /** All model files of the job. */
  readonly loaders: ReadonlySet<string>;
  /** Those that the instance has to load for it. */
  readonly missing: readonly string[];
  readonly load: Guess;
  readonly run: Guess;
  /** Its time is not known from its beginning, so that it teaches nothing. */
  readonly isAdopted: boolean;
}

/** The jobs that are with the instances, in the order in which they were given. */
export interface WorkInHand {
  put(assigned: AssignedJob): void;
  get(jobId: string): AssignedJob | undefined;
  remove(jobId: string): AssignedJob | undefined;
  of(instanceId: string): readonly AssignedJob[];
  all(): Iterable<AssignedJob>;
  /** When the instance became idle, epoch milliseconds; null when it works or never did. */
  idleSince(instanceId: string): number | null;
  markIdle(instanceId: string, now: number): void;
  forget(instanceId: string): void;
}

const nothing: readonly AssignedJob[] = [];

export const createWorkInHand = (): WorkInHand => {
  const byJobId = new Map<string, AssignedJob>();
  const byInstance = new Map<string, AssignedJob[]>();
  const idleSince = new Map<string, number>();

  const remove = (jobId: string): AssignedJob | undefined => {
    const assigned = byJobId.get(jobId);
    if (assigned === undefined) return undefined;
    byJobId.delete(jobId);
    const others = (byInstance.get(assigned.instanceId) ?? []).filter((other) => other.job.jobId !== jobId);
    if (others.length > 0) byInstance.set(assigned.instanceId, others);
    else byInstance.delete(assigned.instanceId);
    return assigned;
  };

  return {
    put: (assigned) => {
      const before = byJobId.get(assigned.job.jobId);
      const jobs = byInstance.get(assigned.instanceId) ?? [];
      if (before?.instanceId === assigned.instanceId) jobs[jobs.indexOf(before)] = assigned;
      else {
        remove(assigned.job.jobId);
        jobs.push(assigned);
      }
      byInstance.set(assigned.instanceId, jobs);
      byJobId.set(assigned.job.jobId, assigned);
    },
    get: (jobId) => byJobId.get(jobId),
    remove,
    of: (instanceId) => byInstance.get(instanceId) ?? nothing,
    all: () => byJobId.values(),
    idleSince: (instanceId) => (byInstance.has(instanceId) ? null : (idleSince.get(instanceId) ?? null)),
    markIdle: (instanceId, now) => {
      idleSince.set(instanceId, now);
    },
    forget: (instanceId) => {
      idleSince.delete(instanceId);
    },
  };
};
