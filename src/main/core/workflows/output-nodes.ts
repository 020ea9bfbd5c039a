import type { Prompt } from '#contract/models/workflow.ts';
import { sourcesOf } from './prompt-links.ts';

/** What is known of a node class, from the `/object_info` of the instances; null where no instance that was asked has it. */
export type OutputKnowledge = (classType: string) => boolean | null;

export const nothingKnown: OutputKnowledge = () => null;

/**
 * The nodes whose results a prompt is run for. Whether a class is an output only the instances know; for a class that is known to
 * none, a node that nobody links to is taken for one, so that a graph is refused only when it surely gives nothing.
 */
export const outputNodesOf = (prompt: Prompt, knowledge: OutputKnowledge): readonly string[] => {
  const nodeIds = Object.keys(prompt);
  const linked = new Set(nodeIds.flatMap((nodeId) => sourcesOf(prompt, nodeId)));
  return nodeIds.filter((nodeId) => knowledge(prompt[nodeId]?.class_type ?? '') ?? !linked.has(nodeId));
};
