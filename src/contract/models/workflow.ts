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

/** What was found in a file that somebody dropped on the Run page. */
export const workflowInspectionSchema = z.object({
  prompt: promptSchema,
  nodeCount: z.int(),
  classTypes: z.array(z.string()).describe('Sorted, each once'),
  inputFiles: z
    .array(z.object({ nodeId: z.string(), inputName: z.string(), value: z.string() }))
    .describe('Inputs that name a file in the input folder, such as LoadImage.image'),
  title: z.string().describe('A short label made from the first text or the file name'),
});
export type WorkflowInspection = z.infer<typeof workflowInspectionSchema>;
