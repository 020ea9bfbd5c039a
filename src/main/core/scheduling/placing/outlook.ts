import type { JobEstimate } from '#contract/models/placement.ts';
import { remainingMs } from '../remaining-time.ts';
import type { SchedulingJob } from '../scheduler-interface.ts';
import type { WorkInHand } from '../work-in-hand.ts';
import type { Candidate } from './candidate.ts';
import type { DecisionView } from './decision-view.ts';

/** When everything that waits or runs is expected to be done, as far as it can be said. */
export interface Outlook {
  readonly estimates: ReadonlyMap<string, JobEstimate>;
  /** Epoch milliseconds; null when nothing can be said. */
  readonly allDoneAt: number | null;
}

/** An instance on its way through the queue. */
interface Seat {
  readonly candidate: Candidate;
  /** From now on, in milliseconds. */
  freeMs: number;
  variance: number;
  loaderKey: string | null;
}

interface Times {
  readonly loadMs: number;
  readonly runMs: number;
  readonly spreadMs: number;
}

/** The least that an expectation is taken to be off. */
const leastSpreadShare = 0.05;

const estimateOf = (now: number, startMs: number, finishMs: number, variance: number): JobEstimate => {
  const spread = Math.max(Math.sqrt(variance), (finishMs - startMs) * leastSpreadShare);
  return {
    startAt: now + startMs,
    finishAt: now + finishMs,
    earliestAt: now + Math.max(0, finishMs - spread),
    latestAt: now + finishMs + spread,
  };
};

/** Jobs that are with an instance, in their order there. */
const seatOf = (candidate: Candidate, inHand: WorkInHand, now: number, estimates: Map<string, JobEstimate>): Seat => {
  const seat: Seat = { candidate, freeMs: candidate.startMs ?? 0, variance: 0, loaderKey: candidate.lastLoaderKey };
  for (const [index, assigned] of inHand.of(candidate.instance.instanceId).entries()) {
    const begunMs = seat.freeMs;
    seat.freeMs += index === 0 ? remainingMs(assigned, now) : assigned.load.mean + assigned.run.mean;
    seat.variance += assigned.load.spread ** 2 + assigned.run.spread ** 2;
    const estimate = estimateOf(now, begunMs, seat.freeMs, seat.variance);
    estimates.set(assigned.job.jobId, { ...estimate, startAt: assigned.startedAt ?? estimate.startAt });
  }
  return seat;
};

const isUseful = ({ obstacle, isComing }: Candidate): boolean => obstacle === null || isComing;

/**
 * Goes through the queue in its order and gives each job to the instance that would finish it first, loads counted, as the scheduler
 * does on the whole. Jobs that nobody can take have no estimate, and while the queue is paused none that waits has.
 */
export const lookAhead = (view: DecisionView, jobs: readonly SchedulingJob[], inHand: WorkInHand): Outlook => {
  const { now, paused } = view.moment;
  const estimates = new Map<string, JobEstimate>();
  const seats = view.candidates.map((candidate) => seatOf(candidate, inHand, now, estimates));
  const timesOf = createTimes(view);
  const laneFreeMs = new Map<string, number>();

  const place = (job: SchedulingJob): void => {
    const notBefore = job.lane === null ? 0 : (laneFreeMs.get(job.lane) ?? 0);
    let best: {
      readonly seat: Seat;
      readonly startMs: number;
      readonly finishMs: number;
      readonly times: Times;
    } | null = null;
    for (const candidate of view.field(job, view.ability(job))) {
      const seat = seats[candidate.position];
      if (seat === undefined || !isUseful(candidate)) continue;
      const times = timesOf(job, candidate);
      const startMs = Math.max(seat.freeMs, notBefore);
      const isWarm = seat.loaderKey === job.shape.loaderKey;
      const finishMs = startMs + (isWarm ? 0 : times.loadMs) + times.runMs;
      if (best === null || finishMs < best.finishMs) best = { seat, startMs, finishMs, times };
    }
    if (best === null) return;
    const { seat, startMs, finishMs, times } = best;
    seat.freeMs = finishMs;
    seat.variance += times.spreadMs ** 2;
    seat.loaderKey = job.shape.loaderKey;
    if (job.lane !== null) laneFreeMs.set(job.lane, finishMs);
    estimates.set(job.jobId, estimateOf(now, startMs, finishMs, seat.variance));
  };
  if (!paused) for (const job of jobs) place(job);

  let allDoneAt: number | null = null;
  for (const { finishAt } of estimates.values()) allDoneAt = Math.max(allDoneAt ?? 0, finishAt);
  return { estimates, allDoneAt: paused && jobs.length > 0 ? null : allDoneAt };
};

/** Load and run of equal jobs are asked for once. */
const createTimes = (view: DecisionView): ((job: SchedulingJob, candidate: Candidate) => Times) => {
  const known = new Map<string, (Times | undefined)[]>();
  return ({ shape }, candidate) => {
    let row = known.get(shape.fingerprint);
    if (row === undefined) {
      row = [];
      known.set(shape.fingerprint, row);
    }
    const before = row[candidate.position];
    if (before !== undefined) return before;
    const { runMs, spreadMs } = view.cost(shape, candidate);
    const times = { loadMs: view.reloadMs(shape.loaders, candidate.instance.instanceId), runMs, spreadMs };
    row[candidate.position] = times;
    return times;
  };
};
