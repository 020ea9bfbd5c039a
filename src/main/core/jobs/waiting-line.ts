import type { Scheduler, SchedulingJob } from '#core/scheduling/scheduler-interface.ts';
import type { JobOwner } from './client-names.ts';
import type { ClientTurns } from './client-turns.ts';

/** The jobs that wait, as they stand in the scheduler's queue. */
export interface WaitingLine {
  /** One with the same id is replaced. */
  add(job: SchedulingJob): void;
  /** Takes it out; undefined for one that does not wait. */
  remove(jobId: string): SchedulingJob | undefined;
  /** The scheduler took it out by itself. */
  taken(jobId: string): SchedulingJob | undefined;
  get(jobId: string): SchedulingJob | undefined;
  readonly size: number;
  /** In queue order. */
  ids(): readonly string[];
  /** Jobs that are for instances other than these. */
  meantForOthers(instanceIds: ReadonlySet<string>): readonly string[];
  /** Jobs that some instances are left out for. */
  restricted(): readonly SchedulingJob[];
  /** Some job waits that only an instance which has told of its nodes may get. */
  readonly hasUndecided: boolean;
  /** The lowest and the highest rank of a priority; null where none waits with it. */
  ranks(priority: number): { readonly first: number; readonly last: number } | null;
}

export const createWaitingLine = (
  scheduler: Scheduler,
  turns: Pick<ClientTurns, 'stands' | 'left'>,
  ownerOf: (jobId: string) => JobOwner,
): WaitingLine => {
  const jobs = new Map<string, SchedulingJob>();
  const pinned = new Map<string, Set<string>>();
  const restricted = new Map<string, SchedulingJob>();
  const undecided = new Set<string>();

  const unpin = ({ jobId, requestedInstanceId }: SchedulingJob): void => {
    if (requestedInstanceId === null) return;
    const ofInstance = pinned.get(requestedInstanceId);
    ofInstance?.delete(jobId);
    if (ofInstance?.size === 0) pinned.delete(requestedInstanceId);
  };

  const taken = (jobId: string): SchedulingJob | undefined => {
    const job = jobs.get(jobId);
    if (job === undefined) return undefined;
    jobs.delete(jobId);
    turns.left(jobId);
    restricted.delete(jobId);
    undecided.delete(jobId);
    unpin(job);
    return job;
  };

  return {
    add: (job) => {
      taken(job.jobId);
      jobs.set(job.jobId, job);
      turns.stands({ jobId: job.jobId, priority: job.priority, kind: job.kind, ...ownerOf(job.jobId) }, job.rank);
      if (job.excludedInstanceIds.length > 0) restricted.set(job.jobId, job);
      if (job.needs.mustBeKnown === true) undecided.add(job.jobId);
      if (job.requestedInstanceId !== null) {
        const ofInstance = pinned.get(job.requestedInstanceId) ?? new Set();
        pinned.set(job.requestedInstanceId, ofInstance.add(job.jobId));
      }
      scheduler.add(job);
    },
    remove: (jobId) => {
      const job = taken(jobId);
      if (job !== undefined) scheduler.remove(jobId);
      return job;
    },
    taken,
    get: (jobId) => jobs.get(jobId),
    get size() {
      return jobs.size;
    },
    ids: () => scheduler.waiting(),
    meantForOthers: (instanceIds) =>
      [...pinned].flatMap(([instanceId, jobIds]) => (instanceIds.has(instanceId) ? [] : [...jobIds])),
    restricted: () => [...restricted.values()],
    get hasUndecided() {
      return undecided.size > 0;
    },
    ranks: (priority) => {
      let first = Number.POSITIVE_INFINITY;
      let last = Number.NEGATIVE_INFINITY;
      for (const job of jobs.values()) {
        if (job.priority !== priority) continue;
        first = Math.min(first, job.rank);
        last = Math.max(last, job.rank);
      }
      return first === Number.POSITIVE_INFINITY ? null : { first, last };
    },
  };
};
