import type { z } from 'zod';
import { StudioError } from '#contract/errors.ts';

export interface ValueIssue {
  /** Where in the value: `draft.port`, `prompt.3.inputs`; empty for the value itself. */
  readonly path: string;
  readonly message: string;
}

/** Most issues that an error carries; a large wrong input would otherwise be answered with a larger error. */
const issuesMax = 50;

const issuesOf = (error: z.core.$ZodError): ValueIssue[] =>
  error.issues.slice(0, issuesMax).map(({ path, message }) => ({ path: path.map(String).join('.'), message }));

/** The parsed input (defaults filled in); throws INPUT_INVALID with the issues in its details. */
export const parseInput = <Value>(schema: z.ZodType<Value>, input: unknown): Value => {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  throw new StudioError('INPUT_INVALID', undefined, { details: { issues: issuesOf(result.error) } });
};

/** The parsed output; throws a plain error, since an answer that breaks the contract is a fault of the studio. */
export const parseOutput = <Value>(schema: z.ZodType<Value>, output: unknown): Value => {
  const result = schema.safeParse(output);
  if (result.success) return result.data;
  const issues = issuesOf(result.error).map(({ path, message }) => `${path}: ${message}`);
  throw new Error(`The answer does not fit the contract. ${issues.join('; ')}`);
};
