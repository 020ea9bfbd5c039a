import type { ValidPrompt } from '#comfyui/validation/prompt-model.ts';

export interface NodeMemories {
  /** Forgets the nodes that the coming prompt does not have. */
  startPrompt(prompt: ValidPrompt): void;
  of(nodeId: string, classType: string): Map<string, unknown>;
  clear(): void;
}

const nameOf = (nodeId: string, classType: string): string => `${classType}\n${nodeId}`;

/** What node objects remember between prompts, by id and class (comfyui-protocol.md 5.2: PreviewImage's prefix). */
export const createNodeMemories = (): NodeMemories => {
  const memories = new Map<string, Map<string, unknown>>();
  return {
    startPrompt(prompt) {
      const present = new Set(Object.entries(prompt).map(([id, node]) => nameOf(id, node.class_type)));
      for (const name of memories.keys()) if (!present.has(name)) memories.delete(name);
    },
    of(nodeId, classType) {
      const name = nameOf(nodeId, classType);
      const known = memories.get(name) ?? new Map<string, unknown>();
      memories.set(name, known);
      return known;
    },
    clear: () => memories.clear(),
  };
};
