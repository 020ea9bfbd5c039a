import { createRandomStream, hashText } from '#sandbox/nodes/painting/random.ts';
import { makespanBoundMs } from './bounds/makespan-bound.ts';
import { meanWaitBoundMs } from './bounds/wait-bound.ts';
import { average, type Measures, mean, measure } from './measures.ts';
import type { PolicyKind, PolicySetup } from './policy.ts';
import { simulate } from './simulate.ts';
import type { Trace, TraceGoal, TraceWorkflow } from './trace.ts';
import { generateTrace } from './traces/generate-trace.ts';
import type { TraceParameters } from './traces/trace-parameters.ts';

export interface PolicyRow {
  readonly policy: string;
  readonly measures: Measures;
}
export interface Comparison {
  readonly trace: string;
  readonly goal: TraceGoal;
  readonly jobs: number;
  readonly cards: number;
  readonly makespanBoundMs: number;
  readonly meanWaitBoundMs: number;
  readonly rows: readonly PolicyRow[];
}

export interface CompareOptions {
  readonly seeds: readonly number[];
  readonly stopwatch: () => number;
  readonly starvationLimitMs: number;
}

/** What the owner of the fleet could configure: cards and workflows are known to him, the most frequent first. */
const setupOf = ({ cards, jobs, residency }: Trace, seed: number): PolicySetup => {
  const counts = new Map<TraceWorkflow, number>();
  for (const { workflow } of jobs) counts.set(workflow, (counts.get(workflow) ?? 0) + 1);
  return {
    cards,
    workflows: [...counts].sort(([, one], [, other]) => other - one).map(([workflow]) => workflow),
    residency,
    meanRunMs: mean(jobs.map(({ workflow }) => workflow.runMs)),
    random: createRandomStream(hashText(`policy ${seed}`)),
  };
};

/** Runs every policy over the same traces, one for each seed, and averages. */
export const compare = (
  parameters: TraceParameters,
  policies: readonly PolicyKind[],
  { seeds, stopwatch, starvationLimitMs }: CompareOptions,
): Comparison => {
  const traces = seeds.map((seed) => ({ seed, trace: generateTrace(parameters, seed) }));
  const rows = policies.map(({ name, create }) => {
    const runs = traces.map(({ seed, trace }) => {
      const policy = create(setupOf(trace, seed));
      try {
        return measure(trace, simulate(trace, policy, { stopwatch, starvationLimitMs }));
      } catch (error) {
        throw new Error(`${name} on ${trace.name}, seed ${seed}`, { cause: error });
      }
    });
    return { policy: name, measures: average(runs) };
  });
  return {
    trace: parameters.name,
    goal: parameters.goal,
    jobs: traces[0]?.trace.jobs.length ?? 0,
    cards: traces[0]?.trace.cards.length ?? 0,
    makespanBoundMs: mean(traces.map(({ trace }) => makespanBoundMs(trace))),
    meanWaitBoundMs: mean(traces.map(({ trace }) => meanWaitBoundMs(trace))),
    rows,
  };
};

/** The measure that a trace is about. */
export const goalValue = (goal: TraceGoal, { makespanMs, meanWaitMs, interactiveWaitMs }: Measures): number => {
  switch (goal) {
    case 'makespan':
      return makespanMs;
    case 'mean-wait':
      return meanWaitMs;
    case 'interactive-wait':
      return interactiveWaitMs;
  }
};
