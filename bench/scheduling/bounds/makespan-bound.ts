import { loadTimeMs, runTimeMs, type Trace, type TraceJob } from '../trace.ts';
import { capacityOf, timeOfWork } from './capacity.ts';
import { earliestRuns } from './release.ts';

const workOf = (job: TraceJob): number => job.workflow.runMs * job.runFactor;

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** The least load that a card must do before its first run, over all jobs; 0 when cards may hold the models already. */
const firstLoads = (trace: Trace, jobs: readonly TraceJob[], isCold: boolean): readonly number[] =>
  trace.cards.map((card) => {
    if (!isCold) return 0;
    const least = Math.min(
      ...jobs.map((job) =>
        sum(
          job.workflow.files.map((file) => loadTimeMs(trace, file, { loadFactor: Math.min(1, job.loadFactor) }, card)),
        ),
      ),
    );
    return Number.isFinite(least) ? least : 0;
  });

/** Searches the least time at which a condition that stays true holds; answers a time at which it just does not hold yet. */
const leastTime = (holds: (time: number) => boolean): number => {
  let high = 1;
  while (!holds(high)) high *= 2;
  let low = 0;
  for (let step = 0; step < 60; step += 1) {
    const middle = (low + high) / 2;
    if (holds(middle)) high = middle;
    else low = middle;
  }
  return low;
};

/**
 * The least time for jobs that are all there at once: after time T card i has done at most `speed × (T − first load)` of work, and at
 * most as many jobs as the shortest of all that fit into it. Both sums must reach what there is to do.
 */
const assignmentBound = (trace: Trace, jobs: readonly TraceJob[], isCold: boolean): number => {
  const loads = firstLoads(trace, jobs, isCold);
  const shortestFirst = jobs.map(workOf).sort((a, b) => a - b);
  const work = sum(shortestFirst);
  const capacities = (time: number): readonly number[] =>
    trace.cards.map(({ speed }, index) => speed * Math.max(0, time - (loads[index] ?? 0)));
  const jobsWithin = (capacity: number): number => {
    let left = capacity;
    let count = 0;
    for (const job of shortestFirst) {
      left -= job;
      if (left < 0) break;
      count += 1;
    }
    return count;
  };
  return leastTime((time) => {
    const each = capacities(time);
    return sum(each) >= work && sum(each.map(jobsWithin)) >= jobs.length;
  });
};

/** No job can be over before its earliest run on the fastest card. */
const lastJobBound = (trace: Trace, earliest: ReadonlyMap<TraceJob, number>): number =>
  Math.max(
    ...trace.jobs.map(
      (job) => (earliest.get(job) ?? job.arrivalAt) + Math.min(...trace.cards.map((card) => runTimeMs(job, card))),
    ),
  );

/** What cannot begin before a moment must be done after it, by all cards together. */
const lateWorkBound = (trace: Trace, earliest: ReadonlyMap<TraceJob, number>): number => {
  const steps = capacityOf(trace);
  const latestFirst = [...earliest].sort(([, one], [, other]) => other - one);
  let work = 0;
  let bound = 0;
  for (const [job, at] of latestFirst) {
    work += workOf(job);
    bound = Math.max(bound, timeOfWork(steps, at, work));
  }
  return bound;
};

const wavesOf = (trace: Trace): readonly (readonly TraceJob[])[] =>
  [...Map.groupBy(trace.jobs, ({ wave }) => wave).values()].sort(
    ([one], [other]) => (one?.arrivalAt ?? 0) - (other?.arrivalAt ?? 0),
  );

/**
 * A makespan in milliseconds that no policy can go below: the largest of three bounds, none of which counts more loads than one for each
 * card that is used and one for each file.
 *
 * 1. All jobs at the first arrival: the best assignment to the cards, by work and by whole jobs, each card loading once before.
 * 2. Each job by itself: first load of its files, then its run on the fastest card.
 * 3. For every moment: the work that cannot begin earlier, shared without loss by all cards that are up.
 *
 * For batches one by one it is the sum over the batches of the first bound; only the first of them is certain to find empty cards.
 */
export const makespanBoundMs = (trace: Trace): number => {
  if (trace.makespanOf === 'waves')
    return sum(wavesOf(trace).map((jobs, index) => assignmentBound(trace, jobs, index === 0)));
  const first = trace.jobs[0]?.arrivalAt ?? 0;
  const earliest = earliestRuns(trace);
  return Math.max(
    assignmentBound(trace, trace.jobs, true),
    lastJobBound(trace, earliest) - first,
    lateWorkBound(trace, earliest) - first,
  );
};
