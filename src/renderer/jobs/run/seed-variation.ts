import type { Prompt } from '#contract/models/workflow.ts';

/** Inputs that ComfyUI's samplers and noise nodes call their seed. */
const seedNames = ['seed', 'noise_seed'];

/** ComfyUI's seeds have 64 bits; a JSON number is exact up to 53, so new seeds stay below that. */
export const seedLimit = 2 ** 53;

export const isSeedName = (inputName: string): boolean => seedNames.includes(inputName);

/** How many inputs of the graph hold a seed of their own; a linked seed belongs to the node that it comes from. */
export const countSeeds = (prompt: Prompt): number =>
  Object.values(prompt).reduce(
    (count, node) => count + seedNames.filter((name) => typeof node.inputs[name] === 'number').length,
    0,
  );

/** The graph with new seeds; `random` answers a number in [0, 1) and is asked once for each seed. */
export const withNewSeeds = (prompt: Prompt, random: () => number): Prompt =>
  Object.fromEntries(
    Object.entries(prompt).map(([id, node]) => {
      const seeds = seedNames.filter((name) => typeof node.inputs[name] === 'number');
      if (seeds.length === 0) return [id, node];
      const changed = Object.fromEntries(seeds.map((name) => [name, Math.floor(random() * seedLimit)]));
      return [id, { ...node, inputs: { ...node.inputs, ...changed } }];
    }),
  );
