import { z } from 'zod';
import { errorCodeSchema } from '../errors.ts';
import { fieldProblemSchema, instanceIdSchema } from './instance.ts';

/** The files in which configurations of instances leave the studio. */
export const exportFormats = ['atelier', 'instances-json', 'instances-config'] as const;
export const exportFormatSchema = z
  .enum(exportFormats)
  .describe(
    'atelier: everything; instances-json: the list of a multi-instance container; instances-config: that of a creative studio',
  );
export type ExportFormat = z.infer<typeof exportFormatSchema>;

/** What can be read besides: the variables of a container that has no list. */
export const importFormats = [...exportFormats, 'environment'] as const;
export const importFormatSchema = z.enum(importFormats);
export type ImportFormat = z.infer<typeof importFormatSchema>;

/** The studio's own file. Its instances are read one by one, so that a damaged one leaves the others. */
export const ownFormatName = 'atelier-instances';
export const ownFileSchema = z.object({
  format: z.literal(ownFormatName),
  version: z.int().positive(),
  kind: z.enum(['instances', 'templates']).default('instances'),
  instances: z.array(z.unknown()),
  activeInstanceId: z.string().nullable().default(null),
});

/** Longest file that is read; thousands of instances are shorter. */
export const maxExchangeTextLength = 4 * 1024 ** 2;

/** One field that becomes another; values as people read them, secrets masked. */
export const fieldChangeSchema = z.object({
  field: z.string().describe('e.g. port or environmentVariables.FOO'),
  before: z.string().nullable().describe('null = not there'),
  after: z.string().nullable(),
});
export type FieldChange = z.infer<typeof fieldChangeSchema>;

/** Something that whoever reads a plan should know; the sentence is written in renderer/text from code and details. */
export const exchangeRemarkSchema = z.object({
  code: z.enum([
    'cut-off',
    'entry-renamed',
    'folder-taken-over',
    'folders-not-kept',
    'nothing-starts-by-itself',
    'one-instance-only',
    'secrets-left-out',
    'active-left-out',
    'fields-left-out',
  ]),
  message: z.string().describe('Plain English for scripts'),
  details: z.record(z.string(), z.unknown()).default({}),
});
export type ExchangeRemark = z.infer<typeof exchangeRemarkSchema>;

/** What an entry of a file would run into among the instances that are there. */
export const importClashSchema = z.object({
  kind: z.enum(['name', 'port']),
  value: z.string(),
  instanceId: instanceIdSchema.nullable().describe('null = another entry of the same file'),
  instanceName: z.string(),
});

/** One way out of a clash. */
export const importProposalSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('create'), name: z.string(), port: z.int() }),
  z.object({ kind: z.literal('update'), instanceId: instanceIdSchema, instanceName: z.string() }),
  z.object({ kind: z.literal('skip') }),
]);

/** What somebody decided about one entry; what is left out stays as it was proposed. */
export const importChoiceSchema = z.strictObject({
  action: z.enum(['create', 'update', 'skip']).optional(),
  instanceId: instanceIdSchema.optional().describe('The instance to update'),
  name: z.string().max(200).optional(),
  port: z.int().min(1).max(65_535).optional(),
  comfyuiFolder: z.string().max(4096).optional(),
  pythonPath: z.string().max(4096).optional(),
});
export type ImportChoice = z.infer<typeof importChoiceSchema>;

export const importEntrySchema = z.object({
  key: z.string().describe('Names the entry in choices'),
  name: z.string(),
  action: z.enum(['create', 'update', 'unchanged', 'skip', 'invalid']),
  instanceId: instanceIdSchema.nullable().describe('The instance that is updated or stays'),
  port: z.int().nullable(),
  changes: z.array(fieldChangeSchema),
  clashes: z.array(importClashSchema),
  proposals: z
    .array(importProposalSchema)
    .describe('Ways out of the clashes; the first one is taken unless chosen otherwise'),
  problems: z.array(fieldProblemSchema),
  disabled: z.boolean().describe('It is created disabled, until its problems are solved'),
  restartNeeded: z.boolean().describe('It runs, and some changes hold from its next start'),
});
export type ImportEntry = z.infer<typeof importEntrySchema>;

/** What an import would do. Nothing is changed by it. */
export const importPlanSchema = z.object({
  format: importFormatSchema,
  isTemplate: z.boolean(),
  basis: z.string().describe('Stands for the instances and settings that the plan was made for'),
  entries: z.array(importEntrySchema),
  settings: z.array(fieldChangeSchema),
  activeInstanceId: instanceIdSchema
    .nullable()
    .describe('The instance that becomes the active one; null = stays as it is'),
  remarks: z.array(exchangeRemarkSchema),
});
export type ImportPlan = z.infer<typeof importPlanSchema>;

/** Something that could not be carried out, and why. */
export const exchangeFailureSchema = z.object({
  name: z.string(),
  code: errorCodeSchema,
  message: z.string().describe('Plain English, for scripts'),
  details: z.record(z.string(), z.unknown()).default({}),
});
export type ExchangeFailure = z.infer<typeof exchangeFailureSchema>;

export const importResultSchema = z.object({
  created: z.array(instanceIdSchema),
  updated: z.array(instanceIdSchema),
  unchanged: z.int(),
  skipped: z.int(),
  failed: z.array(exchangeFailureSchema),
  restartNeeded: z.array(instanceIdSchema),
  snapshotId: z.string().describe('The state before; restore it to take the import back'),
});
export type ImportResult = z.infer<typeof importResultSchema>;

export const snapshotIdSchema = z.string().regex(/^(?:snapshot|fleet|settings)-\d{8,12}$/);

/** Why a state was kept: by hand, before something changed many instances, or because it was stored over. */
export const snapshotReasons = ['by-hand', 'before-import', 'before-restore', 'stored'] as const;

export const snapshotSchema = z.object({
  id: snapshotIdSchema,
  reason: z.enum(snapshotReasons),
  takenAt: z.number().describe('Epoch milliseconds'),
  instanceCount: z.int().nullable().describe('null = it holds no instances'),
  hasSettings: z.boolean(),
});
export type Snapshot = z.infer<typeof snapshotSchema>;

/** What restoring a snapshot would change. */
export const restorePlanSchema = z.object({
  snapshotId: snapshotIdSchema,
  basis: z.string(),
  entries: z.array(
    z.object({
      instanceId: instanceIdSchema,
      name: z.string(),
      action: z.enum(['create', 'update', 'unchanged', 'remove']).describe('remove: it is not in the snapshot'),
      changes: z.array(fieldChangeSchema),
      runningJobs: z.int(),
    }),
  ),
  settings: z.array(fieldChangeSchema),
});
export type RestorePlan = z.infer<typeof restorePlanSchema>;
