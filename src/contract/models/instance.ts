import { z } from 'zod';
import {
  drainGoalSchema,
  instanceHealthSchema,
  instanceReasonSchema,
  instanceStateSchema,
  instanceStatusSchema,
} from './instance-state.ts';
import { problemCodes } from './problem-codes.ts';

export * from './instance-state.ts';

export const instanceIdSchema = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/, 'letters, digits, _ and -; 64 at most')
  .describe('Stable name of an instance in files, logs and URLs');

/** When an instance that ended by itself is started again. `on-failure` leaves a clean exit (code 0) alone. */
export const restartPolicySchema = z.enum(['never', 'on-failure', 'always']);

const folder = z.string().max(4096);
const folderFields = { base: folder, output: folder, input: folder, user: folder, temp: folder, models: folder };

/** Folders given to ComfyUI; an empty string means the place that Atelier chooses in its data folder. */
export const instanceFoldersSchema = z.object({
  base: folder.default(''),
  output: folder.default(''),
  input: folder.default(''),
  user: folder.default(''),
  temp: folder.default(''),
  models: folder.default(''),
});

/** How a remote instance is logged in to. The secret itself never stands in a configuration. */
export const remoteAuthenticationSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('none') }),
  z.object({ type: z.literal('bearer') }),
  z.object({ type: z.literal('basic'), username: z.string().max(200) }),
]);

/** What a local instance runs: an installed ComfyUI, or the built-in sandbox server that needs no GPU. */
export const instanceProgramSchema = z.enum(['comfyui', 'sandbox']);

const sandboxFields = {
  speed: z.number().min(0.01).max(100).describe('1 = the reference card; 0.5 = half as fast'),
  clock: z.number().min(0.01).max(100_000).describe('Simulated work runs this many times faster than real time'),
  vramBytes: z.int().positive(),
  arguments: z.array(z.string().max(1000)).max(100).describe('Extra switches of the sandbox, faults included'),
};

/** The simulated hardware of a sandbox instance. */
export const sandboxProfileSchema = z.object({
  speed: sandboxFields.speed.default(1),
  clock: sandboxFields.clock.default(1),
  vramBytes: sandboxFields.vramBytes.default(24 * 1024 ** 3),
  arguments: sandboxFields.arguments.default([]),
});

const idleFields = {
  freeAfterMs: z.int().min(0).max(604_800_000).describe('Idle time after which it gives its memory back; 0 = never'),
  stopAfterMs: z.int().min(0).max(604_800_000).describe('Idle time after which it is stopped; 0 = never'),
  startOnDemand: z.boolean().describe('A job may start it when it is stopped'),
};

/** What becomes of an instance that has nothing to do. */
export const idlePolicySchema = z.object({
  freeAfterMs: idleFields.freeAfterMs.default(0),
  stopAfterMs: idleFields.stopAfterMs.default(0),
  startOnDemand: idleFields.startOnDemand.default(false),
});
export type IdlePolicy = z.infer<typeof idlePolicySchema>;

export const longestName = 500;
export const longestDescription = 2000;
/** What a draft may hold at most, so that a text that is too long is a finding and no refused call. */
const longestDraftText = 100_000;

/** The fields without their defaults: a draft must tell "left out" from "set to the default". */
const configurationFields = {
  id: instanceIdSchema,
  name: z.string().max(longestName),
  description: z.string().max(longestDescription),
  kind: z.enum(['local', 'remote']),
  program: instanceProgramSchema,
  host: z.string().max(255),
  port: z.int().min(0).max(65535),
  url: z.string().max(2000).describe('Base address of a remote instance; host and port follow from it'),
  authentication: remoteAuthenticationSchema,
  gpuDevice: z
    .string()
    .max(500)
    .describe('auto, cpu, cuda:N, an index, a GPU UUID, a comma list of those, or free text for another device kind'),
  environmentVariables: z.record(z.string().max(200), z.string().max(8192)),
  extraArguments: z.array(z.string().max(8192)).max(200).describe('Passed on as argv, one entry an argument'),
  comfyuiFolder: folder,
  pythonPath: folder,
  customNodesPath: folder,
  maxConcurrentWorkflows: z.int().min(1).max(64),
  weight: z.number().min(0.01).max(100).describe('Share of the work under the weighted strategy'),
  timeoutMs: z.int().min(1000).max(86_400_000).describe('Longest time without progress of a running job'),
  enableQueueMonitoring: z.boolean(),
  autoStart: z.boolean(),
  restartPolicy: restartPolicySchema,
  enabled: z.boolean(),
  createdAt: z.number().describe('Epoch milliseconds; set by the studio'),
};

/**
 * Everything a user decides about an instance (source-documents.md 002-C2, 3b). Empty strings mean "not set".
 * The shape is what is stored; ranges and texts that depend on the machine are checked by `instances.validate`.
 */
export const instanceConfigurationSchema = z.object({
  id: configurationFields.id,
  name: configurationFields.name,
  description: configurationFields.description.default(''),
  kind: configurationFields.kind.default('local'),
  program: configurationFields.program.default('comfyui'),
  host: configurationFields.host.default('127.0.0.1'),
  port: configurationFields.port.default(8188),
  url: configurationFields.url.default(''),
  authentication: configurationFields.authentication.default({ type: 'none' }),
  gpuDevice: configurationFields.gpuDevice.default('auto'),
  environmentVariables: configurationFields.environmentVariables.default({}),
  extraArguments: configurationFields.extraArguments.default([]),
  comfyuiFolder: configurationFields.comfyuiFolder.default(''),
  pythonPath: configurationFields.pythonPath.default(''),
  customNodesPath: configurationFields.customNodesPath.default(''),
  folders: instanceFoldersSchema.default(instanceFoldersSchema.parse({})),
  maxConcurrentWorkflows: configurationFields.maxConcurrentWorkflows.default(1),
  weight: configurationFields.weight.default(1),
  timeoutMs: configurationFields.timeoutMs.default(300_000),
  enableQueueMonitoring: configurationFields.enableQueueMonitoring.default(true),
  autoStart: configurationFields.autoStart.default(false),
  restartPolicy: configurationFields.restartPolicy.default('on-failure'),
  enabled: configurationFields.enabled.default(true),
  idle: idlePolicySchema.default(idlePolicySchema.parse({})),
  sandbox: sandboxProfileSchema.default(sandboxProfileSchema.parse({})),
  createdAt: configurationFields.createdAt.default(0),
});
export type InstanceConfiguration = z.infer<typeof instanceConfigurationSchema>;

/** `remoteAuthenticationSchema` as a user gives it: a token in here would be thrown away, it belongs into `secret`. */
const draftAuthenticationSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('none') }),
  z.strictObject({ type: z.literal('bearer') }),
  z.strictObject({ type: z.literal('basic'), username: z.string().max(200) }),
]);

/**
 * A configuration as a user gives it: every field but the name may be left out, inside `folders`, `idle` and `sandbox` too; the studio adds
 * id and createdAt. Numbers have no range here, so that a wrong one is a finding beside the others (`instances.validate`) instead of
 * a refused call. A field that does not exist is refused, since a misspelt one would change nothing and nobody would notice.
 */
export const instanceDraftSchema = z
  .strictObject(configurationFields)
  .partial()
  .extend({
    name: z.string().max(longestDraftText),
    description: z.string().max(longestDraftText).optional(),
    port: z.number().optional(),
    maxConcurrentWorkflows: z.number().optional(),
    weight: z.number().optional(),
    idle: z
      .strictObject({ ...idleFields, freeAfterMs: z.number(), stopAfterMs: z.number() })
      .partial()
      .optional(),
    timeoutMs: z.number().optional(),
    authentication: draftAuthenticationSchema.optional(),
    folders: z.strictObject(folderFields).partial().optional(),
    sandbox: z.strictObject(sandboxFields).partial().optional(),
    extraArgumentsText: z.string().max(8192).optional(),
  });
export type InstanceDraft = z.infer<typeof instanceDraftSchema>;

/**
 * One finding about a draft. `code` names the rule, `details` its facts; the sentence is written in renderer/text from both.
 * `message` is the plain English form for scripts (the texts of 002-C11 where there is one).
 */
export const fieldProblemSchema = z.object({
  field: z.string().describe('Path of the field, e.g. port or environmentVariables.FOO'),
  severity: z.enum(['error', 'warning']),
  code: z.enum(problemCodes).describe('The rule'),
  message: z.string(),
  details: z.record(z.string(), z.unknown()).default({}),
});
export type FieldProblem = z.infer<typeof fieldProblemSchema>;

export const validationReportSchema = z.object({ valid: z.boolean(), problems: z.array(fieldProblemSchema) });
export type ValidationReport = z.infer<typeof validationReportSchema>;

/** A flag of an installed ComfyUI, as its own help describes it. */
export const offeredFlagSchema = z.object({
  flag: z.string().describe('The long name, with its dashes'),
  help: z.string(),
  takesValue: z.enum(['none', 'optional', 'one', 'many']),
  valueName: z.string().describe('What the help calls the value; empty where there is none'),
  choices: z.array(z.string()).nullable().describe('The values that are allowed; null = any'),
  group: z.enum([
    'memory',
    'precision',
    'attention',
    'cache',
    'folders',
    'network',
    'preview',
    'nodes',
    'log',
    'other',
  ]),
  excludes: z.array(z.string()).describe('Flags that cannot be combined with it'),
  setBy: z
    .discriminatedUnion('kind', [
      z.object({ kind: z.literal('field'), field: z.string().describe('e.g. port or folders.output') }),
      z.object({ kind: z.literal('studio') }),
      z.object({ kind: z.literal('nobody') }).describe('An instance could not be run with it'),
    ])
    .nullable()
    .describe('Who sets it instead of the user; null = it is offered'),
});
export type OfferedFlag = z.infer<typeof offeredFlagSchema>;

export const offeredFlagsSchema = z.object({
  state: z
    .enum(['known', 'no-install', 'unreadable', 'remote'])
    .describe('no-install: the ComfyUI folder or its Python is wrong; unreadable: its help could not be read'),
  flags: z.array(offeredFlagSchema),
});
export type OfferedFlags = z.infer<typeof offeredFlagsSchema>;

/** What the studio remembers of the work of an instance since it was created (in memory; 002-A3). */
export const instanceStatisticsSchema = z.object({
  totalWorkflows: z.int().nonnegative(),
  successfulWorkflows: z.int().nonnegative(),
  failedWorkflows: z.int().nonnegative(),
  restarts: z.int().nonnegative(),
  lastUsedAt: z.number().nullable(),
});

/** The device that a ready instance reports in /system_stats. */
export const instanceDeviceSchema = z.object({
  name: z.string(),
  type: z.string(),
  vramTotalBytes: z.number(),
  gpuUuid: z.string().nullable().describe('The GPU of this machine that it was matched to'),
  verified: z.boolean().describe('The device is the one the instance was pinned to'),
});

/** An instance as screens and scripts see it. Fast-changing numbers stand in the telemetry topic instead. */
export const instanceViewSchema = z.object({
  configuration: instanceConfigurationSchema,
  status: instanceStatusSchema,
  health: instanceHealthSchema.nullable().describe('null while there is nothing to judge'),
  state: instanceStateSchema,
  endpoint: z.string().describe('http://host:port'),
  pid: z.int().nullable(),
  device: instanceDeviceSchema.nullable(),
  runningJobIds: z.array(z.string()),
  draining: drainGoalSchema
    .nullable()
    .default(null)
    .describe('It takes no new work, and this happens when its running jobs have ended'),
  statistics: instanceStatisticsSchema,
  warnings: z.array(instanceReasonSchema).default([]).describe('e.g. GPU_MISMATCH, PROCESS_SURVIVED_STOP'),
});
export type InstanceView = z.infer<typeof instanceViewSchema>;
