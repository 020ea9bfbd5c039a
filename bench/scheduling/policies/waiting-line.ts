import type { PolicyJob } from '../policy.ts';

/** Jobs that wait in order of arrival; one that comes back after a death takes its old place. */
export interface WaitingLine {
  add(job: PolicyJob): void;
  take(jobId: string): PolicyJob;
  /** The first that matches; undefined when none does. */
  first(matches?: (job: PolicyJob) => boolean): PolicyJob | undefined;
  jobs(): Iterable<PolicyJob>;
  readonly size: number;
}

export const createWaitingLine = (): WaitingLine => {
  let jobs = new Map<string, PolicyJob>();
  let latest = Number.NEGATIVE_INFINITY;
  return {
    add(job) {
      if (job.arrivalAt >= latest) {
        latest = job.arrivalAt;
        jobs.set(job.id, job);
        return;
      }
      const later = [...jobs].filter(([, other]) => other.arrivalAt > job.arrivalAt);
      for (const [id] of later) jobs.delete(id);
      jobs.set(job.id, job);
      jobs = new Map([...jobs, ...later]);
    },
    take(jobId) {
      const job = jobs.get(jobId);
      if (job === undefined) throw new Error(`job ${jobId} is not in the line`);
      jobs.delete(jobId);
      return job;
    },
    first(matches = () => true) {
      for (const job of jobs.values()) if (matches(job)) return job;
      return undefined;
    },
    jobs: () => jobs.values(),
    get size() {
      return jobs.size;
    },
  };
};
