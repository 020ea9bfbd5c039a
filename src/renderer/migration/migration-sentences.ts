import type { MigrationRemark, PlannedConflict } from '#contract/models/migration.ts';
import { fillSentence } from '../text/describe-error.ts';
import { migrationRemarks } from '../text/en/migration-remarks.ts';
import { pageTexts } from '../text/page-texts.ts';

/** Lists that are said whole in a sentence; longer ones end in how many more there are. */
const mostNames = 5;

const shortened = (value: unknown): unknown =>
  Array.isArray(value) && value.length > mostNames
    ? [...value.slice(0, mostNames), `+${value.length - mostNames}`]
    : value;

/** The facts as they are said: long lists end early, and what has no name is called so. */
const factsOf = (details: Readonly<Record<string, unknown>>): Record<string, unknown> => {
  const { unnamed } = pageTexts('migrationRemarks', migrationRemarks).names;
  const said = (fact: string, value: unknown): unknown =>
    value === '' && (fact === 'name' || fact === 'by') ? unnamed : shortened(value);
  return Object.fromEntries(Object.entries(details).map(([fact, value]) => [fact, said(fact, value)]));
};

const sentenceOf = (
  group: keyof typeof migrationRemarks,
  code: string,
  details: Readonly<Record<string, unknown>>,
): string | undefined => {
  const sentences: Readonly<Record<string, string>> = pageTexts('migrationRemarks', migrationRemarks)[group];
  // A code may have sentences of their own for some of its reasons.
  const key = [`${code}.${String(details['reason'])}`, code].find((each) => Object.hasOwn(sentences, each));
  const sentence = key === undefined ? undefined : sentences[key];
  return sentence === undefined ? undefined : fillSentence(sentence, factsOf(details));
};

/** What a person reads about something that a look remarked on; the plain sentence where there is none for the code. */
export const findingSentence = ({ code, details, message }: MigrationRemark): string =>
  sentenceOf('findings', code, details) ?? message;

/** What a person reads about something that a run remarked on. */
export const runSentence = ({ code, details, message }: MigrationRemark): string =>
  sentenceOf('runs', code, details) ?? message;

/** What a person reads about something that was in the way right before a run. */
export const checkSentence = ({ code, details, message }: MigrationRemark): string =>
  sentenceOf('checks', code, details) ?? message;

/** A conflict: what clashes, and what is done about it or asked of the user. */
export const conflictSentences = (conflict: PlannedConflict): { readonly clash: string; readonly answer: string } => {
  const { code, resolution, details, message } = conflict;
  const answer =
    resolution === ''
      ? (sentenceOf('decisions', code, details) ?? sentenceOf('decisions', 'other', {}))
      : sentenceOf('resolutions', resolution, details);
  return { clash: sentenceOf('conflicts', code, details) ?? message, answer: answer ?? '' };
};
