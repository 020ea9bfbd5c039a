import { z } from 'zod';
import type { CandidateRejection } from '#contract/models/placement.ts';
import { fillSentence } from '../../text/describe-error.ts';
import { placement } from '../../text/en/placement.ts';
import { pageTexts } from '../../text/page-texts.ts';

interface RejectionText {
  readonly plain: string;
  readonly detailed?: readonly string[];
}

/** Values that an instance lacks come with the input that wants them; the value alone says enough. */
const valueSchema = z.union([z.string(), z.object({ value: z.string() }).transform(({ value }) => value)]);
const valuesSchema = z.object({ values: z.array(valueSchema).min(1) });

/** Why an instance was left out, with the facts where they are known. */
export const describeRejection = ({ reason, details }: Pick<CandidateRejection, 'reason' | 'details'>): string => {
  const text: RejectionText = pageTexts('placement', placement).rejected[reason];
  const { values } = valuesSchema.safeParse(details).data ?? {};
  const facts = values === undefined ? details : { ...details, values };
  return text.detailed?.map((sentence) => fillSentence(sentence, facts)).find((one) => one !== undefined) ?? text.plain;
};
