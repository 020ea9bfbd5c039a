import type { Cancel } from '#core/ports/clock.ts';
import type { LiveChange } from '../live-jobs.ts';
import { type Changes, maxNamedJobs } from './changes.ts';
import type { FeedSources } from './feed-sources.ts';

/** Time between two rounds of telling feeds what changed. */
export const gateIntervalMs = 100;

export interface ChangeGate {
  /** Has a feed told of changes, gathered, until it leaves. */
  join(feed: { touch(changes: Changes): void }): Cancel;
}

/**
 * Gathers what happens to jobs and tells all watched feeds of it at most every 100 ms, the first change at once. A change costs the
 * same however many feeds are watched, and nothing while none is.
 */
export const createChangeGate = (sources: Pick<FeedSources, 'jobs' | 'queue' | 'clock'>): ChangeGate => {
  const { jobs, queue, clock } = sources;
  const feeds = new Set<{ touch(changes: Changes): void }>();
  let jobIds: Set<string> | null = new Set();
  let lists = false;
  let timer: Cancel | null = null;
  let lastRoundAt = Number.NEGATIVE_INFINITY;
  let subscriptions: readonly Cancel[] = [];

  const forgetChanges = (): void => {
    timer = null;
    jobIds = new Set();
    lists = false;
  };

  const tell = (): void => {
    const changes: Changes = { jobIds, lists };
    forgetChanges();
    lastRoundAt = clock.now();
    for (const feed of feeds) feed.touch(changes);
  };

  const schedule = (): void => {
    timer ??= clock.schedule(Math.max(0, lastRoundAt + gateIntervalMs - clock.now()), tell);
  };

  const note = (jobId: string, change: LiveChange): void => {
    if (change !== 'progress') lists = true;
    jobIds?.add(jobId);
    if (jobIds !== null && jobIds.size > maxNamedJobs) jobIds = null;
    schedule();
  };

  const noteQueue = (): void => {
    lists = true;
    schedule();
  };

  const close = (): void => {
    timer?.();
    forgetChanges();
    for (const cancel of subscriptions) cancel();
    subscriptions = [];
  };

  return {
    join: (feed) => {
      if (feeds.size === 0) subscriptions = [jobs.onChange(note), queue.onChange(noteQueue)];
      feeds.add(feed);
      return () => {
        if (feeds.delete(feed) && feeds.size === 0) close();
      };
    },
  };
};
