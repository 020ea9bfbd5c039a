import type { ValidPrompt } from '#comfyui/validation/prompt-model.ts';
import { linksOf } from './links.ts';

export interface ExecutionList {
  /** The node that comes next, null when all are done. */
  next(): string | null;
  complete(nodeId: string): void;
}

interface Questions {
  readonly isCached: (nodeId: string) => boolean;
  readonly isOutput: (nodeId: string) => boolean;
}

/** Everything that has to run for `outputs`, with what waits for what. Cached ancestors are left out, cached outputs not. */
const collect = (prompt: ValidPrompt, outputs: readonly string[], isCached: (nodeId: string) => boolean) => {
  const waiting = new Map<string, Set<string>>();
  const blocks = new Map<string, string[]>();
  const add = (root: string): void => {
    const stack = [root];
    for (let id = stack.pop(); id !== undefined; id = stack.pop()) {
      if (waiting.has(id)) continue;
      const needed = linksOf(prompt, id)
        .map(([from]) => from)
        .filter((from) => !isCached(from));
      waiting.set(id, new Set(needed));
      for (const from of new Set(needed)) blocks.set(from, [...(blocks.get(from) ?? []), id]);
      stack.push(...needed);
    }
  };
  for (const output of outputs) add(output);
  return { waiting, blocks };
};

/**
 * The order of execution (comfyui-protocol.md 5.1): among the nodes that are ready an output node first, then one that
 * feeds an output node, then one two steps away from it, else the one that was added first.
 */
export const createExecutionList = (
  prompt: ValidPrompt,
  outputs: readonly string[],
  { isCached, isOutput }: Questions,
): ExecutionList => {
  const { waiting, blocks } = collect(prompt, outputs, isCached);
  const fed = (nodeId: string): readonly string[] => blocks.get(nodeId) ?? [];
  return {
    next() {
      const ready = [...waiting].filter(([, needed]) => needed.size === 0).map(([id]) => id);
      return (
        ready.find(isOutput) ??
        ready.find((id) => fed(id).some(isOutput)) ??
        ready.find((id) => fed(id).some((follower) => fed(follower).some(isOutput))) ??
        ready[0] ??
        null
      );
    },
    complete(nodeId) {
      waiting.delete(nodeId);
      for (const follower of fed(nodeId)) waiting.get(follower)?.delete(nodeId);
    },
  };
};
