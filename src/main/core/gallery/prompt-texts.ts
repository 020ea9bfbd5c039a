import type { Prompt, PromptNode } from '#contract/models/workflow.ts';

/** Links that are followed from a sampler to the text behind it. */
const longestWay = 24;

/** Inputs that hold what the author asked for, in ComfyUI's encoders and in those of the usual packs. */
const textInput = /^(?:text|prompt|positive|negative|text_[gl]|clip_[lg]|t5xxl|string|value|caption)(?:_\d+)?$/iu;

/** Inputs behind which a text stands, best first; `role` is the side that was asked for. */
const waysOf = (role: 'positive' | 'negative'): readonly string[] => [
  role,
  'guider',
  'conditioning',
  'conditioning_1',
  'conditioning_2',
  'cond',
  'cond1',
  'text',
  'prompt',
  'text_g',
  'text_l',
  't5xxl',
  'clip_l',
  'value',
  'string',
];

const sourceOf = (prompt: Prompt, value: unknown): string | null => {
  if (!Array.isArray(value) || value.length !== 2) return null;
  const source: unknown = value[0];
  return typeof source === 'string' && Object.hasOwn(prompt, source) ? source : null;
};

const ownTexts = ({ inputs }: PromptNode): readonly string[] =>
  Object.entries(inputs).flatMap(([name, value]) =>
    typeof value === 'string' && value.trim() !== '' && textInput.test(name) ? [value.trim()] : [],
  );

const collect = (prompt: Prompt, nodeId: string, role: 'positive' | 'negative'): readonly string[] => {
  const seen = new Set<string>();
  const visit = (id: string, left: number): readonly string[] => {
    const node = prompt[id];
    if (node === undefined || left === 0 || seen.has(id)) return [];
    seen.add(id);
    const texts = [...ownTexts(node)];
    for (const name of waysOf(role)) {
      const source = sourceOf(prompt, node.inputs[name]);
      if (source !== null) texts.push(...visit(source, left - 1));
    }
    return texts;
  };
  return visit(nodeId, longestWay);
};

/** What was asked for, and what was not wanted, as the nodes behind a sampler say it; each text once, in their order. */
export const askedTexts = (
  prompt: Prompt,
  samplerIds: readonly string[],
): { readonly positive: string; readonly negative: string } => {
  const side = (role: 'positive' | 'negative'): string => {
    const texts = samplerIds.flatMap((id) =>
      [role, ...(role === 'positive' ? ['guider', 'conditioning', 'prompt', 'text'] : ['guider'])].flatMap((name) => {
        const source = sourceOf(prompt, prompt[id]?.inputs[name]);
        return source === null ? [] : collect(prompt, source, role);
      }),
    );
    return [...new Set(texts)].join('\n');
  };
  const positive = side('positive');
  const negative = side('negative');
  // A guider without a negative side leads back to the same text.
  return { positive, negative: negative === positive ? '' : negative };
};

/** All texts of a graph without a sampler, each once. */
export const allTexts = (prompt: Prompt): string => [...new Set(Object.values(prompt).flatMap(ownTexts))].join('\n');
