import type { QueueView } from '#contract/models/queue.ts';
import type { Cancel, Clock } from '#core/ports/clock.ts';
import type { JobStore } from '#core/ports/job-store.ts';
import type { Logger } from '#core/ports/logger.ts';
import type { LiveJobs } from '../live-jobs.ts';

/** The jobs in memory, as far as the feeds look at them. */
export type FeedJobs = Pick<LiveJobs, 'view' | 'onChange' | 'activeIds'>;

/** The queue as a whole. */
export interface FeedQueue {
  view(): QueueView;
  /** Told when its mode or its problem changed. */
  onChange(listener: () => void): Cancel;
}

export type FeedStore = Pick<JobStore, 'page' | 'read' | 'batch' | 'batches'>;

export interface FeedSources {
  readonly jobs: FeedJobs;
  readonly queue: FeedQueue;
  readonly store: FeedStore;
  readonly clock: Clock;
  readonly logger: Logger;
}
