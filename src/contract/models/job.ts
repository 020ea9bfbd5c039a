import { z } from 'zod';
import { wireErrorSchema } from '../errors.ts';
import { instanceIdSchema } from './instance.ts';
import { jobEstimateSchema, placementSchema } from './placement.ts';
import { promptSchema } from './workflow.ts';

/** A job's id is the prompt id that ComfyUI sees: a canonical lower-case UUID (comfyui-protocol.md 4.1). */
export const jobIdSchema = z.uuid().regex(/^[0-9a-f-]+$/, 'lower case');

/** `parked`: set aside until somebody decides, since going on by itself would do harm or could not work. */
export const jobStates = ['queued', 'assigned', 'running', 'succeeded', 'failed', 'cancelled', 'parked'] as const;
export const jobStateSchema = z.enum(jobStates);
export type JobState = z.infer<typeof jobStateSchema>;

/** One result of a node. Files are read from `/content/outputs/<jobId>/<index>`; a text stands here. */
export const jobOutputSchema = z.object({
  index: z.int().nonnegative(),
  nodeId: z.string(),
  kind: z.enum(['image', 'video', 'audio', 'text', 'file']),
  key: z.string().describe('The key ComfyUI lists it under: images, gifs, audio, text, ...'),
  filename: z.string().default(''),
  subfolder: z.string().default(''),
  type: z.string().default(''),
  text: z.string().default(''),
});
export type JobOutput = z.infer<typeof jobOutputSchema>;

/** An error of one node, as ComfyUI tells it. */
export const nodeErrorSchema = z.object({
  nodeId: z.string(),
  classType: z.string(),
  type: z.string().describe('exception type, or the rule that refused the input'),
  message: z.string(),
  details: z.string().default(''),
  inputName: z.string().default(''),
  traceback: z.array(z.string()).default([]),
});
export type NodeError = z.infer<typeof nodeErrorSchema>;

export const jobProgressSchema = z.object({
  nodeId: z.string().nullable().describe('The node that runs'),
  classType: z.string().default(''),
  value: z.number(),
  max: z.number(),
  nodesDone: z.int(),
  nodesTotal: z.int(),
  fraction: z.number().min(0).max(1).describe('Of the whole job, never going back'),
});
export type JobProgress = z.infer<typeof jobProgressSchema>;

/** What brought a job into its state, where that is not plain. */
export const jobReasons = [
  'instance-died',
  'instance-stopped',
  'uncertain',
  'out-of-memory',
  'retried',
  'studio-restarted',
  'too-many-deaths',
  'too-many-losses',
  'instance-deleted',
  'secret-lost',
  'cancelled-by-user',
  'timeout',
] as const;
export const jobReasonSchema = z.object({
  code: z.enum(jobReasons),
  details: z.record(z.string(), z.unknown()).default({}),
});
export type JobReason = z.infer<typeof jobReasonSchema>;

export const jobPrioritySchema = z.int().min(-100).max(100).describe('Higher runs first; 0 is usual');
/** Interactive jobs run before those of a batch with the same priority: somebody waits for them. */
export const jobKindSchema = z.enum(['interactive', 'batch']);
export const batchIdSchema = z.uuid();

/** A job as screens and scripts see it; the graph itself is asked for with `jobs.prompt`. */
export const jobViewSchema = z.object({
  id: jobIdSchema,
  title: z.string(),
  state: jobStateSchema,
  instanceId: instanceIdSchema.nullable(),
  requestedInstanceId: instanceIdSchema.nullable(),
  clientId: z.string().nullable(),
  placement: placementSchema.nullable(),
  progress: jobProgressSchema.nullable(),
  hasPreview: z.boolean(),
  outputs: z.array(jobOutputSchema),
  error: wireErrorSchema.nullable(),
  nodeErrors: z.array(nodeErrorSchema),
  cachedNodes: z.int().default(0),
  tries: z.int().nonnegative().describe('Runs that were begun'),
  deaths: z.int().nonnegative().default(0).describe('Instances that died while they ran it'),
  reason: jobReasonSchema.nullable().default(null),
  priority: jobPrioritySchema.default(0),
  rank: z.number().default(0).describe('Order within a priority; lower runs first'),
  kind: jobKindSchema.default('interactive'),
  timeoutMs: z.int().nullable().default(null).describe('Longest time without progress; null = as the instance says'),
  batchId: batchIdSchema.nullable().default(null),
  batchIndex: z.int().nullable().default(null),
  estimate: jobEstimateSchema.nullable().default(null),
  submittedAt: z.number(),
  assignedAt: z.number().nullable().default(null),
  startedAt: z.number().nullable(),
  finishedAt: z.number().nullable(),
});
export type JobView = z.infer<typeof jobViewSchema>;

/** A picture or mask that a node of the workflow loads, uploaded before through `/content/inputs`. */
export const jobInputSchema = z.object({
  name: z.string().min(1).max(255).describe('Name in the input folder, as the workflow refers to it'),
  uploadId: z.string().max(100).describe('What PUT /content/inputs answered'),
});

export const jobSubmissionSchema = z.object({
  prompt: promptSchema,
  title: z.string().max(200).default(''),
  id: jobIdSchema.optional().describe('Chosen by the caller; made by the studio when left out'),
  instanceId: instanceIdSchema.nullable().default(null).describe('null = balanced, or the active instance'),
  inputs: z.array(jobInputSchema).max(100).default([]),
  clientId: z.string().max(200).nullable().default(null),
  extraData: z.record(z.string(), z.unknown()).default({}),
  priority: jobPrioritySchema.default(0),
  kind: jobKindSchema.default('interactive'),
  timeoutMs: z
    .int()
    .min(1000)
    .max(7 * 86_400_000)
    .nullable()
    .default(null)
    .describe('Longest time without progress; null = as the instance says'),
});
export type JobSubmission = z.infer<typeof jobSubmissionSchema>;

export const jobPreviewSchema = z.object({
  contentType: z.string(),
  base64: z.string(),
  nodeId: z.string().nullable(),
});
export type JobPreview = z.infer<typeof jobPreviewSchema>;

/** What happened to a job, oldest first. */
export const jobEventSchema = z.object({
  at: z.number(),
  type: z.enum([
    'submitted',
    'assigned',
    'sent',
    'accepted',
    'started',
    'loaded',
    'lost',
    'requeued',
    'uncertain',
    'collected',
    'parked',
    'retried',
    'changed',
    'succeeded',
    'failed',
    'cancelled',
  ]),
  instanceId: instanceIdSchema.nullable(),
  details: z.record(z.string(), z.unknown()).default({}),
});
export type JobEvent = z.infer<typeof jobEventSchema>;
