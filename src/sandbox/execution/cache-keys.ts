import { createHash } from 'node:crypto';
import type { ValidPrompt } from '#comfyui/validation/prompt-model.ts';
import { isLink } from './links.ts';

/** What IS_CHANGED gave for the nodes that have it. */
export type ChangeKeys = ReadonlyMap<string, string | number>;

/** Ancestors in a deterministic order that does not depend on node ids: by input name, nearest first. */
const orderedAncestors = (prompt: ValidPrompt, nodeId: string): string[] => {
  const order: string[] = [];
  const visit = (id: string): void => {
    const inputs = prompt[id]?.inputs ?? {};
    for (const name of Object.keys(inputs).sort()) {
      const value = inputs[name];
      if (!isLink(value) || order.includes(value[0]) || value[0] === nodeId) continue;
      order.push(value[0]);
      visit(value[0]);
    }
  };
  visit(nodeId);
  return order;
};

/** A value such that 1, 1.0 and true are one, as they are for Python. */
const comparable = (value: unknown): unknown => {
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (Array.isArray(value)) return value.map(comparable);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, item]) => [key, comparable(item)] as const);
  return Object.fromEntries(entries.sort(([first], [second]) => (first < second ? -1 : 1)));
};

const ownSignature = (
  prompt: ValidPrompt,
  id: string,
  changeKeys: ChangeKeys,
  indexOf: ReadonlyMap<string, number>,
): unknown => {
  const inputs = prompt[id]?.inputs ?? {};
  const parts = Object.keys(inputs)
    .sort()
    .map((name) => {
      const value = inputs[name];
      return isLink(value)
        ? [name, 'ANCESTOR', indexOf.get(value[0]) ?? -1, value[1]]
        : [name, 'VALUE', comparable(value)];
    });
  return [prompt[id]?.class_type, changeKeys.get(id) ?? null, parts];
};

/**
 * The key under which the result of a node is kept: its class, its inputs and those of all its ancestors, but neither
 * node ids nor titles (comfyui-protocol.md 5.2). null = never kept, since IS_CHANGED of the node or of an ancestor is NaN.
 */
export const cacheKeyOf = (prompt: ValidPrompt, nodeId: string, changeKeys: ChangeKeys): string | null => {
  const chain = [nodeId, ...orderedAncestors(prompt, nodeId)];
  if (chain.some((id) => Number.isNaN(changeKeys.get(id)))) return null;
  const indexOf = new Map(chain.map((id, index) => [id, index]));
  const signature = chain.map((id) => ownSignature(prompt, id, changeKeys, indexOf));
  return createHash('sha1').update(JSON.stringify(signature)).digest('base64');
};

/** The cache keys of all nodes of a prompt. */
export const cacheKeysOf = (prompt: ValidPrompt, changeKeys: ChangeKeys): ReadonlyMap<string, string | null> =>
  new Map(Object.keys(prompt).map((id) => [id, cacheKeyOf(prompt, id, changeKeys)]));
