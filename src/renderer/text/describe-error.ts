import { z } from 'zod';
import { type ErrorCode, type ErrorDetails, errorCodeSchema, StudioError } from '#contract/errors.ts';
import type { ErrorText } from './en/error-text.ts';
import { errors } from './en/errors.ts';
import { formatBytes, formatDuration, formatList } from './format.ts';
import { pageTexts } from './page-texts.ts';

/** The three sentences that a person reads, and the plain one for a report. */
export interface DescribedError {
  readonly code: ErrorCode;
  readonly happened: string;
  readonly means: string;
  readonly do: string;
  /** The message for programs; worth showing where it says more than the sentences. */
  readonly message: string;
}

const placeholder = /\{\{(\w+)\}\}/g;

/** A fact in words; the unit that ends its name says how. Empty when it cannot be said. */
const phraseFact = (name: string, fact: unknown): string => {
  if (typeof fact === 'string') return fact;
  if (Array.isArray(fact)) return formatList(fact.filter((part) => typeof part === 'string'));
  if (typeof fact !== 'number') return '';
  if (name.endsWith('Bytes')) return formatBytes(fact);
  if (name.endsWith('Ms')) return formatDuration(fact);
  return String(fact);
};

/** The sentence with its facts filled in; undefined when a fact is missing or is no text or number. */
export const fillSentence = (sentence: string, facts: ErrorDetails): string | undefined => {
  let complete = true;
  const filled = sentence.replaceAll(placeholder, (_match, name: string) => {
    const fact = phraseFact(name, facts[name]);
    if (fact === '') complete = false;
    return fact;
  });
  return complete ? filled : undefined;
};

const causeSchema = z.object({ cause: errorCodeSchema, causeDetails: z.record(z.string(), z.unknown()).default({}) });

const sentenceOfReason = ({ reasons = {} }: ErrorText, { reason }: ErrorDetails): readonly string[] => {
  const sentence = typeof reason === 'string' && Object.hasOwn(reasons, reason) ? reasons[reason] : undefined;
  return sentence === undefined ? [] : [sentence];
};

/** What a person reads about a code and its facts. */
export const describeCode = (code: ErrorCode, details: ErrorDetails = {}, message = ''): DescribedError => {
  const text: ErrorText = pageTexts('errors', errors)[code];
  const detailed = [...sentenceOfReason(text, details), ...(text.detailed ?? [])]
    .map((sentence) => fillSentence(sentence, details))
    .find((filled) => filled !== undefined);
  const own = { code, happened: detailed ?? text.happened, means: text.means, do: text.do, message };
  // A crash loop is the end of a story; its last cause is what one can do something about.
  const cause = code === 'PROCESS_CRASH_LOOP' ? causeSchema.safeParse(details) : undefined;
  if (cause?.success !== true || cause.data.cause === 'PROCESS_CRASH_LOOP') return own;
  const reason = describeCode(cause.data.cause, cause.data.causeDetails);
  return { ...own, happened: `${own.happened} ${reason.happened}`, do: reason.do };
};

/** What a person reads about anything that was thrown. */
export const describeError = (error: unknown): DescribedError =>
  error instanceof StudioError
    ? describeCode(error.code, error.details, error.message)
    : describeCode('INTERNAL', {}, error instanceof Error ? error.message : '');
