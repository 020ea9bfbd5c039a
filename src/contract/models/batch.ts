import { z } from 'zod';
import { batchIdSchema, jobKindSchema, jobPrioritySchema, jobSubmissionSchema } from './job.ts';
import { jobEstimateSchema } from './placement.ts';
import { jobCountsSchema } from './queue.ts';

/** A value that a graph's input takes in one job of a batch. */
export const batchValueSchema = z.union([z.string(), z.number(), z.boolean()]);
/** One list of values for one input of the graph, such as seeds. */
export const batchParameterSchema = z.object({
  nodeId: z.string().max(200),
  inputName: z.string().max(200),
  values: z.array(batchValueSchema).min(1),
});
export type BatchParameter = z.infer<typeof batchParameterSchema>;

/** Most jobs of one batch. */
export const batchMaxJobs = 100_000;

/** One list gives a job for each value; two lists give a grid, the last list changing fastest. */
export const batchSubmissionSchema = jobSubmissionSchema.omit({ id: true, kind: true }).extend({
  id: batchIdSchema
    .optional()
    .describe('Chosen by the caller, so that a repeated submission is refused; made when left out'),
  parameters: z.array(batchParameterSchema).min(1).max(2),
  kind: jobKindSchema.default('batch'),
});
export type BatchSubmission = z.infer<typeof batchSubmissionSchema>;

/** Many jobs of one graph under one name and one progress. */
export const batchViewSchema = z.object({
  id: batchIdSchema,
  title: z.string(),
  total: z.int(),
  counts: jobCountsSchema,
  parameters: z.array(z.object({ nodeId: z.string(), inputName: z.string(), count: z.int() })),
  fraction: z.number().min(0).max(1),
  priority: jobPrioritySchema,
  submittedAt: z.number(),
  finishedAt: z.number().nullable(),
  estimate: jobEstimateSchema.nullable(),
});
export type BatchView = z.infer<typeof batchViewSchema>;
