import type { Prompt, PromptNode } from '#contract/models/workflow.ts';
import { numberInput } from './prompt-numbers.ts';

const frameNames = ['length', 'num_frames', 'frames', 'frame_count', 'video_frames', 'frames_number'] as const;
const batchNames = ['batch_size', 'amount'] as const;

/** Of a graph that names no size, such as one that works on an uploaded picture. */
const usualPixels = 1_000_000;
/** Beyond this a number is a mistake, and must not drown everything else. */
const mostOfAnything = 1e6;

type Read = (node: PromptNode, name: string) => number | null;

const positive = (value: number | null): number | null =>
  value === null || value <= 0 ? null : Math.min(value, mostOfAnything);

const largest = (nodes: readonly PromptNode[], names: readonly string[], read: Read): number | null => {
  let most: number | null = null;
  for (const node of nodes) {
    for (const name of names) {
      const value = positive(read(node, name));
      if (value !== null && (most === null || value > most)) most = value;
    }
  }
  return most;
};

const isCanvas = (node: PromptNode): boolean =>
  [...batchNames, ...frameNames].some((name) => Object.hasOwn(node.inputs, name));

/**
 * Pixels of the largest picture. Nodes that make an empty latent say them; encoders of text have a width and a height too, which say
 * what the model shall believe, so they count only where nothing else is.
 */
const pixelsOf = (nodes: readonly PromptNode[], read: Read): number | null => {
  const sizes = nodes.flatMap((node) => {
    const width = positive(read(node, 'width'));
    const height = positive(read(node, 'height'));
    return width === null || height === null ? [] : [{ pixels: width * height, isCanvas: isCanvas(node) }];
  });
  const canvases = sizes.filter((size) => size.isCanvas);
  const counted = canvases.length > 0 ? canvases : sizes;
  return counted.length === 0 ? null : Math.max(...counted.map(({ pixels }) => pixels));
};

/** Steps of one sampler or scheduler; one that does a part of a schedule says where it begins and ends. */
const stepsOf = (node: PromptNode, read: Read): number => {
  const steps = positive(read(node, 'steps'));
  if (steps === null) return 0;
  const begin = Math.max(0, read(node, 'start_at_step') ?? 0);
  const end = Math.min(steps, read(node, 'end_at_step') ?? steps);
  return Math.max(0, end - begin);
};

/**
 * How much work a graph is, in megapixel steps: width × height × frames × steps × batch / 1e6. Steps of several samplers add up; of the
 * rest the largest counts. The numbers are found by the names of the inputs, on nodes of any class.
 */
export const workOf = (prompt: Prompt, nodeIds: Iterable<string>): number => {
  const nodes = [...nodeIds].flatMap((nodeId) => prompt[nodeId] ?? []);
  const read: Read = (node, name) => numberInput(prompt, node, name);
  const steps = nodes.reduce((sum, node) => sum + stepsOf(node, read), 0);
  const pixels = pixelsOf(nodes, read);
  const frames = largest(nodes, frameNames, read) ?? 1;
  const batch = largest(nodes, batchNames, read) ?? 1;
  const work = ((pixels ?? usualPixels) * frames * batch * Math.max(1, steps)) / 1e6;
  // Without a sampler a prompt is quick whatever its size.
  return Math.max(0.01, steps === 0 ? work / 20 : work);
};
