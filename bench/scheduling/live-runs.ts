import type { Trace } from './trace.ts';
import { changeTrace, chooseByName } from './traces/change-traces.ts';
import type { TraceParameters } from './traces/trace-parameters.ts';

export interface LiveRun {
  readonly parameters: TraceParameters;
  /** How many times faster than the trace everything goes. */
  readonly clock: number;
}

export interface LiveChoice {
  readonly names: readonly string[];
  /** null: what is usual for the trace. */
  readonly clock: number | null;
  readonly poissonJobs: number;
}

/**
 * What a real process takes for a job beside its work does not shrink with the clock. One batch is over soon, so its clock can be slow
 * enough for that to be a small share; random arrivals take longer, and wait for the next one for part of it.
 */
const usualClock = { batches: 2, others: 4 } as const;

/** One batch of a batch trace, so many jobs of one with random arrivals, each with its clock. */
export const planRuns = (traces: readonly TraceParameters[], choice: LiveChoice): readonly LiveRun[] =>
  chooseByName(traces, choice.names).map((parameters) => {
    const isBatches = parameters.streams[0]?.type === 'batches';
    const change = isBatches ? 'streams.0.count=1' : `streams.0.jobs=${choice.poissonJobs}`;
    const usual = isBatches ? usualClock.batches : usualClock.others;
    return { parameters: changeTrace(parameters, [change]), clock: choice.clock ?? usual };
  });

/** What a trace is played with, in the simulator and on the processes. */
export interface LiveConditions {
  readonly jobs: number;
  readonly clock: number;
  readonly cardSpeeds: readonly number[];
  readonly residency: Trace['residency'];
  /** null = any number */
  readonly diskStreams: number | null;
  readonly maxConcurrentLoads: number;
  /** Share by which runs and loads vary by chance. */
  readonly spread: number;
}

/** Taken from the trace that the simulator plays, so that what is printed is what was predicted with. */
export const conditionsOf = (plan: Trace, clock: number, maxConcurrentLoads: number): LiveConditions => ({
  jobs: plan.jobs.length,
  clock,
  cardSpeeds: plan.cards.map(({ speed }) => speed),
  residency: plan.residency,
  diskStreams: Number.isFinite(plan.diskStreams) ? plan.diskStreams : null,
  maxConcurrentLoads,
  spread: Math.max(
    0,
    ...plan.jobs.flatMap(({ runFactor, loadFactor }) => [runFactor - 1, loadFactor - 1].map(Math.abs)),
  ),
});

export const describeRun = (conditions: LiveConditions): string => {
  const { jobs, clock, cardSpeeds, residency, diskStreams, maxConcurrentLoads, spread } = conditions;
  const disk = diskStreams === null ? 'any number of' : String(diskStreams);
  return `${jobs} jobs, clock ${clock}, cards of speed ${cardSpeeds.join(', ')}, residency ${residency}, ${disk} disk streams, ${maxConcurrentLoads} loads at once, chance ${spread}`;
};
