import { describe, expect, it } from 'vitest';
import { conditionsOf, describeRun, planRuns } from './live-runs.ts';
import { builtInTraces } from './traces/built-in-traces.ts';
import { generateTrace } from './traces/generate-trace.ts';

const plan = (clock: number | null) =>
  planRuns(builtInTraces(), { names: ['2-slow-card', '3-poisson-80'], clock, poissonJobs: 40 });

describe('planRuns', () => {
  it('plays one batch at clock 2, and the jobs asked for with random arrivals at clock 4', () => {
    const runs = plan(null).map(({ parameters, clock }) => ({
      name: parameters.name,
      jobs: generateTrace(parameters, 1).jobs.length,
      clock,
    }));
    expect(runs).toEqual([
      { name: '2-slow-card', jobs: 24, clock: 2 },
      { name: '3-poisson-80', jobs: 40, clock: 4 },
    ]);
  });

  it('takes another clock for all', () => {
    expect(plan(8).map(({ clock }) => clock)).toEqual([8, 8]);
  });
});

describe('describeRun', () => {
  it('says what the trace itself is played with', () => {
    const [made] = builtInTraces().map((parameters) => generateTrace(parameters, 1));
    if (made === undefined) throw new Error('there are no traces');
    const trace = { ...made, diskStreams: Number.POSITIVE_INFINITY };
    const text = describeRun(conditionsOf(trace, 4, 2));
    expect(text).toMatch(
      /^100 jobs, clock 4, cards of speed 1, 1, 1, 1, residency last-set, any number of disk streams/,
    );
    expect(describeRun(conditionsOf({ ...trace, diskStreams: 3 }, 4, 2))).toContain(
      ', 3 disk streams, 2 loads at once',
    );
    const steady = trace.jobs.map((job) => ({ ...job, runFactor: 1, loadFactor: 1 }));
    expect(describeRun(conditionsOf({ ...trace, jobs: steady }, 4, 2))).toMatch(/, chance 0$/);
    expect(text).not.toMatch(/, chance 0$/);
  });
});
