import { z } from 'zod';
import { batchIdSchema, type JobState, jobIdSchema } from '#contract/models/job.ts';
import { laneMinutes } from '#contract/models/lanes.ts';
import type { JobCounts, JobFilter } from '#contract/models/queue.ts';

export const queueSections = ['running', 'waiting', 'done', 'parked'] as const;
/** Lists of the queue page: each holds the jobs of some states. */
export type QueueSection = (typeof queueSections)[number];

/** How a done job ended. */
export const outcomes = ['succeeded', 'failed', 'cancelled'] as const;

/** What stands in the address of the queue page; a wrong value counts as none. */
export const queueSearchSchema = z.object({
  show: z.enum(queueSections).optional().catch(undefined),
  outcome: z.enum(outcomes).optional().catch(undefined),
  search: z.string().max(200).optional().catch(undefined),
  batch: batchIdSchema.optional().catch(undefined),
  job: jobIdSchema.optional().catch(undefined),
  view: z.enum(['lanes']).optional().catch(undefined),
  /** Minutes that the lanes look back. */
  span: z.literal(laneMinutes).optional().catch(undefined),
});
export type QueueSearch = z.infer<typeof queueSearchSchema>;

const statesOf: { readonly [Section in QueueSection]: readonly JobState[] } = {
  running: ['assigned', 'running'],
  waiting: ['queued'],
  done: ['succeeded', 'failed', 'cancelled'],
  parked: ['parked'],
};

/** The jobs of a section that the address asks for. */
export const filterOf = (section: QueueSection, { outcome, search, batch }: QueueSearch): JobFilter => {
  const text = search?.trim() ?? '';
  return {
    states: section === 'done' && outcome !== undefined ? [outcome] : [...statesOf[section]],
    ...(text === '' ? {} : { text }),
    ...(batch === undefined ? {} : { batchId: batch }),
  };
};

/** Whether the list is the whole section, so that a position in it is the place in the queue. */
export const isWhole = ({ search, batch }: QueueSearch): boolean =>
  (search?.trim() ?? '') === '' && batch === undefined;

export const countOf = (section: QueueSection, counts: JobCounts): number =>
  statesOf[section].reduce((sum, state) => sum + counts[state], 0);

export const countAll = (counts: JobCounts): number =>
  queueSections.reduce((sum, one) => sum + countOf(one, counts), 0);
