import type { JobRecord } from './ledger.ts';
import type { SimulationResult } from './simulate.ts';
import type { Trace } from './trace.ts';

/**
 * What one policy made of one trace. A wait goes from the arrival of a job to the begin of its run on a card, the load of its models
 * included; for a job that was lost with its card, to the run that succeeded.
 */
export interface Measures {
  readonly makespanMs: number;
  readonly meanWaitMs: number;
  readonly p95WaitMs: number;
  readonly longestWaitMs: number;
  /** Mean wait of the interactive jobs; 0 where there are none. */
  readonly interactiveWaitMs: number;
  readonly loads: number;
  /** Starts of a job that should have waited for one which had waited longer than the starvation limit (late-starts.ts). */
  readonly lateOvertakes: number;
  readonly decisions: number;
  readonly decisionMeanMicroseconds: number;
  readonly decisionP99Microseconds: number;
  readonly decisionMaxMicroseconds: number;
}

export const mean = (values: readonly number[]): number =>
  values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;

/** The value that the share of all is not above; 0 of nothing. */
export const percentile = (values: readonly number[], share: number): number => {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? 0;
};

const spanMs = (records: readonly JobRecord[]): number => {
  let first = Number.POSITIVE_INFINITY;
  let last = 0;
  for (const { job, endedAt } of records) {
    first = Math.min(first, job.arrivalAt);
    last = Math.max(last, endedAt);
  }
  return records.length === 0 ? 0 : last - first;
};

const makespanMs = (trace: Trace, records: readonly JobRecord[]): number =>
  trace.makespanOf === 'all'
    ? spanMs(records)
    : [...Map.groupBy(records, ({ job }) => job.wave).values()].reduce((sum, wave) => sum + spanMs(wave), 0);

const waitMs = ({ job, runAt }: JobRecord): number => runAt - job.arrivalAt;

export const measure = (trace: Trace, result: SimulationResult): Measures => {
  const { records, loads, lateOvertakes, decisions, decisionMicroseconds } = result;
  const waits = records.map(waitMs);
  return {
    makespanMs: makespanMs(trace, records),
    meanWaitMs: mean(waits),
    p95WaitMs: percentile(waits, 0.95),
    longestWaitMs: percentile(waits, 1),
    interactiveWaitMs: mean(records.filter(({ job }) => job.kind === 'interactive').map(waitMs)),
    loads,
    lateOvertakes,
    decisions,
    decisionMeanMicroseconds: mean(decisionMicroseconds),
    decisionP99Microseconds: percentile(decisionMicroseconds, 0.99),
    decisionMaxMicroseconds: percentile(decisionMicroseconds, 1),
  };
};

/** The mean of every measure over several seeds; of the longest of something, the longest. */
export const average = (all: readonly Measures[]): Measures => {
  const meanOf = (of: (measures: Measures) => number): number => mean(all.map(of));
  const mostOf = (of: (measures: Measures) => number): number => percentile(all.map(of), 1);
  return {
    makespanMs: meanOf(({ makespanMs }) => makespanMs),
    meanWaitMs: meanOf(({ meanWaitMs }) => meanWaitMs),
    p95WaitMs: meanOf(({ p95WaitMs }) => p95WaitMs),
    longestWaitMs: mostOf(({ longestWaitMs }) => longestWaitMs),
    interactiveWaitMs: meanOf(({ interactiveWaitMs }) => interactiveWaitMs),
    loads: meanOf(({ loads }) => loads),
    lateOvertakes: mostOf(({ lateOvertakes }) => lateOvertakes),
    decisions: meanOf(({ decisions }) => decisions),
    decisionMeanMicroseconds: meanOf(({ decisionMeanMicroseconds }) => decisionMeanMicroseconds),
    decisionP99Microseconds: mostOf(({ decisionP99Microseconds }) => decisionP99Microseconds),
    decisionMaxMicroseconds: mostOf(({ decisionMaxMicroseconds }) => decisionMaxMicroseconds),
  };
};
