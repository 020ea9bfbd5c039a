import type { TopicSources } from '#contract/handlers.ts';
import type { MigrationRuns } from '#core/migration/apply/migration-runs.ts';
import { createLogTopic } from './log-topic.ts';
import type { StudioPlatform } from './platform.ts';
import type { StudioParts } from './studio-parts.ts';

/** The state behind each topic. */
export const createTopicSources = (
  { fleet, jobs, queue, telemetry, page, settings, notices, workflows, gallery }: StudioParts,
  platform: StudioPlatform,
  migrations: MigrationRuns,
): TopicSources => {
  const log = createLogTopic(platform.instanceLogs, (instanceId) => fleet.get(instanceId));
  return {
    instances: () => fleet.feed,
    telemetry: () => telemetry.feed,
    jobs: () => queue.topics.jobs,
    jobPage: (key = '') => queue.topics.jobPage(key),
    job: (jobId = '') => queue.topics.job(jobId),
    queue: () => queue.topics.queue,
    lanes: (key = '') => queue.lanes.feed(key),
    batches: () => queue.topics.batches,
    preview: (jobId = '') => jobs.previewFeed(jobId),
    log: (instanceId = '') => log(instanceId),
    instanceEvents: (instanceId = '') => page.events.feed(instanceId),
    gallery: () => gallery.topics.gallery,
    galleryDays: (key = '') => gallery.topics.galleryDays(key),
    galleryPage: (key = '') => gallery.topics.galleryPage(key),
    migration: () => migrations.feed,
    workflows: () => workflows.library.feed,
    settings: () => settings.feed,
    notices: () => notices.feed,
  };
};
