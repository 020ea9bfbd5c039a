import type { OutputKnowledge } from '#core/workflows/output-nodes.ts';
import type { BinaryFrame } from './binary-frames.ts';

/** Classes that give their results as binary frames. */
export const resultClasses: ReadonlySet<string> = new Set(['SaveImageWebsocket', 'ETN_SendImageWebSocket']);

/** The nodes of a graph whose binary frames are what it is run for, and those that no instance is known to have. */
export interface ResultNodes {
  readonly ids: ReadonlySet<string>;
  readonly unknownIds: ReadonlySet<string>;
}

export const resultNodesOf = (
  prompt: Readonly<Record<string, { readonly class_type: string }>>,
  isOutput: OutputKnowledge,
): ResultNodes => {
  const ids = new Set<string>();
  const unknownIds = new Set<string>();
  for (const [nodeId, { class_type: classType }] of Object.entries(prompt)) {
    const knowledge = isOutput(classType);
    if (resultClasses.has(classType) || knowledge === true) ids.add(nodeId);
    else if (knowledge === null) unknownIds.add(nodeId);
  }
  return { ids, unknownIds };
};

/**
 * Whether a frame is a result. Previews come from nodes that pass something on, and as JPEG; of a node that nobody knows a PNG is taken
 * for a result (comfyui-protocol.md 3.6). `nodeIds` are the names of the node, for one that another one made while it ran too.
 */
export const isResultFrame = (
  frame: BinaryFrame,
  nodeIds: readonly (string | null)[],
  { ids, unknownIds }: ResultNodes,
): boolean => {
  if (frame.kind !== 'picture') return false;
  const named = nodeIds.filter((nodeId) => nodeId !== null);
  if (named.some((nodeId) => ids.has(nodeId))) return true;
  return frame.isPng && (named.length === 0 || named.some((nodeId) => unknownIds.has(nodeId)));
};
