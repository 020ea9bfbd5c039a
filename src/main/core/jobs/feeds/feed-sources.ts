import type { QueueView } from '#contract/models/queue.ts';
import type { Cancel, Clock } from '#core/ports/clock.ts';
import type { JobStore } from '#core/ports/job-store.ts';
import type { Logger } from '#core/ports/logger.ts';
import type { LiveJobs } from '../live-jobs.ts';

/** The jobs in memory, as far as the feeds look at them. */
export type FeedJobs = Pick<LiveJobs, 'view' | 'onChange' | 'activeIds'>;

/** The queue as a whole, without its counts. */
export interface FeedQueue {
  mode(): QueueView['mode'];
  /** When all that waits and runs is expected to be done, epoch milliseconds. */
  estimate(): number | null;
  /** Told when the mode changed. */
  onChange(listener: () => void): Cancel;
}

export type FeedStore = Pick<JobStore, 'page' | 'read' | 'counts' | 'batch' | 'batches' | 'problem' | 'onProblem'>;

export interface FeedSources {
  readonly jobs: FeedJobs;
  readonly queue: FeedQueue;
  readonly store: FeedStore;
  readonly clock: Clock;
  readonly logger: Logger;
}
