import { StudioError } from '#contract/errors.ts';
import { jobIdSchema } from '#contract/models/job.ts';
import { jobPageKey, readJobPageKey } from '#contract/models/queue.ts';
import type { TopicFeed } from '#contract/topic-feed.ts';
import type { TopicEvent, TopicName, TopicState } from '#contract/topics.ts';
import { batchesComputation } from './batches-feed.ts';
import { createChangeGate } from './change-gate.ts';
import type { FeedSources } from './feed-sources.ts';
import { jobComputation } from './job-feed.ts';
import { jobsComputation } from './jobs-feed.ts';
import { createKeyedFeeds } from './keyed-feeds.ts';
import { pageComputation } from './page-feed.ts';
import { queueComputation } from './queue-feed.ts';
import { createWatchedFeed, type WatchedFeedOptions } from './watched-feed.ts';

type Feed<Name extends TopicName> = TopicFeed<TopicState<Name>, TopicEvent<Name>>;

/** The topics that show jobs. Each is computed while it is watched, and only as often as anybody can see. */
export interface JobTopics {
  readonly jobs: Feed<'jobs'>;
  readonly queue: Feed<'queue'>;
  readonly batches: Feed<'batches'>;
  /** INPUT_INVALID for a key that names no page, CALL_TOO_MANY. */
  jobPage(key: string): Feed<'jobPage'>;
  /** INPUT_INVALID for a key that is no id of a job, CALL_TOO_MANY. */
  job(jobId: string): Feed<'job'>;
  /** No feed publishes any more. */
  stop(): void;
}

/** Different pages and jobs that may be watched at once, over all connections. */
export const maxWatchedPages = 128;
export const maxWatchedJobs = 2048;

const invalidKey = (message: string): StudioError =>
  new StudioError('INPUT_INVALID', 'The key names nothing that this topic has.', {
    details: { issues: [{ path: 'key', message }] },
  });

export const createJobTopics = (sources: FeedSources): JobTopics => {
  const { clock, logger } = sources;
  const gate = createChangeGate(sources);
  const failed = (error: unknown): void =>
    logger.warn('A topic of jobs is behind: the store cannot be read', { error });
  const options: WatchedFeedOptions = { clock, failed, watched: (feed) => gate.join(feed) };

  const jobs = createWatchedFeed(jobsComputation(sources), options);
  const queue = createWatchedFeed(queueComputation(sources), options);
  const batches = createWatchedFeed(batchesComputation(sources), options);
  const pages = createKeyedFeeds<TopicState<'jobPage'>, TopicEvent<'jobPage'>>({
    watched: options.watched,
    max: maxWatchedPages,
  });
  const single = createKeyedFeeds<TopicState<'job'>, TopicEvent<'job'>>({
    watched: options.watched,
    max: maxWatchedJobs,
  });

  return {
    jobs,
    queue,
    batches,
    jobPage: (key) => {
      const page = readJobPageKey(key);
      if (page === null) throw invalidKey('not a page of jobs');
      return pages.open(jobPageKey(page), (watched) =>
        createWatchedFeed(pageComputation(sources, page), { ...options, watched }),
      );
    },
    job: (jobId) => {
      if (!jobIdSchema.safeParse(jobId).success) throw invalidKey('not the id of a job');
      return single.open(jobId, (watched) =>
        createWatchedFeed(jobComputation(sources, jobId), { ...options, watched }),
      );
    },
    stop: () => {
      for (const part of [jobs, queue, batches, pages, single]) part.stop();
    },
  };
};
