import { z } from 'zod';

/** A link of the API format: the id of the source node and its output slot. */
export const nodeLinkSchema = z.tuple([z.string(), z.number()]);

/** One node of a workflow in API format (comfyui-protocol.md 7). Unknown fields are kept. */
export const promptNodeSchema = z.looseObject({
  class_type: z.string(),
  inputs: z.record(z.string(), z.unknown()),
  _meta: z.looseObject({ title: z.string().optional() }).optional(),
});
export type PromptNode = z.infer<typeof promptNodeSchema>;

/** The graph that a job carries, node id to node. */
export const promptSchema = z.record(z.string(), promptNodeSchema);
export type Prompt = z.infer<typeof promptSchema>;

/** What the seed of a run becomes for the next one. */
export const seedModes = ['fixed', 'increment', 'random'] as const;
export const seedModeSchema = z.enum(seedModes);
export type SeedMode = z.infer<typeof seedModeSchema>;
/** By `["node id","input name"]`. */
export const seedModesSchema = z.record(z.string(), seedModeSchema);

/** Something about a converted file that the editor would do and this program does not. */
export const conversionNotes = ['left-out', 'random-text', 'text-replacement'] as const;
export const conversionNoteSchema = z.object({
  nodeId: z.string(),
  classType: z.string(),
  inputName: z.string().describe("'' where it is about the node as a whole"),
  note: z.enum(conversionNotes),
});
export type ConversionNote = z.infer<typeof conversionNoteSchema>;

/** Why a node of the editor's file stands in the way of converting it. */
export const conversionProblems = ['class-unknown', 'group-node', 'hidden-links', 'too-large'] as const;
export const conversionProblemSchema = z.object({
  nodeId: z.string(),
  classType: z.string(),
  title: z.string(),
  problem: z.enum(conversionProblems),
});
export type ConversionProblem = z.infer<typeof conversionProblemSchema>;

/** What was found in a file that somebody dropped on the Run page. */
export const workflowInspectionSchema = z.object({
  prompt: promptSchema,
  nodeCount: z.int(),
  classTypes: z.array(z.string()).describe('Sorted, each once'),
  inputFiles: z
    .array(z.object({ nodeId: z.string(), inputName: z.string(), value: z.string() }))
    .describe('Inputs that name a file in the input folder, such as LoadImage.image'),
  title: z.string().describe('A short label made from the first text or the file name'),
  source: z.enum(['api', 'editor']).default('api').describe('editor: converted from the file of the editor'),
  notes: z.array(conversionNoteSchema).default([]),
  seeds: seedModesSchema.default({}).describe('How the editor varied values between runs'),
});
export type WorkflowInspection = z.infer<typeof workflowInspectionSchema>;
