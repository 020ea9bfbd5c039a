import type { Prompt } from '#contract/models/workflow.ts';
import type { StoredPatch } from '#core/ports/job-store.ts';

/** The graph of one job of a batch; nodes without a value of their own are those of the shared graph. */
export const patchPrompt = (graph: Prompt, patches: readonly StoredPatch[]): Prompt => {
  if (patches.length === 0) return graph;
  const prompt = { ...graph };
  for (const { nodeId, inputName, value } of patches) {
    const node = Object.hasOwn(prompt, nodeId) ? prompt[nodeId] : undefined;
    if (node !== undefined) prompt[nodeId] = { ...node, inputs: { ...node.inputs, [inputName]: value } };
  }
  return prompt;
};
