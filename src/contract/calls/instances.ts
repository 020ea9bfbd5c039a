import { z } from 'zod';
import { defineCall } from '../define.ts';
import { connectionReportSchema } from '../models/connection.ts';
import {
  drainGoalSchema,
  instanceConfigurationSchema,
  instanceDraftSchema,
  instanceIdSchema,
  instanceViewSchema,
  offeredFlagsSchema,
  validationReportSchema,
} from '../models/instance.ts';

const byId = z.object({ instanceId: instanceIdSchema });
const nothing = z.object({});
const secret = z
  .string()
  .max(4096)
  .optional()
  .describe('Token or password of a remote instance; kept apart, never answered');

/** Calls about the instances of the fleet. A start or stop answers when it is accepted; the topic tells how it goes. */
export const instanceCalls = {
  'instances.list': defineCall({
    summary: 'All instances and the active one.',
    input: nothing,
    output: z.object({ instances: z.array(instanceViewSchema), activeInstanceId: instanceIdSchema.nullable() }),
    errors: [],
    access: 'read',
  }),
  'instances.get': defineCall({
    summary: 'One instance.',
    input: byId,
    output: instanceViewSchema,
    errors: ['INSTANCE_NOT_FOUND'],
    access: 'read',
  }),
  'instances.create': defineCall({
    summary: 'Checks and stores a new instance. Warnings do not stop it, errors do (INSTANCE_INVALID with the report).',
    input: z.strictObject({ draft: instanceDraftSchema, secret }),
    output: instanceViewSchema,
    errors: ['INSTANCE_INVALID', 'STORE_WRITE_FAILED'],
    access: 'admin',
  }),
  'instances.update': defineCall({
    summary: 'Changes fields of an instance; what a running one needs a restart for is listed in the answer.',
    input: z.strictObject({
      instanceId: instanceIdSchema,
      changes: instanceDraftSchema.partial().omit({ id: true }),
      basis: instanceConfigurationSchema
        .optional()
        .describe(
          'What the changes were made from. A field that both sides changed since fails with INSTANCE_CHANGED, any other one is kept',
        ),
      secret,
    }),
    output: z.object({ instance: instanceViewSchema, restartNeededFor: z.array(z.string()) }),
    errors: ['INSTANCE_NOT_FOUND', 'INSTANCE_INVALID', 'INSTANCE_CHANGED', 'STORE_WRITE_FAILED'],
    access: 'admin',
  }),
  'instances.delete': defineCall({
    summary: 'Stops and forgets an instance. Its files stay where they are.',
    input: byId,
    output: nothing,
    errors: ['INSTANCE_NOT_FOUND', 'STORE_WRITE_FAILED'],
    access: 'admin',
  }),
  'instances.validate': defineCall({
    summary: 'Every problem of a draft in one pass, nothing stored.',
    input: z.object({ draft: instanceDraftSchema, instanceId: instanceIdSchema.optional() }),
    output: validationReportSchema.extend({
      restartNeededFor: z
        .array(z.string())
        .describe('Fields that the running process would take up only at its next start'),
    }),
    errors: ['INSTANCE_NOT_FOUND'],
    access: 'read',
  }),
  'instances.flags': defineCall({
    summary: "The flags that a draft's ComfyUI knows, learned from its own help, and which of them are set already.",
    input: z.object({ draft: instanceDraftSchema, instanceId: instanceIdSchema.optional() }),
    output: offeredFlagsSchema,
    errors: ['INSTANCE_NOT_FOUND'],
    access: 'read',
  }),
  'instances.testConnection': defineCall({
    summary: 'Tries a draft without saving or starting anything and answers named checks with advice.',
    input: z.object({ draft: instanceDraftSchema, instanceId: instanceIdSchema.optional(), secret }),
    output: connectionReportSchema,
    errors: [],
    access: 'write',
  }),
  'instances.suggestPort': defineCall({
    summary: 'The first port from the given one on that no instance and no program uses.',
    input: z.object({ from: z.int().min(1).max(65535).default(8188) }),
    output: z.object({ port: z.int() }),
    errors: [],
    access: 'read',
  }),
  'instances.previewLaunch': defineCall({
    summary: 'The exact command and environment with which a draft would be started; secrets are masked.',
    input: z.object({ draft: instanceDraftSchema, instanceId: instanceIdSchema.optional() }),
    output: z.object({
      command: z.string(),
      arguments: z.array(z.string()),
      environment: z.record(z.string(), z.string()),
      workingFolder: z.string(),
    }),
    errors: ['INSTANCE_INVALID'],
    access: 'read',
  }),
  'instances.start': defineCall({
    summary: 'Starts an instance; starting a running one does nothing.',
    input: byId,
    output: instanceViewSchema,
    errors: ['INSTANCE_NOT_FOUND', 'INSTANCE_REMOTE', 'INSTANCE_DISABLED', 'INSTANCE_BUSY'],
    access: 'write',
  }),
  'instances.stop': defineCall({
    summary:
      'Stops an instance in steps; stopping a stopped one does nothing. Without drain the running job is given up.',
    input: z.object({ instanceId: instanceIdSchema, drain: z.boolean().default(false) }),
    output: instanceViewSchema,
    errors: ['INSTANCE_NOT_FOUND', 'INSTANCE_REMOTE'],
    access: 'write',
  }),
  'instances.restart': defineCall({
    summary: 'Stops and starts an instance.',
    input: byId,
    output: instanceViewSchema,
    errors: ['INSTANCE_NOT_FOUND', 'INSTANCE_REMOTE', 'INSTANCE_DISABLED'],
    access: 'write',
  }),
  'instances.pause': defineCall({
    summary: 'The instance takes no new work; its running job goes on.',
    input: byId,
    output: instanceViewSchema,
    errors: ['INSTANCE_NOT_FOUND', 'INSTANCE_NOT_RUNNING'],
    access: 'write',
  }),
  'instances.drain': defineCall({
    summary: 'The instance takes no new work; when its running jobs have ended it is paused, stopped or restarted.',
    input: z.strictObject({
      instanceId: instanceIdSchema,
      afterwards: drainGoalSchema.default('pause'),
    }),
    output: instanceViewSchema,
    errors: ['INSTANCE_NOT_FOUND', 'INSTANCE_NOT_RUNNING', 'INSTANCE_REMOTE', 'INSTANCE_DISABLED', 'INSTANCE_BUSY'],
    access: 'write',
  }),
  'instances.free': defineCall({
    summary: 'Asks an instance to unload its models and give its memory back.',
    input: byId,
    output: nothing,
    errors: [
      'INSTANCE_NOT_FOUND',
      'INSTANCE_NOT_RUNNING',
      'INSTANCE_UNREACHABLE',
      'INSTANCE_AUTH',
      'INSTANCE_WRONG_ANSWER',
    ],
    access: 'write',
  }),
  'instances.resume': defineCall({
    summary: 'An instance that is paused or drains takes work again.',
    input: byId,
    output: instanceViewSchema,
    errors: ['INSTANCE_NOT_FOUND', 'INSTANCE_BUSY'],
    access: 'write',
  }),
  'instances.startAll': defineCall({
    summary: 'Starts every enabled local instance that is not running, in order.',
    input: nothing,
    output: z.object({ started: z.array(instanceIdSchema) }),
    errors: [],
    access: 'write',
  }),
  'instances.stopAll': defineCall({
    summary: 'Stops every local instance.',
    input: nothing,
    output: z.object({ stopped: z.array(instanceIdSchema) }),
    errors: [],
    access: 'write',
  }),
  'instances.setActive': defineCall({
    summary: 'New jobs go to this instance; null = balanced over all.',
    input: z.object({ instanceId: instanceIdSchema.nullable() }),
    output: z.object({ activeInstanceId: instanceIdSchema.nullable() }),
    errors: ['INSTANCE_NOT_FOUND', 'STORE_WRITE_FAILED'],
    access: 'write',
  }),
  'instances.readLog': defineCall({
    summary: 'A piece of the log file that ends at a byte offset (the end when left out), for scrolling back.',
    input: z.object({
      instanceId: instanceIdSchema,
      beforeByte: z.int().nonnegative().optional(),
      maxBytes: z
        .int()
        .min(1)
        .max(1024 ** 2)
        .default(64 * 1024),
    }),
    output: z.object({ startByte: z.int(), endByte: z.int(), text: z.string() }),
    errors: ['INSTANCE_NOT_FOUND'],
    access: 'read',
  }),
} as const;
