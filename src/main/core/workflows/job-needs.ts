import type { Prompt, PromptNode } from '#contract/models/workflow.ts';
import type { ComboNeed, JobNeeds } from '#core/scheduling/scheduler-interface.ts';
import { digest } from './digest.ts';
import { namesMediaFile } from './input-files.ts';
import { namesModelFile } from './model-files.ts';
import type { WorkflowKnowledge } from './workflow-knowledge.ts';
import { nodesThatRun } from './workflow-shape.ts';

/**
 * The values of a node that an instance must offer. Of a class that nobody knows only model files count: its other texts may be
 * anything. Files that come with the job are on no list before they are sent.
 */
const combosOf = (node: PromptNode, knowledge: WorkflowKnowledge): readonly ComboNeed[] =>
  Object.entries(node.inputs).flatMap(([inputName, value]): ComboNeed[] => {
    if (typeof value !== 'string' || namesMediaFile(value)) return [];
    const isNeed = namesModelFile(value) || knowledge.combo(node.class_type, inputName) !== null;
    return isNeed ? [{ classType: node.class_type, inputName, value }] : [];
  });

/**
 * What an instance must have to run the graph. ComfyUI wants to know the class of every node, but looks at the values of those only
 * that an output needs (comfyui-protocol.md 4.2).
 */
export const needsOf = (prompt: Prompt, knowledge: WorkflowKnowledge): JobNeeds => {
  const classTypes = [...new Set(Object.values(prompt).map((node) => node.class_type))].sort();
  const combos = new Map<string, ComboNeed>();
  for (const nodeId of nodesThatRun(prompt, knowledge)) {
    const node = prompt[nodeId];
    if (node === undefined) continue;
    for (const need of combosOf(node, knowledge))
      combos.set(JSON.stringify([need.classType, need.inputName, need.value]), need);
  }
  const keys = [...combos.keys()].sort();
  return {
    key: digest(JSON.stringify([classTypes, keys])),
    classTypes,
    combos: keys.flatMap((key) => combos.get(key) ?? []),
  };
};
