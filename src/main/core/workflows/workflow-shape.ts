import type { Prompt } from '#contract/models/workflow.ts';
import type { WorkflowShape } from '#core/scheduling/scheduler-interface.ts';
import { digest } from './digest.ts';
import { modelFilesOf } from './model-files.ts';
import { outputNodesOf } from './output-nodes.ts';
import { neededFor } from './prompt-links.ts';
import { workOf } from './prompt-work.ts';
import type { WorkflowKnowledge } from './workflow-knowledge.ts';

/** Nodes that the prompt runs, or all where no output can be made out. */
export const nodesThatRun = (prompt: Prompt, knowledge: WorkflowKnowledge): readonly string[] => {
  const needed = neededFor(prompt, outputNodesOf(prompt, knowledge.isOutput));
  const nodeIds = Object.keys(prompt);
  return needed.size === 0 ? nodeIds : nodeIds.filter((nodeId) => needed.has(nodeId));
};

/**
 * What a graph loads and how much work it is. Seeds, texts, node ids and the order of keys make no difference; neither does what is
 * not needed for an output.
 */
export const shapeOf = (prompt: Prompt, knowledge: WorkflowKnowledge): WorkflowShape => {
  const nodeIds = nodesThatRun(prompt, knowledge);
  const loaders = modelFilesOf(prompt, nodeIds, knowledge);
  const classes = nodeIds.map((nodeId) => prompt[nodeId]?.class_type ?? '').sort();
  const work = workOf(prompt, nodeIds);
  const description = JSON.stringify([classes, loaders]);
  return {
    loaders,
    loaderKey: digest(JSON.stringify(loaders)),
    fingerprint: digest(`${description}${work}`),
    family: digest(description),
    work,
  };
};
