import type { FieldProblem } from '#contract/models/instance.ts';
import { fillSentence } from './describe-error.ts';
import { problems } from './en/problems.ts';
import { pageTexts } from './page-texts.ts';

/**
 * The sentence for a rule that a draft breaks: the one for its reason, else the one of the rule, else the short one that needs
 * fewer facts. The sentence that came with it stands in where a fact is missing.
 */
export const describeProblem = ({ field, code, details, message }: FieldProblem): string => {
  const sentences: Readonly<Record<string, string>> = pageTexts('problems', problems);
  const facts = { label: sentences[`label.${field}`], ...details };
  for (const key of [`${code}.${String(details['reason'])}`, code, `${code}.short`]) {
    const sentence = Object.hasOwn(sentences, key) ? sentences[key] : undefined;
    const filled = sentence === undefined ? undefined : fillSentence(sentence, facts);
    if (filled !== undefined) return filled;
  }
  return message;
};
