import { z } from 'zod';
import { instanceIdSchema } from './instance.ts';

/** Why an instance was not chosen for a job. */
export const rejectionReasons = [
  'disabled',
  'not-running',
  'paused',
  'draining',
  'unhealthy',
  'no-free-slot',
  'not-the-chosen-one',
  'node-unknown',
  'value-unknown',
  'memory-too-small',
  'excluded',
  'load-token',
  'not-preferred',
] as const;
export const candidateRejectionSchema = z.object({
  instanceId: instanceIdSchema,
  reason: z.enum(rejectionReasons),
  details: z.record(z.string(), z.unknown()).default({}),
});
export type CandidateRejection = z.infer<typeof candidateRejectionSchema>;

/** What a job is expected to cost on one instance, in milliseconds from the decision on. */
export const candidateScoreSchema = z.object({
  instanceId: instanceIdSchema,
  waitMs: z.number().nonnegative().describe('Until it has a free slot'),
  startMs: z.number().nonnegative().describe('Until it is up, where it is stopped and starts on demand'),
  loadMs: z.number().nonnegative().describe('For the models that it does not hold'),
  runMs: z.number().nonnegative(),
  finishMs: z.number().nonnegative().describe('The sum, which fastest finish compares'),
  missingModels: z.array(z.string()).describe('Model files that it would have to load'),
});
export type CandidateScore = z.infer<typeof candidateScoreSchema>;

/** Why a job waits although nothing is wrong with it. */
export const waitingReasons = [
  'queue-paused',
  'store-unwritable',
  'earlier-of-lane',
  'no-instance',
  'none-able',
  'none-free',
  'warm-instance',
  'load-token',
  'instance-starting',
  'its-turn',
] as const;

/**
 * How the instance of a job was chosen, or why none was yet: the score of every instance that could take it, and the reason for every
 * one that was not taken.
 */
export const placementSchema = z.object({
  instanceId: instanceIdSchema.nullable(),
  strategy: z.enum(['explicit', 'active', 'fastest-finish', 'round-robin', 'least-loaded', 'random', 'weighted']),
  decidedAt: z.number().default(0),
  waiting: z.enum(waitingReasons).nullable().default(null).describe('null once an instance is chosen'),
  waitsFor: instanceIdSchema.nullable().default(null).describe('The busy instance that would finish it first'),
  sooner: z
    .object({ instanceId: instanceIdSchema, finishMs: z.number().nonnegative(), otherJobs: z.int().nonnegative() })
    .nullable()
    .default(null)
    .describe('An instance that would have this job done sooner, and so many other jobs that wait for the same ones'),
  scores: z.array(candidateScoreSchema).default([]),
  rejected: z.array(candidateRejectionSchema),
});
export type Placement = z.infer<typeof placementSchema>;

/** When a job is expected to be done, with the spread of what was measured; epoch milliseconds. */
export const jobEstimateSchema = z.object({
  startAt: z.number(),
  finishAt: z.number(),
  earliestAt: z.number(),
  latestAt: z.number(),
});
export type JobEstimate = z.infer<typeof jobEstimateSchema>;
