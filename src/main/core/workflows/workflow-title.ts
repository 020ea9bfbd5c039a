import type { Prompt, PromptNode } from '#contract/models/workflow.ts';

const maxTitleCharacters = 80;

/** Inputs that hold what the author asked for, in ComfyUI's encoders and in those of the usual packs. */
const textInputs = ['text', 'prompt', 'positive', 'text_g', 'clip_l', 't5xxl'];

const textOf = (node: PromptNode): string => {
  for (const name of textInputs) {
    const value = node.inputs[name];
    if (typeof value === 'string' && value.trim() !== '') return value;
  }
  return '';
};

const shorten = (text: string): string => {
  const line = text.replaceAll(/\s+/gu, ' ').trim();
  const characters = Array.from(line);
  return characters.length <= maxTitleCharacters ? line : `${characters.slice(0, maxTitleCharacters - 1).join('')}…`;
};

/** The encoder behind a sampler's `positive` input says what the picture is of; the negative one often comes first in the file. */
const positiveText = (prompt: Prompt): string => {
  for (const node of Object.values(prompt)) {
    const link = node.inputs['positive'];
    const source: unknown = Array.isArray(link) ? link[0] : undefined;
    const text =
      typeof source === 'string' && Object.hasOwn(prompt, source) && prompt[source] ? textOf(prompt[source]) : '';
    if (text !== '') return text;
  }
  return '';
};

/** A short label of a graph: what it asks for, else the name of its file, else nothing. */
export const workflowTitle = (prompt: Prompt, fileName: string): string => {
  const asked =
    positiveText(prompt) ||
    Object.values(prompt)
      .map(textOf)
      .find((text) => text !== '') ||
    '';
  return shorten(asked === '' ? fileName.replace(/\.json$/iu, '') : asked);
};
