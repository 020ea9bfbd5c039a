import { createEventQueue } from '../event-queue.ts';
import type { Trace } from '../trace.ts';
import { type CapacityStep, capacityOf } from './capacity.ts';
import { earliestRuns } from './release.ts';

interface Release {
  readonly at: number;
  readonly work: number;
}

/** Integral over time of the jobs that are in the system beyond those that can run. */
const integrateWaiting = (releases: readonly Release[], steps: readonly CapacityStep[]): number => {
  const inSystem = createEventQueue<null>();
  const sorted = releases.toSorted((one, other) => one.at - other.at);
  let count = 0;
  let next = 0;
  let step = 0;
  let now = 0;
  let total = 0;
  for (;;) {
    for (let release = sorted[next]; release !== undefined && release.at <= now; release = sorted[next]) {
      inSystem.add(release.work, null);
      count += 1;
      next += 1;
    }
    if (count === 0 && next === sorted.length) return total;
    while ((steps[step + 1]?.from ?? Number.POSITIVE_INFINITY) <= now) step += 1;
    const { speed, cards } = steps[step] ?? { speed: 0, cards: 0 };
    const until = Math.min(
      sorted[next]?.at ?? Number.POSITIVE_INFINITY,
      steps[step + 1]?.from ?? Number.POSITIVE_INFINITY,
    );
    const shortest = inSystem.nextAt();
    const end = Math.min(until, speed === 0 ? Number.POSITIVE_INFINITY : now + shortest / speed);
    total += Math.max(0, count - cards) * (end - now);
    if (count > 0) {
      inSystem.take();
      if (end < until) count -= 1;
      else inSystem.add(shortest - speed * (end - now), null);
    }
    now = end;
  }
};

/**
 * A mean wait in milliseconds that no policy can go below; wait = from the arrival to the begin of the run, loads included.
 *
 * 1. No run begins before `earliestRuns`; the time from the arrival to there is waited in any case. The rest of the waits is that of the
 *    trace in which the jobs arrive then, and loads cost nothing.
 * 2. Any schedule on the cards can be copied by one preemptive card with their joint speed, so at every moment at least as many
 *    jobs are unfinished as on that card under shortest remaining time first, which no schedule beats at any moment (Schrage 1968).
 * 3. Of the unfinished jobs at most one per card runs, so the others wait: the sum of all waits is at least the integral of unfinished
 *    jobs beyond the number of cards.
 */
export const meanWaitBoundMs = (trace: Trace): number => {
  const earliest = earliestRuns(trace);
  const unavoidable = trace.jobs.reduce((sum, job) => sum + (earliest.get(job) ?? job.arrivalAt) - job.arrivalAt, 0);
  const releases = trace.jobs.map((job) => ({
    at: earliest.get(job) ?? job.arrivalAt,
    work: job.workflow.runMs * job.runFactor,
  }));
  return (unavoidable + integrateWaiting(releases, capacityOf(trace))) / trace.jobs.length;
};
