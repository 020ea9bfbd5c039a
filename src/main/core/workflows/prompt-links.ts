import type { Prompt } from '#contract/models/workflow.ts';

/** The ids of the nodes whose outputs a node uses, each once, in the order of its inputs. */
export const sourcesOf = (prompt: Prompt, nodeId: string): readonly string[] => {
  const sources = new Set<string>();
  for (const input of Object.values(prompt[nodeId]?.inputs ?? {})) {
    if (!Array.isArray(input) || input.length !== 2) continue;
    const [source, slot]: readonly unknown[] = input;
    if (typeof source === 'string' && typeof slot === 'number' && Object.hasOwn(prompt, source)) sources.add(source);
  }
  return [...sources];
};

/** The given nodes and everything that they need, directly or not: the nodes that a prompt runs for these outputs. */
export const neededFor = (prompt: Prompt, outputNodeIds: readonly string[]): ReadonlySet<string> => {
  const needed = new Set<string>();
  const pending = [...outputNodeIds];
  for (let nodeId = pending.pop(); nodeId !== undefined; nodeId = pending.pop()) {
    if (needed.has(nodeId)) continue;
    needed.add(nodeId);
    pending.push(...sourcesOf(prompt, nodeId));
  }
  return needed;
};

/** Everything that uses the outputs of the given nodes, directly or not; not the nodes themselves, unless they use each other. */
export const dependentsOf = (prompt: Prompt, nodeIds: Iterable<string>): ReadonlySet<string> => {
  const users = new Map<string, string[]>();
  for (const nodeId of Object.keys(prompt)) {
    for (const source of sourcesOf(prompt, nodeId)) {
      const known = users.get(source);
      // Thousands of nodes may use one.
      if (known === undefined) users.set(source, [nodeId]);
      else known.push(nodeId);
    }
  }
  const dependents = new Set<string>();
  const pending = [...nodeIds];
  for (let nodeId = pending.pop(); nodeId !== undefined; nodeId = pending.pop()) {
    for (const user of users.get(nodeId) ?? []) {
      if (dependents.has(user)) continue;
      dependents.add(user);
      pending.push(user);
    }
  }
  return dependents;
};
