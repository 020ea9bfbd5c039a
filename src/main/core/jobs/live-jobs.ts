import type { JobSubmission, JobView } from '#contract/models/job.ts';
import type { Cancel } from '#core/ports/clock.ts';
import type { StoreChange, StoredPatch } from '#core/ports/job-store.ts';

/**
 * What changed about a job. `progress` comes many times a second and leaves the state as it was; `state` is everything else, a new
 * job and a new place in the order included; `removed` means that the job is forgotten, not only that it left the memory.
 */
export type LiveChange = 'progress' | 'state' | 'removed';

/** The jobs that are in memory: all unfinished ones, parked ones included, and the newest that ended. The store has the others. */
export interface LiveJobs {
  /** As of now; an unfinished one with its estimate, a waiting one with the reasons for which it waits. Computed when asked. */
  view(jobId: string): JobView | undefined;
  /** Told at once and for every single job, so a listener must be cheap and gather by itself. */
  onChange(listener: (jobId: string, change: LiveChange) => void): Cancel;
  /** Queued jobs in queue order. */
  waitingIds(): readonly string[];
  /** Jobs that are with an instance: assigned and running. */
  activeIds(): readonly string[];
}

/** Jobs of one graph that are taken together or not at all. */
export interface ManyJobs {
  readonly batch: Extract<StoreChange, { readonly kind: 'batch' }>['batch'];
  /** What all of them share; its `id` is not used. */
  readonly submission: Omit<JobSubmission, 'id'>;
  /** What each of them puts into the graph, in the order of the batch. */
  readonly patches: readonly (readonly StoredPatch[])[];
}

/** Takes a batch: JOB_QUEUE_FULL, JOB_QUEUE_CLOSED, the codes of a submission or those of the store, and then nothing is taken. */
export type SubmitMany = (jobs: ManyJobs) => Promise<readonly string[]>;
