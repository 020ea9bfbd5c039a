import type { ValidPrompt } from '#comfyui/validation/prompt-model.ts';

/** An input that takes its value from a slot of another node. */
export type Link = readonly [nodeId: string, slot: number];

export const isLink = (value: unknown): value is Link =>
  Array.isArray(value) && value.length === 2 && typeof value[0] === 'string' && typeof value[1] === 'number';

/** The links of a node, in the order of its inputs. */
export const linksOf = (prompt: ValidPrompt, nodeId: string): readonly Link[] =>
  Object.values(prompt[nodeId]?.inputs ?? {}).filter(isLink);

/** The inputs that stand in the prompt themselves. */
export const constantsOf = (prompt: ValidPrompt, nodeId: string): Record<string, unknown> =>
  Object.fromEntries(Object.entries(prompt[nodeId]?.inputs ?? {}).filter(([, value]) => !isLink(value)));
