import type { Prompt, PromptNode } from '#contract/models/workflow.ts';

/** Links from primitive to primitive that are followed. */
const longestChain = 8;

/** Inputs under which nodes that only hand on a number keep it. */
const valueNames = ['value', 'int', 'integer', 'number', 'float', 'Value', 'Number'] as const;

const asNumber = (value: unknown): number | null => {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  // Some clients send numbers as texts, and ComfyUI takes them.
  if (typeof value !== 'string' || value.trim() === '') return null;
  const number = Number(value);
  return Number.isFinite(number) ? number : null;
};

const linkedNode = (prompt: Prompt, value: unknown): PromptNode | null => {
  if (!Array.isArray(value) || value.length !== 2) return null;
  const source: unknown = value[0];
  return typeof source === 'string' && Object.hasOwn(prompt, source) ? (prompt[source] ?? null) : null;
};

/** The number of an input, through links to nodes that hand on a number; null where it is computed while the prompt runs. */
export const numberInput = (
  prompt: Prompt,
  node: PromptNode,
  inputName: string,
  depth = longestChain,
): number | null => {
  if (!Object.hasOwn(node.inputs, inputName)) return null;
  const value = node.inputs[inputName];
  const source = linkedNode(prompt, value);
  if (source === null) return asNumber(value);
  if (depth === 0) return null;
  // A node that offers width and height together has inputs of the same names.
  for (const name of [inputName, ...valueNames]) {
    const number = numberInput(prompt, source, name, depth - 1);
    if (number !== null) return number;
  }
  return null;
};
