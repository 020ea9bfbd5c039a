import { z } from 'zod';
import { defineCall } from '../define.ts';
import { instanceIdSchema } from '../models/instance.ts';
import { instanceEventSchema } from '../models/instance-event.ts';
import { instanceFileSchema } from '../models/instance-files.ts';
import { logInfoSchema, logLevelSchema, logLineSchema, logLinesMax, logSearchSchema } from '../models/instance-log.ts';
import { seriesRangeSchema, telemetrySeriesSchema } from '../models/telemetry-series.ts';

const byId = z.object({ instanceId: instanceIdSchema });

/** What is known of one instance beside its state: its measurements, its history, its files, its whole log. */
export const instancePageCalls = {
  'telemetry.series': defineCall({
    summary: 'Measurements of an instance, and of GPUs, over the last hour or day.',
    input: z.object({
      instanceId: instanceIdSchema,
      gpuIndexes: z.array(z.int().nonnegative()).max(16).default([]),
      range: seriesRangeSchema,
    }),
    output: telemetrySeriesSchema,
    errors: ['INSTANCE_NOT_FOUND'],
    access: 'read',
  }),
  'instances.events': defineCall({
    summary: 'What happened to an instance, newest first, a page at a time.',
    input: z.object({
      instanceId: instanceIdSchema,
      beforeId: z.int().positive().optional().describe('Only what is older than this event'),
      limit: z.int().min(1).max(200).default(50),
    }),
    output: z.object({ events: z.array(instanceEventSchema), more: z.boolean() }),
    errors: ['INSTANCE_NOT_FOUND', 'STORE_READ_FAILED'],
    access: 'read',
  }),
  'instances.files': defineCall({
    summary: 'The folders and files that a local instance uses, as they are on the disk.',
    input: byId,
    output: z.object({ files: z.array(instanceFileSchema) }),
    errors: ['INSTANCE_NOT_FOUND', 'INSTANCE_REMOTE'],
    access: 'read',
  }),
  'instances.restartNeeded': defineCall({
    summary: 'Fields of the configuration that the running process does not know yet; none where it does not run.',
    input: byId,
    output: z.object({ fields: z.array(z.string()), atStart: z.array(z.string()).describe('All that need a start') }),
    errors: ['INSTANCE_NOT_FOUND'],
    access: 'read',
  }),
  'instances.logInfo': defineCall({
    summary: 'How many lines the whole log of an instance has, and in which files.',
    input: byId,
    output: logInfoSchema,
    errors: ['INSTANCE_NOT_FOUND', 'STORE_READ_FAILED'],
    access: 'read',
  }),
  'instances.readLogLines': defineCall({
    summary: 'Lines of the whole log by their numbers: a stretch from `from` on, or the ones that are listed.',
    input: z.object({
      instanceId: instanceIdSchema,
      from: z.int().nonnegative().optional(),
      count: z.int().min(1).max(logLinesMax).default(200),
      numbers: z.array(z.int().nonnegative()).max(logLinesMax).optional(),
    }),
    output: z.object({ generation: z.string(), lines: z.array(logLineSchema) }),
    errors: ['INSTANCE_NOT_FOUND', 'STORE_READ_FAILED'],
    access: 'read',
  }),
  'instances.searchLog': defineCall({
    summary: 'Searches every line of the whole log, colours left out. Cancelling the call ends the search.',
    input: z.object({
      instanceId: instanceIdSchema,
      text: z.string().max(500).default(''),
      levels: z.array(logLevelSchema).max(4).default([]).describe('Empty = all'),
      caseSensitive: z.boolean().default(false),
    }),
    output: logSearchSchema,
    errors: ['INSTANCE_NOT_FOUND', 'STORE_READ_FAILED'],
    access: 'read',
  }),
} as const;
