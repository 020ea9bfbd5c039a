import { z } from 'zod';
import { defineTopic } from './define.ts';
import { batchViewSchema } from './models/batch.ts';
import { galleryDaySchema, galleryItemIdSchema, galleryItemSchema, galleryStatusSchema } from './models/gallery.ts';
import { telemetrySchema } from './models/gpu.ts';
import { instanceIdSchema, instanceViewSchema } from './models/instance.ts';
import { instanceEventSchema } from './models/instance-event.ts';
import { jobPreviewSchema, jobViewSchema } from './models/job.ts';
import { lanesEventSchema, lanesSchema } from './models/lanes.ts';
import { savedWorkflowSchema, workflowIdSchema } from './models/library.ts';
import { migrationRunSchema } from './models/migration.ts';
import { queueViewSchema } from './models/queue.ts';
import { settingsSchema } from './models/settings.ts';
import { noticeSchema } from './models/studio.ts';

/** A piece of a log file; a startByte that does not follow on the last endByte means that the file was rotated. */
export const logChunkSchema = z.object({ startByte: z.int(), endByte: z.int(), text: z.string() });
export type LogChunk = z.infer<typeof logChunkSchema>;

/** Every topic: the whole state on `watch`, then numbered steps. `applyTopicEvent` in topic-state.ts folds a step in. */
export const topics = {
  instances: defineTopic({
    summary: 'All instances and the active one.',
    keyed: false,
    snapshot: z.object({ instances: z.array(instanceViewSchema), activeInstanceId: instanceIdSchema.nullable() }),
    event: z.discriminatedUnion('type', [
      z.object({ type: z.literal('changed'), instance: instanceViewSchema }),
      z.object({ type: z.literal('removed'), instanceId: instanceIdSchema }),
      z.object({ type: z.literal('active'), instanceId: instanceIdSchema.nullable() }),
    ]),
    access: 'read',
  }),
  telemetry: defineTopic({
    summary: 'The latest reading of every GPU and instance; each event is a whole new sample.',
    keyed: false,
    snapshot: telemetrySchema,
    event: telemetrySchema,
    access: 'read',
  }),
  jobs: defineTopic({
    summary:
      'What is going on: all jobs that are with an instance, the next 50 that wait, the latest 50 that ended or were parked.',
    keyed: false,
    snapshot: z.object({ jobs: z.array(jobViewSchema) }),
    event: z.discriminatedUnion('type', [
      z.object({ type: z.literal('changed'), job: jobViewSchema }),
      z.object({ type: z.literal('removed'), jobId: z.string() }),
    ]),
    access: 'read',
  }),
  jobPage: defineTopic({
    summary:
      'One page of a list of jobs (key: a page as JSON, made by `jobPageKey`). An event has the ids in their order and the rows that changed.',
    keyed: true,
    snapshot: z.object({ total: z.int(), jobs: z.array(jobViewSchema) }),
    event: z.object({ total: z.int(), jobIds: z.array(z.string()), changed: z.array(jobViewSchema) }),
    access: 'read',
  }),
  job: defineTopic({
    summary: 'One job (key: job id); null once it is forgotten.',
    keyed: true,
    snapshot: jobViewSchema.nullable(),
    event: jobViewSchema.nullable(),
    access: 'read',
  }),
  queue: defineTopic({
    summary: 'The queue as a whole: its mode, how many jobs are in which state, and whether it takes jobs.',
    keyed: false,
    snapshot: queueViewSchema,
    event: queueViewSchema,
    access: 'read',
  }),
  lanes: defineTopic({
    summary:
      'Which instance runs which job when (key: how many minutes to look back, 5, 15, 60, 240 or 1440): the past, what runs, and what waits where it is expected to run.',
    keyed: true,
    snapshot: lanesSchema,
    event: lanesEventSchema,
    access: 'read',
  }),
  batches: defineTopic({
    summary: 'Batches that are not done, and the latest done ones (50 at most).',
    keyed: false,
    snapshot: z.object({ batches: z.array(batchViewSchema) }),
    event: z.discriminatedUnion('type', [
      z.object({ type: z.literal('changed'), batch: batchViewSchema }),
      z.object({ type: z.literal('removed'), batchId: z.string() }),
    ]),
    access: 'read',
  }),
  preview: defineTopic({
    summary: 'The latest preview picture of a job (key: job id); null while there is none.',
    keyed: true,
    snapshot: jobPreviewSchema.nullable(),
    event: jobPreviewSchema.nullable(),
    access: 'read',
  }),
  log: defineTopic({
    summary:
      'The log of an instance (key: instance id) as it grows; the snapshot is the ring in memory, 2 MiB at most.',
    keyed: true,
    snapshot: z.object({ chunks: z.array(logChunkSchema) }),
    event: logChunkSchema,
    access: 'read',
  }),
  instanceEvents: defineTopic({
    summary: 'The latest 32 events of an instance (key: instance id), newest last; each event is one more.',
    keyed: true,
    snapshot: z.object({ events: z.array(instanceEventSchema) }),
    event: instanceEventSchema,
    access: 'read',
  }),
  gallery: defineTopic({
    summary: 'The gallery as a whole: how many results there are and what is still looked for.',
    keyed: false,
    snapshot: galleryStatusSchema,
    event: galleryStatusSchema,
    access: 'read',
  }),
  galleryDays: defineTopic({
    summary: 'How many results of a list are of which day (key: made by `galleryDaysKey`).',
    keyed: true,
    snapshot: z.object({ total: z.int(), days: z.array(galleryDaySchema) }),
    event: z.object({ total: z.int(), days: z.array(galleryDaySchema) }),
    access: 'read',
  }),
  galleryPage: defineTopic({
    summary:
      'One page of a list of results (key: made by `galleryPageKey`). An event has the ids in their order and what changed.',
    keyed: true,
    snapshot: z.object({ total: z.int(), items: z.array(galleryItemSchema) }),
    event: z.object({ total: z.int(), itemIds: z.array(galleryItemIdSchema), changed: z.array(galleryItemSchema) }),
    access: 'read',
  }),
  migration: defineTopic({
    summary: 'The migration that is under way, else the latest one; null where there was none.',
    keyed: false,
    snapshot: migrationRunSchema.nullable(),
    event: migrationRunSchema.nullable(),
    access: 'read',
  }),
  workflows: defineTopic({
    summary: 'The saved workflows.',
    keyed: false,
    snapshot: z.object({ workflows: z.array(savedWorkflowSchema) }),
    event: z.discriminatedUnion('type', [
      z.object({ type: z.literal('changed'), workflow: savedWorkflowSchema }),
      z.object({ type: z.literal('removed'), workflowId: workflowIdSchema }),
    ]),
    access: 'read',
  }),
  settings: defineTopic({
    summary: 'The settings.',
    keyed: false,
    snapshot: settingsSchema,
    event: settingsSchema,
    access: 'read',
  }),
  notices: defineTopic({
    summary: 'Notices that nobody dismissed yet.',
    keyed: false,
    snapshot: z.object({ notices: z.array(noticeSchema) }),
    event: z.discriminatedUnion('type', [
      z.object({ type: z.literal('added'), notice: noticeSchema }),
      z.object({ type: z.literal('removed'), noticeId: z.string() }),
    ]),
    access: 'read',
  }),
} as const;

export type Topics = typeof topics;
export type TopicName = keyof Topics;
export type TopicState<Name extends TopicName> = z.output<Topics[Name]['snapshot']>;
export type TopicEvent<Name extends TopicName> = z.output<Topics[Name]['event']>;

/** Own properties only, so that `constructor` is no topic. */
export const isTopicName = (name: string): name is TopicName => Object.hasOwn(topics, name);
