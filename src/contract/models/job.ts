import { z } from 'zod';
import { wireErrorSchema } from '../errors.ts';
import { instanceIdSchema } from './instance.ts';
import { promptSchema } from './workflow.ts';

/** A job's id is the prompt id that ComfyUI sees: a canonical lower-case UUID (comfyui-protocol.md 4.1). */
export const jobIdSchema = z.uuid().regex(/^[0-9a-f-]+$/, 'lower case');

export const jobStates = ['queued', 'assigned', 'running', 'succeeded', 'failed', 'cancelled'] as const;
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

/** Why an instance was not chosen for a job. */
export const candidateRejectionSchema = z.object({
  instanceId: instanceIdSchema,
  reason: z.enum([
    'disabled',
    'not-running',
    'paused',
    'unhealthy',
    'no-free-slot',
    'not-the-chosen-one',
    'not-preferred',
    'node-unknown',
  ]),
  details: z.record(z.string(), z.unknown()).default({}),
});
export type CandidateRejection = z.infer<typeof candidateRejectionSchema>;

/** How the instance of a job was chosen, or why none was yet. */
export const placementSchema = z.object({
  instanceId: instanceIdSchema.nullable(),
  strategy: z.enum(['explicit', 'active', 'round-robin', 'least-loaded', 'random']),
  rejected: z.array(candidateRejectionSchema),
});
export type Placement = z.infer<typeof placementSchema>;

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
  tries: z.int().nonnegative(),
  submittedAt: z.number(),
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
});
export type JobSubmission = z.infer<typeof jobSubmissionSchema>;

export const jobPreviewSchema = z.object({
  contentType: z.string(),
  base64: z.string(),
  nodeId: z.string().nullable(),
});
export type JobPreview = z.infer<typeof jobPreviewSchema>;
