import type { Prompt } from '#contract/models/workflow.ts';
import type { PromptFacts } from '#core/ports/gallery.ts';
import { recogniseWorkflow } from '../workflows/workflow-format.ts';
import { noPromptFacts, promptFactsOf } from './prompt-facts.ts';

/** Python writes these where JSON knows no number. */
const pythonNumber = /(?<=[:[,]\s*)(?:NaN|-?Infinity)(?=\s*[,\]}])/gu;

const parsed = (text: string): unknown => {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  try {
    const value: unknown = JSON.parse(text.replaceAll(pythonNumber, 'null'));
    return value;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
};

/** The graph that ComfyUI wrote beside a picture; null where there is none that can be run. */
export const promptOfTexts = (texts: Readonly<Record<string, string>>): Prompt | null => {
  const text = texts['prompt'];
  if (text === undefined) return null;
  const format = recogniseWorkflow(parsed(text));
  return format.kind === 'api' ? format.prompt : null;
};

const longestTitle = 80;

const numberIn = (settings: string, name: string): number | null => {
  const found = new RegExp(`(?:^|, )${name}: ([^,]+)`, 'u').exec(settings)?.[1];
  const value = Number(found);
  return found === undefined || !Number.isFinite(value) ? null : value;
};

const wordIn = (settings: string, name: string): string | null =>
  new RegExp(`(?:^|, )${name}: ([^,]+)`, 'u').exec(settings)?.[1]?.trim() ?? null;

/** `parameters`, as the web UI of Stable Diffusion and savers that imitate it write them: prompt, negative prompt, settings. */
const parameterFacts = (text: string): PromptFacts => {
  const [beforeSettings = '', settings = ''] = text.split(/\n(?=Steps: )/u);
  const [positive = '', negative = ''] = beforeSettings.split(/\nNegative prompt: ?/u);
  const model = wordIn(settings, 'Model');
  return {
    ...noPromptFacts,
    title: positive.replaceAll(/\s+/gu, ' ').trim().slice(0, longestTitle),
    positive: positive.trim(),
    negative: negative.trim(),
    models: model === null ? [] : [`checkpoints/${model}`],
    samplers:
      settings === ''
        ? []
        : [
            {
              nodeId: '',
              classType: '',
              seed: wordIn(settings, 'Seed'),
              steps: numberIn(settings, 'Steps'),
              cfg: numberIn(settings, 'CFG scale'),
              sampler: wordIn(settings, 'Sampler'),
              scheduler: wordIn(settings, 'Schedule type'),
              denoise: numberIn(settings, 'Denoising strength'),
            },
          ],
  };
};

/** What the texts beside a picture say of how it was made; null where they say nothing. */
export const factsOfTexts = (texts: Readonly<Record<string, string>>): PromptFacts | null => {
  const prompt = promptOfTexts(texts);
  if (prompt !== null) return promptFactsOf(prompt);
  const parameters = texts['parameters'];
  return parameters === undefined || parameters.trim() === '' ? null : parameterFacts(parameters);
};
