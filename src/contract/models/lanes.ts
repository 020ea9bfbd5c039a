import { z } from 'zod';
import { instanceIdSchema } from './instance.ts';
import { batchIdSchema, jobIdSchema, jobStateSchema } from './job.ts';

/** How far back the lanes may look, in minutes. */
export const laneMinutes = [5, 15, 60, 240, 1440] as const;
export type LaneMinutes = (typeof laneMinutes)[number];

/** Most jobs that ended, and most that wait, of one answer. */
export const laneLimits = { ended: 1000, waiting: 1000 } as const;

/** One job on the lane of an instance: where it ran, runs, or is expected to run. Times are epoch milliseconds. */
export const laneBlockSchema = z.object({
  jobId: jobIdSchema,
  instanceId: instanceIdSchema,
  title: z.string(),
  state: jobStateSchema,
  batchId: batchIdSchema.nullable(),
  startAt: z.number(),
  endAt: z.number().describe('Of an unfinished job the expected end'),
  loadUntil: z.number().nullable().describe('Until then it loads models; null = none to load'),
  fraction: z.number().min(0).max(1).nullable().describe('How far a running job is'),
});
export type LaneBlock = z.infer<typeof laneBlockSchema>;

const laneCounts = {
  endedSince: z
    .number()
    .nullable()
    .describe('Too many ended in the time asked for: those before are left out; null = all'),
  unplaced: z.int().nonnegative().describe('Waiting jobs of which nobody can say where they will run'),
  beyond: z.int().nonnegative().describe('Waiting jobs behind those that are shown'),
};

export const lanesSchema = z.object({
  blocks: z.array(laneBlockSchema),
  waiting: z.array(jobIdSchema).describe('The waiting jobs among the blocks, in queue order'),
  ...laneCounts,
});
export type Lanes = z.infer<typeof lanesSchema>;

/** What changed on the lanes; `waiting` is null where the order of those that still wait is as before. */
export const lanesEventSchema = z.object({
  changed: z.array(laneBlockSchema),
  removed: z.array(jobIdSchema),
  waiting: z.array(jobIdSchema).nullable(),
  ...laneCounts,
});
export type LanesEvent = z.infer<typeof lanesEventSchema>;

/** The lanes after one event. A block that did not change stays the same object. */
export const applyLanesEvent = (state: Lanes, { changed, removed, waiting, ...counts }: LanesEvent): Lanes => {
  const gone = new Set(removed);
  const fresh = new Map(changed.map((block) => [block.jobId, block]));
  const blocks = state.blocks.flatMap((block) => {
    if (gone.has(block.jobId)) return [];
    const next = fresh.get(block.jobId) ?? block;
    fresh.delete(block.jobId);
    return next;
  });
  const moved = new Set(changed.flatMap(({ jobId, state: one }) => (one === 'queued' ? [] : jobId)));
  return {
    ...counts,
    blocks: [...blocks, ...fresh.values()],
    waiting: waiting ?? state.waiting.filter((jobId) => !gone.has(jobId) && !moved.has(jobId)),
  };
};

/** The key of the topic `lanes`. */
export const lanesKey = (minutes: LaneMinutes): string => String(minutes);

/** The minutes that a key names, or null for a key that names none. */
export const readLanesKey = (key: string): LaneMinutes | null =>
  laneMinutes.find((minutes) => String(minutes) === key) ?? null;
