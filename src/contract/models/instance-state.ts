import { z } from 'zod';
import { errorCodeSchema } from '../errors.ts';

export const instanceStatuses = ['stopped', 'starting', 'running', 'paused', 'stopping', 'error'] as const;
export const instanceStatusSchema = z.enum(instanceStatuses);
export type InstanceStatus = z.infer<typeof instanceStatusSchema>;

export const instanceHealths = ['healthy', 'degraded', 'unhealthy'] as const;
export const instanceHealthSchema = z.enum(instanceHealths);
export type InstanceHealth = z.infer<typeof instanceHealthSchema>;

/** Why an instance is in trouble or ended: a code, its facts, and the end of its log as evidence. */
export const instanceReasonSchema = z.object({
  code: errorCodeSchema,
  details: z.record(z.string(), z.unknown()).default({}),
  evidence: z.array(z.string()).default([]).describe('Last lines of the log, without ANSI codes'),
});
export type InstanceReason = z.infer<typeof instanceReasonSchema>;

export const instanceExitSchema = z.object({
  code: z.int().nullable(),
  signal: z.string().nullable(),
  at: z.number().describe('Epoch milliseconds'),
  requested: z.boolean(),
});
export type InstanceExit = z.infer<typeof instanceExitSchema>;

export const startPhases = ['queued', 'launching', 'imports', 'custom-nodes', 'server', 'verifying'] as const;
export const startPhaseSchema = z.enum(startPhases);
export type StartPhase = z.infer<typeof startPhaseSchema>;

export const stopSteps = ['interrupt', 'terminate', 'kill', 'verify'] as const;
export const stopStepSchema = z.enum(stopSteps);
export type StopStep = z.infer<typeof stopStepSchema>;

/** The life of an instance as one union (architecture.md 3). Times are epoch milliseconds. */
export const instanceStateSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('stopped'),
    lastExit: instanceExitSchema.nullable(),
    reason: instanceReasonSchema.nullable(),
    idle: z.literal(true).optional().describe('It was stopped because it had nothing to do; absent otherwise'),
  }),
  z.object({
    kind: z.literal('starting'),
    pid: z.int().nullable(),
    startedAt: z.number(),
    phase: startPhaseSchema,
    attempt: z.int().positive(),
  }),
  z.object({
    kind: z.literal('ready'),
    pid: z.int().nullable().describe('null for a remote instance'),
    readyAt: z.number(),
    health: z.enum(['healthy', 'degraded']),
    failures: z.int().nonnegative(),
    version: z.string(),
    adopted: z.boolean(),
  }),
  z.object({
    kind: z.literal('unresponsive'),
    pid: z.int().nullable(),
    since: z.number(),
    readyAt: z.number(),
    failures: z.int().nonnegative(),
    reason: instanceReasonSchema,
    version: z.string(),
  }),
  z.object({
    kind: z.literal('paused'),
    pid: z.int().nullable(),
    pausedAt: z.number(),
    readyAt: z.number(),
    health: instanceHealthSchema,
    failures: z.int().nonnegative(),
    version: z.string(),
  }),
  z.object({
    kind: z.literal('stopping'),
    pid: z.int().nullable(),
    step: stopStepSchema,
    deadlineAt: z.number(),
    thenRestart: z.boolean(),
  }),
  z.object({
    kind: z.literal('waiting'),
    attempt: z.int().positive(),
    restartAt: z.number(),
    reason: instanceReasonSchema,
    lastExit: instanceExitSchema.nullable(),
  }),
  z.object({
    kind: z.literal('failed'),
    reason: instanceReasonSchema,
    lastExit: instanceExitSchema.nullable(),
    since: z.number(),
  }),
]);
export type InstanceState = z.infer<typeof instanceStateSchema>;

/** What becomes of an instance once its running jobs have ended. */
export const drainGoals = ['pause', 'stop', 'restart'] as const;
export const drainGoalSchema = z.enum(drainGoals);
export type DrainGoal = z.infer<typeof drainGoalSchema>;
