import { type Batches, createBatches } from '#core/jobs/batches/batches.ts';
import { readJobPage } from '#core/jobs/feeds/job-rows.ts';
import { createJobTopics, type JobTopics } from '#core/jobs/feeds/job-topics.ts';
import type { Jobs } from '#core/jobs/jobs.ts';
import { createLanesTopic, type LanesTopic } from '#core/jobs/lanes/lanes-topic.ts';
import { createRetention } from '#core/jobs/retention.ts';
import type { JobHandlerDependencies } from './handlers/job-handlers.ts';
import type { StudioPlatform } from './platform.ts';
import type { SettingsDesk } from './settings-desk.ts';

/** What stands around the jobs: their topics, their batches, and what forgets them in the end. */
export interface QueueParts {
  readonly topics: JobTopics;
  readonly lanes: LanesTopic;
  readonly batches: Batches;
  readonly readPage: JobHandlerDependencies['readPage'];
  /** Begins to forget old jobs. */
  start(): void;
  stop(): Promise<void>;
}

export const createQueueParts = (jobs: Jobs, platform: StudioPlatform, settings: SettingsDesk): QueueParts => {
  const { jobStore: store, clock, makeId, logger } = platform;
  const queue = { view: () => jobs.queue(), onChange: (listener: () => void) => jobs.onQueueChange(listener) };
  const topics = createJobTopics({ jobs: jobs.live, queue, store, clock, logger });
  const lanes = createLanesTopic({ jobs: jobs.lanes, queue, store, clock, logger });
  const retention = createRetention({
    store,
    jobs: jobs.live,
    forget: (jobIds) => jobs.remove(jobIds, false),
    settings: settings.current,
    clock,
    logger,
  });
  const endSettings = settings.feed.listen(() => retention.touch());
  return {
    topics,
    lanes,
    batches: createBatches({ store, jobs: jobs.live, submitMany: jobs.submitMany, clock, makeId }),
    readPage: (page) => readJobPage({ jobs: jobs.live, store }, page),
    start: () => retention.start(),
    stop: async () => {
      endSettings();
      topics.stop();
      lanes.stop();
      await retention.stop();
    },
  };
};
