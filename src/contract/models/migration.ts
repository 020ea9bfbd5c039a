import { z } from 'zod';
import { errorCodeSchema } from '../errors.ts';
import { instanceDraftSchema, instanceIdSchema, remoteAuthenticationSchema } from './instance.ts';

/** Where a ComfyUI, or a description of several, can be found on a machine (source-documents.md 002-H1, 001-D3, 000-A). */
export const findingKinds = [
  'running',
  'portable',
  'git',
  'comfy-cli',
  'desktop-1',
  'desktop-2',
  'stability-matrix',
  'docker-single',
  'docker-multi',
  'instances-file',
  'environment-variables',
  'servers-file',
  'folder',
  'url',
] as const;
export const findingKindSchema = z.enum(findingKinds);
export type FindingKind = z.infer<typeof findingKindSchema>;

/** What a folder of a ComfyUI is for. */
export const folderRoles = ['base', 'models', 'input', 'output', 'user', 'temp', 'custom-nodes'] as const;
export const folderRoleSchema = z.enum(folderRoles);
export type FolderRole = z.infer<typeof folderRoleSchema>;

const path = z.string().max(4096);

/** A folder that was seen, with what it holds; sizes are null where counting was cut off by its limit. */
export const foundFolderSchema = z.object({
  role: folderRoleSchema,
  path,
  exists: z.boolean(),
  isWritable: z.boolean(),
  files: z.int().nonnegative().nullable(),
  bytes: z.number().nonnegative().nullable(),
});
export type FoundFolder = z.infer<typeof foundFolderSchema>;

/** What a look may remark on; the sentences stand in renderer/text under these names. */
export const findingRemarkCodes = [
  'unreadable-file',
  'damaged-file',
  'unreadable-folder',
  'missing-folder',
  'cut-off',
  'took-too-long',
  'python-missing',
  'folder-unknown',
  'not-on-this-machine',
  'same-install',
  'already-an-instance',
  'secret-kept-apart',
  'secret-in-environment',
  'unsupported-login',
  'argument-left-out',
  'no-install',
  'no-answer',
  'login-needed',
] as const;
export type FindingRemarkCode = (typeof findingRemarkCodes)[number];

/** What a plan may clash on, and what it may do about it (`resolution`); an empty resolution leaves it to the user. */
export const planConflictCodes = [
  'port-taken',
  'port-held-by-running',
  'name-taken',
  'folder-shared',
  'database-shared',
  'gpu-missing',
  'gpu-shared',
  'no-gpu',
  'models-missing',
  'models-not-reached',
  'install-missing',
  'python-missing',
  'no-space',
  'copy-size-unknown',
  'secret-needed',
  'already-an-instance',
  'same-server',
  'listens-here-only',
  'gateway-port-foreign',
  'nothing-to-do',
] as const;
export type PlanConflictCode = (typeof planConflictCodes)[number];

export const conflictResolutions = [
  'other-port',
  'port-taken-over',
  'renamed',
  'isolated',
  'own-database',
  'next-gpu',
  'gpu-shared',
  'automatic-device',
  'left-out',
  'other-install',
  'asked-later',
  'kept-as-it-is',
  'system-python',
  'connected',
  'through-gateway',
] as const;
export type ConflictResolution = (typeof conflictResolutions)[number];

/** Something about a finding or a plan that a person should know: a code and its facts; the sentence is written in renderer/text. */
export const migrationRemarkSchema = z.object({
  code: z.string().max(100),
  severity: z.enum(['info', 'warning', 'error']),
  details: z.record(z.string(), z.unknown()).default({}),
  message: z.string().describe('Plain English, for scripts'),
});
export type MigrationRemark = z.infer<typeof migrationRemarkSchema>;

/** One server or install that would become an instance. A file that describes several is several candidates of one finding. */
export const migrationCandidateSchema = z.object({
  key: z.string().max(200).describe('Unique within its finding'),
  name: z.string().max(200),
  comfyuiFolder: path.describe('Empty for a server that is only reached by its address'),
  pythonPath: path,
  url: z.string().max(2000).describe('Address of a running or remote server; empty = none'),
  host: z.string().max(255),
  port: z.int().min(0).max(65_535).nullable(),
  gpuDevice: z.string().max(500),
  arguments: z.array(z.string().max(8192)).max(200),
  environmentVariables: z.record(z.string(), z.string()),
  autoStart: z.boolean(),
  folders: z.array(foundFolderSchema),
  modelFolders: z.array(path).describe('All that it reads models from, extra_model_paths.yaml included'),
  looseModelFolders: z
    .array(path)
    .describe('Those of modelFolders that neither its models folder nor a file names: its program passes them on'),
  modelConfigurationFiles: z.array(path).describe('Its extra_model_paths.yaml files'),
  customNodes: z.array(z.string().max(255)),
  runningPid: z.int().nullable(),
  isActive: z.boolean().describe('The one that its file or program calls active, or the one that runs'),
  authentication: remoteAuthenticationSchema,
  settings: z
    .object({
      description: z.string().max(2000),
      maxConcurrentWorkflows: z.int().min(1).max(64),
      timeoutMs: z.int().min(1000).max(86_400_000),
      enableQueueMonitoring: z.boolean(),
    })
    .partial()
    .describe('What else its file says of it'),
  hasSecret: z
    .boolean()
    .describe('A password or token stands in the file: it is kept apart, never in an answer, and stored when applied'),
});
export type MigrationCandidate = z.infer<typeof migrationCandidateSchema>;

/** What one look at one place found. Nothing in it was changed by looking. */
export const migrationFindingSchema = z.object({
  id: z.string().max(100).describe('The same place has the same id in every scan'),
  kind: findingKindSchema,
  title: z.string().max(300),
  location: z.string().max(4096).describe('Folder, file or address'),
  version: z.string().max(100).describe('Of ComfyUI; empty = unknown'),
  candidates: z.array(migrationCandidateSchema),
  remarks: z.array(migrationRemarkSchema),
});
export type MigrationFinding = z.infer<typeof migrationFindingSchema>;

/** What the user changed of one planned instance; what is left out stays as planned. */
export const planEditSchema = z.strictObject({
  instanceId: instanceIdSchema.describe('As the plan without edits has it'),
  isIncluded: z.boolean().default(true),
  name: z.string().min(1).max(200).optional(),
  port: z.int().min(1).max(65_535).optional(),
  gpuDevice: z.string().max(500).optional().describe('auto, cpu, cuda:N or a GPU UUID'),
});
export type PlanEdit = z.infer<typeof planEditSchema>;

/** What the user chose on the way to a plan. Everything left out is what most people want. */
export const migrationChoicesSchema = z.strictObject({
  findingIds: z.array(z.string().max(100)).max(100),
  /** Indexes of GPUs that get an instance each; null = every GPU of the machine. */
  gpuIndexes: z.array(z.int().nonnegative()).max(64).nullable().default(null),
  onePerGpu: z.boolean().default(true),
  shareInput: z.boolean().default(false).describe('Instances read uploads from one folder'),
  copyInput: z.boolean().default(true).describe('Where input is not shared: each instance starts with its own copy'),
  copyUserFolder: z
    .boolean()
    .default(true)
    .describe('Workflows and settings of the old install are copied into each instance'),
  shareCustomNodes: z.boolean().default(true).describe('All use the custom nodes of the old install instead of copies'),
  makeActive: z.boolean().default(true),
  autoStart: z.boolean().default(true),
  takeOverPort: z.boolean().default(false).describe('The gateway takes port 8188'),
  startAfterwards: z.boolean().default(true),
  comfyuiFolder: path
    .default('')
    .describe('The ComfyUI for descriptions that name none; empty = that of another finding'),
  pythonPath: path.default(''),
  acceptMissingModels: z.boolean().default(false).describe('Go on although a models folder is not there'),
  edits: z.array(planEditSchema).max(200).default([]),
});
export type MigrationChoices = z.infer<typeof migrationChoicesSchema>;

/** How a folder of the old install is used from now on. */
export const folderTreatmentSchema = z.enum(['referenced', 'shared', 'isolated', 'copied']);
export type FolderTreatment = z.infer<typeof folderTreatmentSchema>;

export const plannedFolderSchema = z.object({
  role: folderRoleSchema,
  from: path.describe('Empty for a new, empty folder'),
  to: path,
  treatment: folderTreatmentSchema,
  files: z.int().nonnegative().nullable(),
  bytes: z.number().nonnegative().nullable(),
});
export type PlannedFolder = z.infer<typeof plannedFolderSchema>;

export const plannedInstanceSchema = z.object({
  findingId: z.string(),
  candidateKey: z.string(),
  draft: instanceDraftSchema.extend({ id: instanceIdSchema }),
  gpuName: z.string().describe('Empty when no GPU was read'),
  isLegacy: z.boolean().describe('Stands for what the user had: becomes the active instance'),
  folders: z.array(plannedFolderSchema),
  modelFolders: z.array(path).describe('All that it will read models from'),
  secret: z.enum(['none', 'from-file', 'ask']).describe('Of a remote one: stored from the file, or to be typed'),
});
export type PlannedInstance = z.infer<typeof plannedInstanceSchema>;

/** A clash and what the plan does about it. */
export const plannedConflictSchema = migrationRemarkSchema.extend({
  resolution: z.string().max(100).describe('Code of what the plan does; empty = the user must decide'),
});
export type PlannedConflict = z.infer<typeof plannedConflictSchema>;

export const migrationPlanSchema = z.object({
  id: z.string().max(100).describe('A hash of all of it but free space: the same plan has the same id'),
  choices: migrationChoicesSchema,
  instances: z.array(plannedInstanceSchema),
  conflicts: z.array(plannedConflictSchema),
  copiedFiles: z.int().nonnegative(),
  copiedBytes: z.number().nonnegative(),
  freeBytes: z.number().nullable().describe('Where copies would go'),
  canApply: z.boolean(),
});
export type MigrationPlan = z.infer<typeof migrationPlanSchema>;

export const migrationSteps = [
  'check',
  'backup',
  'copy',
  'create',
  'activate',
  'take-over',
  'start',
  'verify',
] as const;
export const migrationStepSchema = z.enum(migrationSteps);
export type MigrationStep = z.infer<typeof migrationStepSchema>;

export const stepProgressSchema = z.object({
  step: migrationStepSchema,
  outcome: z.enum(['waiting', 'running', 'done', 'warning', 'failed', 'skipped']),
  done: z.number().nonnegative().describe('Bytes of a copy, instances else'),
  total: z.number().nonnegative(),
  remarks: z.array(migrationRemarkSchema),
});
export type StepProgress = z.infer<typeof stepProgressSchema>;

/** What carrying out a plan, or taking it back, may remark on; the sentences stand in renderer/text under these names. */
export const runRemarkCodes = [
  'earlier-files-set-aside',
  'copy-unreadable',
  'copy-vanished',
  'copy-special',
  'copy-name-clash',
  'copy-still-changing',
  'secret-missing',
  'instance-has-problems',
  'port-has-work',
  'port-other-comfyui',
  'port-other-program',
  'port-not-taken',
  'old-server-ended',
  'not-ready',
  'gpu-mismatch',
  'self-test-failed',
  'self-test-skipped',
  'models-seen',
  'models-missing',
  'models-unknown',
  'folder-kept',
  'files-kept',
  'changes-kept',
  'instance-kept',
  'changed-instance-removed',
  'active-kept',
  'active-gone',
  'gateway-not-moved-back',
  'restart-needed',
  'old-server-stays-ended',
] as const;
export type RunRemarkCode = (typeof runRemarkCodes)[number];

/** Why a plan cannot be carried out any more: the `problems` in the details of MIGRATION_PLAN_OUTDATED. */
export const runProblemCodes = [
  'source-gone',
  'target-taken',
  'target-in-old-place',
  'target-twice',
  'not-writable',
  'no-space',
  'instance-id-taken',
  'instance-invalid',
] as const;
export type RunProblemCode = (typeof runProblemCodes)[number];

/** One application of a plan, from its first change to its undoing. */
export const migrationRunSchema = z.object({
  id: z.string().max(100),
  state: z.enum(['applying', 'applied', 'failed', 'interrupted', 'undoing', 'undone', 'undo-failed']),
  planId: z.string(),
  startedAt: z.number(),
  finishedAt: z.number().nullable(),
  instanceIds: z.array(instanceIdSchema),
  steps: z.array(stepProgressSchema),
  error: z.object({ code: errorCodeSchema, details: z.record(z.string(), z.unknown()) }).nullable(),
  canUndo: z.boolean(),
});
export type MigrationRun = z.infer<typeof migrationRunSchema>;
