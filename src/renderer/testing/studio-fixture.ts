import type { CallInput, CallName, CallOutput } from '#contract/calls/index.ts';
import { StudioError } from '#contract/errors.ts';
import type { CallHandlers, TopicSources } from '#contract/handlers.ts';
import type { Gpu, Telemetry } from '#contract/models/gpu.ts';
import type { InstanceView } from '#contract/models/instance.ts';
import type { InstanceEvent } from '#contract/models/instance-event.ts';
import type { JobPreview } from '#contract/models/job.ts';
import type { MigrationRun } from '#contract/models/migration.ts';
import { type Settings, settingsSchema } from '#contract/models/settings.ts';
import type { Notice, StudioDescription } from '#contract/models/studio.ts';
import type { LogChunk, TopicState } from '#contract/topics.ts';
import { configurationHandlers } from './configuration-handlers.ts';
import { createGalleryBook, type GalleryBook, type GalleryContents } from './gallery-book.ts';
import { fixtureNow } from './instance-fixtures.ts';
import { instanceHandlers } from './instance-handlers.ts';
import { instancePageHandlers } from './instance-page-handlers.ts';
import { type BookContents, createJobBook, type JobBook } from './job-book.ts';
import { type JobAnswers, jobHandlers } from './job-handlers.ts';
import { lanesSource } from './lanes-source.ts';
import type { CannedWorkflow } from './library-fixtures.ts';
import { libraryHandlers } from './library-handlers.ts';
import { type LiveTopic, liveTopic } from './live-topic.ts';
import { migrationRunHandlers } from './migration-run-handlers.ts';
import { migrationScanHandlers } from './migration-scan-handlers.ts';
import { templateHandlers } from './template-handlers.ts';
import { viewerHandlers } from './viewer-handlers.ts';
import { workHandlers } from './work-handlers.ts';

/** Everything that a canned studio starts with. */
export interface StudioContents extends BookContents, JobAnswers, GalleryContents {
  readonly instances: readonly InstanceView[];
  readonly activeInstanceId: string | null;
  readonly gpus: readonly Gpu[];
  readonly telemetry: Telemetry;
  readonly previews: Readonly<Record<string, JobPreview>>;
  readonly logs: Readonly<Record<string, readonly LogChunk[]>>;
  readonly instanceEvents: Readonly<Record<string, readonly InstanceEvent[]>>;
  readonly notices: readonly Notice[];
  readonly migration: MigrationRun | null;
  readonly workflows: readonly CannedWorkflow[];
  readonly workflowPictures: Readonly<Record<string, { contentType: string; base64: string }>>;
  readonly settings: Settings;
  readonly description: Partial<StudioDescription>;
}

export const emptyContents: StudioContents = {
  instances: [],
  activeInstanceId: null,
  jobs: [],
  batches: [],
  queue: {},
  explanations: {},
  events: {},
  gpus: [],
  telemetry: {
    at: fixtureNow,
    gpus: [],
    instances: {},
    machine: { cpuPercent: 12, memoryUsedBytes: 0, memoryTotalBytes: 64 * 1024 ** 3 },
  },
  previews: {},
  logs: {},
  instanceEvents: {},
  notices: [],
  migration: null,
  workflows: [],
  workflowPictures: {},
  gallery: [],
  galleryStatus: {},
  galleryFault: null,
  settings: settingsSchema.parse({}),
  description: {},
};

/** What a test may do to the canned studio, beside calling it. */
export interface StudioFixture {
  readonly handlers: CallHandlers;
  readonly sources: TopicSources;
  readonly instances: LiveTopic<'instances'>;
  readonly telemetry: LiveTopic<'telemetry'>;
  readonly jobs: JobBook;
  readonly gallery: GalleryBook;
  readonly migration: LiveTopic<'migration'>;
  readonly workflows: LiveTopic<'workflows'>;
  readonly settings: LiveTopic<'settings'>;
  readonly notices: LiveTopic<'notices'>;
  log(instanceId: string): LiveTopic<'log'>;
  instanceEvents(instanceId: string): LiveTopic<'instanceEvents'>;
  preview(jobId: string): LiveTopic<'preview'>;
  /** What is watched now, as topic and key. */
  readonly watching: Set<string>;
  /** Every call in order, for tests that check what was asked for. */
  readonly received: { readonly name: CallName; readonly input: unknown }[];
  /** What the calls answered. */
  readonly answered: unknown[];
}

/** Replaced handlers: a failing call, a slow one, another answer. */
export type HandlerChanges = {
  readonly [Name in CallName]?: (input: CallInput<Name>) => CallOutput<Name> | Promise<CallOutput<Name>>;
};

const keyedTopics = <Name extends 'log' | 'preview' | 'instanceEvents'>(
  name: Name,
  initial: (key: string) => TopicState<Name>,
): ((key: string | undefined) => LiveTopic<Name>) => {
  const topics = new Map<string, LiveTopic<Name>>();
  return (key) => {
    if (key === undefined) throw new StudioError('INPUT_INVALID');
    const topic = topics.get(key) ?? liveTopic(name, initial(key));
    topics.set(key, topic);
    return topic;
  };
};

/** A studio in memory, made of canned views; calls change it as the real one would. */
export const createStudioFixture = (contents: Partial<StudioContents> = {}): StudioFixture => {
  const start = { ...emptyContents, ...contents };
  const instances = liveTopic('instances', {
    instances: [...start.instances],
    activeInstanceId: start.activeInstanceId,
  });
  const topics = {
    instances,
    telemetry: liveTopic('telemetry', start.telemetry),
    jobs: createJobBook(start),
    gallery: createGalleryBook(start),
    migration: liveTopic('migration', start.migration),
    workflows: liveTopic('workflows', { workflows: start.workflows.map(({ workflow }) => workflow) }),
    settings: liveTopic('settings', start.settings),
    notices: liveTopic('notices', { notices: [...start.notices] }),
    log: keyedTopics('log', (key) => ({ chunks: [...(start.logs[key] ?? [])] })),
    instanceEvents: keyedTopics('instanceEvents', (key) => ({ events: [...(start.instanceEvents[key] ?? [])] })),
    preview: keyedTopics('preview', (key) => start.previews[key] ?? null),
  };
  const description: StudioDescription = {
    name: 'atelier',
    version: '0.1.0',
    contractHash: 'fixture',
    platform: 'linux',
    dataFolder: '/home/mara/.config/atelier',
    startedAt: fixtureNow - 3_600_000 * 5,
    addresses: { studio: 'http://127.0.0.1:8001', gateway: 'http://127.0.0.1:8187' },
    capabilities: [],
    ...start.description,
  };
  return {
    ...topics,
    watching: new Set(),
    received: [],
    answered: [],
    handlers: {
      ...configurationHandlers(),
      ...instanceHandlers(instances),
      ...viewerHandlers(() => instances.state().instances),
      ...instancePageHandlers(topics),
      ...templateHandlers(),
      ...jobHandlers(topics.jobs, start),
      ...topics.gallery.handlers,
      ...migrationRunHandlers(topics.migration),
      ...libraryHandlers({
        topic: topics.workflows,
        contents: start.workflows,
        pictures: start.workflowPictures,
        instanceIds: () => instances.state().instances.map(({ configuration }) => configuration.id),
      }),
      ...migrationScanHandlers(),
      ...workHandlers({ topics, gpus: [...start.gpus], description }),
    },
    sources: {
      lanes: lanesSource(topics.jobs, () => instances.state()),
      instances: () => topics.instances.feed,
      telemetry: () => topics.telemetry.feed,
      ...topics.jobs.sources,
      ...topics.gallery.sources,
      migration: () => topics.migration.feed,
      workflows: () => topics.workflows.feed,
      settings: () => topics.settings.feed,
      notices: () => topics.notices.feed,
      log: (key) => topics.log(key).feed,
      instanceEvents: (key) => topics.instanceEvents(key).feed,
      preview: (key) => topics.preview(key).feed,
    },
  };
};
