import { z } from 'zod';
import { instanceIdSchema } from './instance.ts';
import { jobIdSchema } from './job.ts';
import { candidateScoreSchema, jobEstimateSchema, rejectionReasons, waitingReasons } from './placement.ts';
import { promptSchema, seedModesSchema } from './workflow.ts';

export const workflowIdSchema = z.uuid();

export const libraryLimits = {
  nameMaxCharacters: 200,
  tags: 20,
  tagMaxCharacters: 40,
  pinned: 200,
  workflows: 5000,
  /** Deleted ones that can be brought back. */
  deleted: 200,
  deletedDays: 30,
} as const;

const tagSchema = z.string().trim().min(1).max(libraryLimits.tagMaxCharacters);
export const workflowNameSchema = z.string().trim().min(1).max(libraryLimits.nameMaxCharacters);

/** An input of a graph. */
export const inputNameSchema = z.object({ nodeId: z.string().max(200), inputName: z.string().max(200) });
export type InputName = z.infer<typeof inputNameSchema>;

/** What somebody saves; the values in the graph are the defaults of its form. */
export const workflowContentSchema = z.object({
  name: workflowNameSchema,
  tags: z.array(tagSchema).max(libraryLimits.tags).default([]),
  prompt: promptSchema,
  editor: z
    .string()
    .nullable()
    .default(null)
    .describe('The file of the editor that it was made from, so that its layout is not lost'),
  pinned: z.array(inputNameSchema).max(libraryLimits.pinned).default([]).describe('Fields on top of the form'),
  seeds: seedModesSchema.default({}),
});
export type WorkflowContent = z.infer<typeof workflowContentSchema>;

/** A saved workflow in a list. */
export const savedWorkflowSchema = z.object({
  id: workflowIdSchema,
  revision: z.int().positive().describe('Grows with every change of the content'),
  name: z.string(),
  tags: z.array(z.string()),
  nodeCount: z.int(),
  models: z.array(z.string()).describe('Model files that it names, as folder/name'),
  picture: z.int().nullable().describe('Grows with every new picture; null where there is none'),
  pictureChosen: z.boolean().describe('Somebody chose it, so that results do not replace it'),
  createdAt: z.number(),
  changedAt: z.number(),
  lastRunAt: z.number().nullable(),
  deletedAt: z.number().nullable(),
});
export type SavedWorkflow = z.infer<typeof savedWorkflowSchema>;

/** Kinds of files that a saved workflow is exported as. */
export const exportKinds = ['atelier', 'api', 'editor'] as const;

/** One way to fill an input. */
export const fieldKinds = ['text', 'integer', 'number', 'switch', 'choice', 'file', 'other'] as const;
export const workflowFieldSchema = z.object({
  kind: z.enum(fieldKinds),
  label: z.string().describe("'' where the name of the input is all there is"),
  help: z.string(),
  isMultiline: z.boolean(),
  isSeed: z.boolean().describe('The editor varies it between runs'),
  isAdvanced: z.boolean(),
  isRequired: z.boolean(),
  min: z.number().nullable(),
  max: z.number().nullable(),
  step: z.number().nullable(),
  list: z.int().nullable().describe('Place in `lists` of what it offers'),
  accepts: z.string().describe('Of a file: what the upload takes, such as image'),
});
export type WorkflowField = z.infer<typeof workflowFieldSchema>;

/** What the instances tell of some classes. */
export const workflowClassesSchema = z.object({
  classes: z.record(
    z.string(),
    z.object({
      title: z.string(),
      isOutput: z.boolean(),
      fields: z.record(z.string(), workflowFieldSchema),
    }),
  ),
  lists: z.array(z.array(z.string())).describe('Lists of values, each once: models stand in many classes'),
});
export type WorkflowClasses = z.infer<typeof workflowClassesSchema>;

const comboSchema = z.object({ classType: z.string(), inputName: z.string(), value: z.string() });

/** Whether one instance can run a graph, and what it lacks. */
export const preflightInstanceSchema = z.object({
  instanceId: instanceIdSchema,
  isKnown: z.boolean().describe('It has told what it has'),
  canRun: z.boolean(),
  missingClasses: z.array(z.string()),
  missingValues: z.array(comboSchema).describe('Models, mostly'),
  unlistedValues: z.array(comboSchema).describe('Not listed, but its packs may take them all the same'),
  rejection: z.enum(rejectionReasons).nullable(),
  score: candidateScoreSchema.nullable(),
});
export type PreflightInstance = z.infer<typeof preflightInstanceSchema>;

/** What would happen with a graph if it were queued now. */
export const preflightSchema = z.object({
  instances: z.array(preflightInstanceSchema),
  waiting: z.enum(waitingReasons).nullable(),
  estimate: jobEstimateSchema.nullable(),
  queuedBefore: z.int(),
});
export type Preflight = z.infer<typeof preflightSchema>;

export const pictureSourceSchema = z.union([
  z.strictObject({ jobId: jobIdSchema, index: z.int().nonnegative() }),
  z.strictObject({ uploadId: z.string().max(100) }),
]);

/** How sharing with one instance went. */
export const shareOutcomeSchema = z.object({
  instanceId: instanceIdSchema,
  fileName: z.string().nullable().describe('Name among the workflows of its page; null where it was not saved'),
  error: z.string().nullable().describe('Code of what went wrong'),
});
export type ShareOutcome = z.infer<typeof shareOutcomeSchema>;

/** A file of exported workflows: any number, with all that belongs to them. */
export const workflowBundleSchema = z.object({
  format: z.literal('atelier-workflows'),
  version: z.literal(1),
  workflows: z
    .array(
      workflowContentSchema.extend({
        picture: z
          .object({
            contentType: z.enum(['image/webp', 'image/png', 'image/jpeg']),
            base64: z.base64().max(2_000_000),
          })
          .nullable()
          .default(null),
      }),
    )
    .max(libraryLimits.workflows),
});
export type WorkflowBundle = z.infer<typeof workflowBundleSchema>;
