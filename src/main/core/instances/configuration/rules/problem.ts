import type { FieldProblem } from '#contract/models/instance.ts';
import type { ProblemCode } from '#contract/models/problem-codes.ts';

type Details = Readonly<Record<string, unknown>>;

const problem = (
  severity: FieldProblem['severity'],
  field: string,
  code: ProblemCode,
  rest: [string, Details?],
): FieldProblem => {
  const [message, details = {}] = rest;
  return { field, severity, code, message, details: { ...details } };
};

/** A finding that keeps a configuration from being stored. */
export const failing = (
  field: string,
  code: ProblemCode,
  ...rest: [message: string, details?: Details]
): FieldProblem => problem('error', field, code, rest);

/** A finding that the user may weigh. */
export const warning = (
  field: string,
  code: ProblemCode,
  ...rest: [message: string, details?: Details]
): FieldProblem => problem('warning', field, code, rest);
