import type { FieldProblem } from '#contract/models/instance.ts';

type Details = Readonly<Record<string, unknown>>;

const problem = (
  severity: FieldProblem['severity'],
  field: string,
  code: string,
  rest: [string, Details?],
): FieldProblem => {
  const [message, details = {}] = rest;
  return { field, severity, code, message, details: { ...details } };
};

/** A finding that keeps a configuration from being stored. */
export const failing = (field: string, code: string, ...rest: [message: string, details?: Details]): FieldProblem =>
  problem('error', field, code, rest);

/** A finding that the user may weigh. */
export const warning = (field: string, code: string, ...rest: [message: string, details?: Details]): FieldProblem =>
  problem('warning', field, code, rest);
