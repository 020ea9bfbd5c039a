import { z } from 'zod';
import { wireErrorSchema } from '../errors.ts';
import { instanceIdSchema } from './instance.ts';
import { batchIdSchema, jobStateSchema } from './job.ts';

export const jobCountsSchema = z.object({
  queued: z.int(),
  assigned: z.int(),
  running: z.int(),
  succeeded: z.int(),
  failed: z.int(),
  cancelled: z.int(),
  parked: z.int(),
});
export type JobCounts = z.infer<typeof jobCountsSchema>;

/** Which jobs a list holds, and in which order: waiting ones as they will run, then the others, the latest that ended or came first. */
export const jobFilterSchema = z.object({
  states: z.array(jobStateSchema).max(10).optional(),
  batchId: batchIdSchema.optional(),
  instanceId: instanceIdSchema.optional(),
  text: z.string().max(200).optional().describe('Part of a title or the start of an id'),
});
export type JobFilter = z.infer<typeof jobFilterSchema>;
export const jobPageSchema = jobFilterSchema.extend({
  offset: z.int().nonnegative().default(0),
  limit: z.int().min(1).max(200).default(50),
});
export type JobPage = z.infer<typeof jobPageSchema>;

/** `paused`: nothing is handed out. `draining`: what waits is finished, and nothing new is taken. */
export const queueModes = ['running', 'paused', 'draining'] as const;
export const queueViewSchema = z.object({
  mode: z.enum(queueModes),
  counts: jobCountsSchema,
  estimate: z.number().nullable().describe('When all that waits is expected to be done, epoch milliseconds'),
  problem: wireErrorSchema.nullable().describe('Why no job is taken: the store cannot be written or read'),
});
export type QueueView = z.infer<typeof queueViewSchema>;

/** The key of the topic `jobPage` for a page, the same for the same page. */
export const jobPageKey = (page: z.input<typeof jobPageSchema>): string => {
  const { states, batchId, instanceId, text, offset, limit } = jobPageSchema.parse(page);
  return JSON.stringify({ states: states?.toSorted(), batchId, instanceId, text, offset, limit });
};

/** The page that a key names, or null for a key that names none. */
export const readJobPageKey = (key: string): JobPage | null => {
  try {
    return jobPageSchema.safeParse(JSON.parse(key)).data ?? null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
};
