import { z } from 'zod';
import { errorCodeSchema } from '../errors.ts';
import { drainGoalSchema, instanceExitSchema, instanceReasonSchema } from './instance-state.ts';

/** Who or what was behind a start, a stop or a pause. */
export const instanceActors = [
  'user',
  'launch',
  'job',
  'restart-policy',
  'idle',
  'drain',
  'reboot',
  'deletion',
  'studio-end',
  'studio',
] as const;
export const instanceActorSchema = z.enum(instanceActors);
export type InstanceActor = z.infer<typeof instanceActorSchema>;

export const lossCauseSchema = z.enum(['crashed', 'hung', 'stopped', 'rebooted']);

const by = instanceActorSchema;
const ranMs = z.number().nullable().describe('From ready to the end; null where it was not ready');

/** What happened, without when: one of these a line of the book. */
export const instanceEventBodySchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('created') }),
  z.object({ type: z.literal('removed') }),
  z.object({ type: z.literal('started'), by, attempt: z.int().positive() }),
  z.object({
    type: z.literal('ready'),
    tookMs: z.number().nullable().describe('From the start until it answered; null for a remote one'),
    version: z.string(),
  }),
  z.object({ type: z.literal('adopted'), pid: z.int().nullable(), version: z.string() }),
  z.object({ type: z.literal('stopped'), by, exit: instanceExitSchema.nullable(), ranMs }),
  z.object({ type: z.literal('restarting'), by }),
  z.object({
    type: z.literal('crashed'),
    reason: instanceReasonSchema,
    exit: instanceExitSchema.nullable(),
    wasReady: z.boolean(),
    ranMs,
    attempt: z.int().positive().nullable().describe('Ends in a row so far; null where no start follows'),
    restartAt: z.number().nullable(),
  }),
  z.object({ type: z.literal('hung'), reason: instanceReasonSchema }),
  z.object({ type: z.literal('unresponsive'), reason: instanceReasonSchema }),
  z.object({ type: z.literal('recovered'), silentMs: z.number() }),
  z.object({ type: z.literal('paused'), by }),
  z.object({ type: z.literal('resumed'), by }),
  z.object({ type: z.literal('draining'), by, goal: drainGoalSchema }),
  z.object({
    type: z.literal('jobs-lost'),
    cause: lossCauseSchema,
    code: errorCodeSchema,
    jobIds: z.array(z.string()).describe('The first 50'),
    count: z.int().positive(),
  }),
  z.object({ type: z.literal('configured'), fields: z.array(z.string()), restartNeeded: z.boolean() }),
  z.object({ type: z.literal('warned'), reason: instanceReasonSchema }),
]);
export type InstanceEventBody = z.infer<typeof instanceEventBodySchema>;

/** One line of the book that is kept of an instance. Ids count up, whatever the clock does. */
export const instanceEventSchema = z.object({
  id: z.int().positive(),
  at: z.number().describe('Epoch milliseconds'),
  event: instanceEventBodySchema,
});
export type InstanceEvent = z.infer<typeof instanceEventSchema>;
