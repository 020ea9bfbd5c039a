import type { GallerySampler, GalleryWorkflow, GalleryWorkKind } from '#contract/models/gallery.ts';
import type { Prompt, PromptNode } from '#contract/models/workflow.ts';
import type { PromptFacts } from '#core/ports/gallery.ts';
import { digest } from '../workflows/digest.ts';
import { modelFilesOf } from '../workflows/model-files.ts';
import { sourcesOf } from '../workflows/prompt-links.ts';
import { numberInput } from '../workflows/prompt-numbers.ts';
import { nothingKnownOfClasses } from '../workflows/workflow-knowledge.ts';
import { workflowTitle } from '../workflows/workflow-title.ts';
import { allTexts, askedTexts } from './prompt-texts.ts';

const longestText = 20_000;
const mostModels = 100;
const mostSamplers = 20;

const linked = (prompt: Prompt, node: PromptNode, name: string): PromptNode | null => {
  const value = node.inputs[name];
  const source: unknown = Array.isArray(value) ? value[0] : undefined;
  return typeof source === 'string' && Object.hasOwn(prompt, source) ? (prompt[source] ?? null) : null;
};

const isSampler = ({ class_type, inputs }: PromptNode): boolean =>
  (/sampler/iu.test(class_type) && (Object.hasOwn(inputs, 'latent_image') || Object.hasOwn(inputs, 'steps'))) ||
  (Object.hasOwn(inputs, 'steps') && Object.hasOwn(inputs, 'cfg'));

/** Nodes that a sampler is put together from, where it is not one that knows all by itself. */
const partsOf = (prompt: Prompt, node: PromptNode): readonly PromptNode[] => [
  node,
  ...['noise', 'sigmas', 'sampler', 'guider'].flatMap((name) => linked(prompt, node, name) ?? []),
];

const numberOf = (prompt: Prompt, parts: readonly PromptNode[], ...names: readonly string[]): number | null => {
  for (const part of parts)
    for (const name of names) {
      const value = numberInput(prompt, part, name);
      if (value !== null) return value;
    }
  return null;
};

const wordOf = (parts: readonly PromptNode[], ...names: readonly string[]): string | null => {
  for (const part of parts)
    for (const name of names) {
      const value = part.inputs[name];
      if (typeof value === 'string' && value !== '') return value.slice(0, 200);
    }
  return null;
};

const samplerOf = (prompt: Prompt, nodeId: string, node: PromptNode): GallerySampler => {
  const parts = partsOf(prompt, node);
  const seed = numberOf(prompt, parts, 'seed', 'noise_seed');
  return {
    nodeId,
    classType: node.class_type,
    seed: seed === null ? null : BigInt(Math.trunc(seed)).toString(),
    steps: numberOf(prompt, parts, 'steps'),
    cfg: numberOf(prompt, parts, 'cfg', 'guidance'),
    sampler: wordOf(parts, 'sampler_name'),
    scheduler: wordOf(parts, 'scheduler'),
    denoise: numberOf(prompt, parts, 'denoise'),
  };
};

const workKindOf = (nodes: readonly PromptNode[]): GalleryWorkKind => {
  const has = (pattern: RegExp): boolean => nodes.some(({ class_type }) => pattern.test(class_type));
  if (has(/video|animatediff|svd|wan|hunyuan|ltxv/iu)) return 'video';
  if (has(/audio/iu)) return 'audio';
  const samples = nodes.some(isSampler);
  const loads = has(/^(?:Load|ETN_Load).*(?:Image|Mask)/u);
  if (samples && has(/inpaint|SetLatentNoiseMask/iu)) return 'inpaint';
  if (has(/upscale/iu) && (loads || !samples)) return 'upscale';
  if (samples) return loads ? 'image-to-image' : 'text-to-image';
  return 'other';
};

/** Nodes and how they hang together, without their ids and values. */
const workflowOf = (prompt: Prompt): GalleryWorkflow => {
  const classOf = (id: string): string => prompt[id]?.class_type ?? '';
  const lines = Object.keys(prompt).map((id) => `${classOf(id)}<${sourcesOf(prompt, id).map(classOf).sort().join()}`);
  const nodes = Object.values(prompt);
  return { key: digest(lines.sort().join('\n')), kind: workKindOf(nodes), nodeCount: nodes.length };
};

export const noPromptFacts: PromptFacts = {
  title: '',
  positive: '',
  negative: '',
  models: [],
  samplers: [],
  workflow: null,
};

/** What a person wants to know of the graph behind a result. `title` is the one of its job, where it has one. */
export const promptFactsOf = (prompt: Prompt, title = ''): PromptFacts => {
  const found = Object.entries(prompt).filter(([, node]) => isSampler(node));
  const samplers = found.slice(0, mostSamplers).map(([id, node]) => samplerOf(prompt, id, node));
  const asked = askedTexts(
    prompt,
    found.map(([id]) => id),
  );
  const positive = asked.positive === '' ? allTexts(prompt) : asked.positive;
  return {
    title: title === '' ? workflowTitle(prompt, '') : title,
    positive: positive.slice(0, longestText),
    negative: asked.negative.slice(0, longestText),
    models: modelFilesOf(prompt, Object.keys(prompt), nothingKnownOfClasses).slice(0, mostModels),
    samplers,
    workflow: workflowOf(prompt),
  };
};
