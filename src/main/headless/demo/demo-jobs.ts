import type { Prompt } from '#contract/models/workflow.ts';

/** The same graph with another seed in every node that has one. */
export const withSeed = (prompt: Prompt, seed: number): Prompt =>
  Object.fromEntries(
    Object.entries(prompt).map(([nodeId, node]) => [
      nodeId,
      typeof node.inputs['seed'] === 'number' ? { ...node, inputs: { ...node.inputs, seed } } : node,
    ]),
  );

/** The same graph with its LoadImage nodes reading `name`. */
export const withInputImage = (prompt: Prompt, name: string): Prompt =>
  Object.fromEntries(
    Object.entries(prompt).map(([nodeId, node]) => [
      nodeId,
      node.class_type === 'LoadImage' ? { ...node, inputs: { ...node.inputs, image: name } } : node,
    ]),
  );
