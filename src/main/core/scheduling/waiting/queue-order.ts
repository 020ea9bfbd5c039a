import type { SchedulingJob } from '../scheduler-interface.ts';

const byId = (job: SchedulingJob, other: SchedulingJob): number => {
  if (job.jobId === other.jobId) return 0;
  return job.jobId < other.jobId ? -1 : 1;
};

/** Within a priority: lower rank first. */
export const byRank = (job: SchedulingJob, other: SchedulingJob): number => job.rank - other.rank || byId(job, other);

/** The least work first, jobs of equal work by rank. */
export const byWork = (job: SchedulingJob, other: SchedulingJob): number =>
  job.shape.work - other.shape.work || byRank(job, other);

/** The order of the queue: priority, then interactive before batch, then rank. */
export const inQueueOrder = (job: SchedulingJob, other: SchedulingJob): number => {
  if (job.priority !== other.priority) return other.priority - job.priority;
  if (job.kind !== other.kind) return job.kind === 'interactive' ? -1 : 1;
  return byRank(job, other);
};
