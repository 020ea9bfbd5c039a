import type { ConnectionCheck, ConnectionFindingCode } from '#contract/models/connection.ts';
import type { FieldProblem } from '#contract/models/instance.ts';
import { problemAdvice } from './rules/problem-advice.ts';

type Details = Readonly<Record<string, unknown>>;

/** What a check found, before it is timed. The sentences are plain English for scripts; the screens say the codes. */
export interface Finding {
  readonly outcome: ConnectionCheck['outcome'];
  readonly code: ConnectionFindingCode | null;
  readonly message: string;
  readonly advice?: string;
  readonly details?: Details;
  readonly problems?: readonly FieldProblem[];
}

export const passed = (code: ConnectionFindingCode, message: string, details: Details = {}): Finding => ({
  outcome: 'passed',
  code,
  message,
  details,
});

export const skipped = (code: ConnectionFindingCode, message: string): Finding => ({
  outcome: 'skipped',
  code,
  message,
});

export const notTried: Finding = skipped('not-tried', 'Not tried');

/** A code with what to do about it. */
export interface CodedAdvice {
  readonly code: ConnectionFindingCode;
  readonly advice: string;
}

/** What to say of something that is wrong, and what to do about it. */
export interface Saying {
  readonly message: string;
  readonly advice: string;
}

export const failed = (code: ConnectionFindingCode, saying: Saying, details: Details = {}): Finding => ({
  outcome: 'failed',
  code,
  ...saying,
  details,
});

export const warned = (code: ConnectionFindingCode, saying: Saying, details: Details = {}): Finding => ({
  outcome: 'warning',
  code,
  ...saying,
  details,
});

/** Turns findings of validation into one check: the worst decides and comes first, all are told. */
export const fromProblems = (problems: readonly FieldProblem[], whenFine: Finding): Finding => {
  const sorted = problems.toSorted((a, b) => Number(b.severity === 'error') - Number(a.severity === 'error'));
  const [worst] = sorted;
  if (worst === undefined) return whenFine;
  return {
    outcome: worst.severity === 'error' ? 'failed' : 'warning',
    code: null,
    message: sorted.map(({ message }) => message).join('; '),
    advice: problemAdvice[worst.code] ?? '',
    details: worst.details,
    problems: sorted,
  };
};
