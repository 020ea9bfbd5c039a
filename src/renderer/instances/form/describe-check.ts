import type { ConnectionCheck } from '#contract/models/connection.ts';
import { fillSentence } from '../../text/describe-error.ts';
import { describeProblem } from '../../text/describe-problem.ts';
import { connectionTest } from '../../text/en/connection-test.ts';
import { pageTexts } from '../../text/page-texts.ts';

/** What a check found, one sentence each, and what to do about the worst; `advice` is empty where there is nothing to do. */
export interface DescribedCheck {
  readonly found: readonly string[];
  readonly advice: string;
}

/** What a person reads about a check; the plain sentence that came with it stands in where a fact is missing. */
export const describeCheck = (check: ConnectionCheck): DescribedCheck => {
  const { code, details, message, problems } = check;
  const texts = pageTexts('connectionTest', connectionTest);
  const advices: Readonly<Record<string, string>> = texts.advice;
  const worst = code ?? problems[0]?.code ?? '';
  const found =
    code === null ? problems.map(describeProblem) : [fillSentence(texts.findings[code], details) ?? message];
  return { found, advice: Object.hasOwn(advices, worst) ? (advices[worst] ?? '') : check.advice };
};
