import { z } from 'zod';
import { defineCall } from '../define.ts';
import { batchSubmissionSchema, batchViewSchema } from '../models/batch.ts';
import { instanceIdSchema } from '../models/instance.ts';
import {
  batchIdSchema,
  jobEventSchema,
  jobIdSchema,
  jobPrioritySchema,
  jobSubmissionSchema,
  jobViewSchema,
} from '../models/job.ts';
import { jobEstimateSchema, placementSchema } from '../models/placement.ts';
import { jobPageSchema, queueModes, queueViewSchema } from '../models/queue.ts';
import { promptSchema, workflowInspectionSchema } from '../models/workflow.ts';
import { messageLimits } from '../wire.ts';

const byId = z.object({ jobId: jobIdSchema });
const someJobIds = z.array(jobIdSchema).min(1).max(10_000);

/** Why what is stored cannot be told. */
const readErrors = ['STORE_CORRUPT', 'STORE_NEWER_VERSION', 'STORE_READ_FAILED'] as const;

/** Why nothing more can be queued now. */
const queueErrors = ['JOB_QUEUE_FULL', 'JOB_QUEUE_CLOSED', 'STORE_WRITE_FAILED', ...readErrors] as const;

/** Calls about workflows and the jobs that run them. */
export const jobCalls = {
  'workflows.inspect': defineCall({
    summary: 'Reads the text of a workflow file and says what it is; other formats are refused with advice.',
    input: z.object({
      // No limit of the schema: a longer text is INPUT_TOO_LARGE, which says more than INPUT_INVALID.
      text: z.string().describe(`Up to ${messageLimits.workflowMaxCharacters} characters; more is INPUT_TOO_LARGE`),
      fileName: z.string().max(255).default(''),
    }),
    output: workflowInspectionSchema,
    errors: ['WORKFLOW_NOT_JSON', 'WORKFLOW_UI_FORMAT', 'WORKFLOW_INVALID', 'WORKFLOW_NO_OUTPUTS', 'INPUT_TOO_LARGE'],
    access: 'read',
  }),
  'jobs.submit': defineCall({
    summary:
      'Queues a workflow. With an instanceId it runs there, else on the active instance, else where the strategy says.',
    input: jobSubmissionSchema,
    output: jobViewSchema,
    errors: [
      'INSTANCE_NOT_FOUND',
      'WORKFLOW_UI_FORMAT',
      'WORKFLOW_INVALID',
      'WORKFLOW_NO_OUTPUTS',
      'WORKFLOW_NODE_UNKNOWN',
      'WORKFLOW_REJECTED',
      ...queueErrors,
    ],
    access: 'write',
  }),
  'jobs.submitBatch': defineCall({
    summary: 'Queues a workflow once for each value of a list, or for each pair of two lists, under one batch id.',
    input: batchSubmissionSchema,
    output: batchViewSchema,
    errors: [
      'INSTANCE_NOT_FOUND',
      'WORKFLOW_UI_FORMAT',
      'WORKFLOW_INVALID',
      'WORKFLOW_NO_OUTPUTS',
      'WORKFLOW_NODE_UNKNOWN',
      'BATCH_TOO_LARGE',
      'BATCH_PARAMETER_INVALID',
      ...queueErrors,
    ],
    access: 'write',
  }),
  'jobs.list': defineCall({
    summary: 'Jobs: waiting ones as they will run, then the others, the latest that ended or came first.',
    input: jobPageSchema,
    output: z.object({ jobs: z.array(jobViewSchema), total: z.int() }),
    errors: readErrors,
    access: 'read',
  }),
  'jobs.get': defineCall({
    summary: 'One job.',
    input: byId,
    output: jobViewSchema,
    errors: ['JOB_NOT_FOUND', ...readErrors],
    access: 'read',
  }),
  'jobs.prompt': defineCall({
    summary: 'The graph of a job.',
    input: byId,
    output: z.object({ prompt: promptSchema }),
    errors: ['JOB_NOT_FOUND'],
    access: 'read',
  }),
  'jobs.cancel': defineCall({
    summary: 'Takes a waiting job out of the queue, or interrupts a running one.',
    input: byId,
    output: jobViewSchema,
    errors: ['JOB_NOT_FOUND', 'JOB_FINISHED'],
    access: 'write',
  }),
  'jobs.explain': defineCall({
    summary:
      'Why this instance, or why still waiting: the score of every instance, or the reason against it, as of now.',
    input: byId,
    output: z.object({ placement: placementSchema, estimate: jobEstimateSchema.nullable() }),
    errors: ['JOB_NOT_FOUND'],
    access: 'read',
  }),
  'jobs.events': defineCall({
    summary: 'What happened to a job, oldest first.',
    input: byId,
    output: z.object({ events: z.array(jobEventSchema) }),
    errors: ['JOB_NOT_FOUND', ...readErrors],
    access: 'read',
  }),
  'jobs.cancelMany': defineCall({
    summary: 'Cancels these jobs, or all unfinished ones of a batch, or everything that waits.',
    input: z.union([
      z.strictObject({ jobIds: someJobIds }),
      z.strictObject({ batchId: batchIdSchema }),
      z.strictObject({ waiting: z.literal(true) }),
    ]),
    output: z.object({ cancelled: z.int() }),
    errors: ['BATCH_NOT_FOUND'],
    access: 'write',
  }),
  'jobs.retry': defineCall({
    summary: 'Queues failed, cancelled or parked jobs again, under the same ids and as if they had never been tried.',
    input: z.union([z.strictObject({ jobIds: someJobIds }), z.strictObject({ batchId: batchIdSchema })]),
    output: z.object({ retried: z.int() }),
    errors: ['JOB_NOT_FOUND', 'JOB_NOT_FINISHED', 'BATCH_NOT_FOUND', ...queueErrors],
    access: 'write',
  }),
  'jobs.change': defineCall({
    summary:
      'Changes the priority of jobs that wait or are parked, or the instance that they are for (null = balanced).',
    input: z.strictObject({
      jobIds: someJobIds,
      priority: jobPrioritySchema.optional(),
      instanceId: instanceIdSchema.nullable().optional(),
    }),
    output: z.object({ changed: z.int() }),
    errors: ['JOB_NOT_FOUND', 'JOB_NOT_WAITING', 'INSTANCE_NOT_FOUND', 'STORE_WRITE_FAILED'],
    access: 'write',
  }),
  'jobs.move': defineCall({
    summary:
      'Puts waiting jobs, in the order given, before another waiting job, whose priority they take, or to the front or the end of all.',
    input: z.strictObject({
      jobIds: someJobIds,
      to: z.union([z.enum(['front', 'end']), z.strictObject({ before: jobIdSchema })]),
    }),
    output: z.object({ moved: z.int() }),
    errors: ['JOB_NOT_FOUND', 'JOB_NOT_WAITING', 'STORE_WRITE_FAILED'],
    access: 'write',
  }),
  'jobs.remove': defineCall({
    summary: 'Forgets jobs that have ended or are parked. Their files stay unless asked otherwise.',
    input: z.strictObject({ jobIds: someJobIds, deleteFiles: z.boolean().default(false) }),
    output: z.object({ removed: z.int(), filesDeleted: z.int() }),
    errors: ['JOB_NOT_FOUND', 'JOB_NOT_FINISHED', 'STORE_WRITE_FAILED'],
    access: 'write',
  }),
  'jobs.clearFinished': defineCall({
    summary: 'Forgets all jobs that have ended. Their files stay unless asked otherwise.',
    input: z.object({ deleteFiles: z.boolean().default(false) }),
    output: z.object({ removed: z.int(), filesDeleted: z.int() }),
    errors: ['STORE_WRITE_FAILED'],
    access: 'write',
  }),
  'queue.get': defineCall({
    summary: 'The queue as a whole.',
    input: z.object({}),
    output: queueViewSchema,
    errors: [],
    access: 'read',
  }),
  'queue.setMode': defineCall({
    summary:
      'running: goes on. paused: nothing is handed out, what runs goes on. draining: nothing new is taken, what waits is finished.',
    input: z.strictObject({ mode: z.enum(queueModes) }),
    output: queueViewSchema,
    errors: ['STORE_WRITE_FAILED'],
    access: 'write',
  }),
  'batches.list': defineCall({
    summary: 'Batches, newest first.',
    input: z.object({ offset: z.int().nonnegative().default(0), limit: z.int().min(1).max(200).default(50) }),
    output: z.object({ batches: z.array(batchViewSchema), total: z.int() }),
    errors: ['STORE_READ_FAILED'],
    access: 'read',
  }),
  'batches.get': defineCall({
    summary: 'One batch.',
    input: z.object({ batchId: batchIdSchema }),
    output: batchViewSchema,
    errors: ['BATCH_NOT_FOUND'],
    access: 'read',
  }),
} as const;
