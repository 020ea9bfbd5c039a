import type { JobEstimate } from '#contract/models/placement.ts';
import { remainingMs } from '../remaining-time.ts';
import type { SchedulingJob } from '../scheduler-interface.ts';
import type { Level } from '../waiting/level.ts';
import type { AssignedJob, WorkInHand } from '../work-in-hand.ts';
import type { Candidate } from './candidate.ts';
import type { DecisionView } from './decision-view.ts';

/** Where and when a job is expected to run. Times are epoch milliseconds. */
export interface PlannedRun {
  readonly instanceId: string;
  readonly startAt: number;
  readonly finishAt: number;
  /** The end of its model load; null where it has none. */
  readonly loadUntil: number | null;
}

/** When everything that waits or runs is expected to be done, as far as it can be said. */
export interface Outlook {
  /** Of the jobs that are with an instance, and of the first that wait. */
  readonly estimates: ReadonlyMap<string, JobEstimate>;
  /** Of the same jobs. */
  readonly runs: ReadonlyMap<string, PlannedRun>;
  /** Of a job at a place in the queue behind those, the first being 0; null when it cannot be said. */
  behind(job: SchedulingJob, position: number): JobEstimate | null;
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

/** When the load of a job that is with an instance was or will be over; null where it has none. */
const loadEndOf = ({ missing, load, loadedAt }: AssignedJob, startAt: number, now: number): number | null => {
  if (missing.length === 0) return null;
  return loadedAt ?? Math.max(startAt + load.mean, now);
};

/** Jobs that are with an instance, in their order there. */
const seatOf = (
  candidate: Candidate,
  inHand: WorkInHand,
  now: number,
  { estimates, runs }: { readonly estimates: Map<string, JobEstimate>; readonly runs: Map<string, PlannedRun> },
): Seat => {
  const { instanceId } = candidate.instance;
  const seat: Seat = { candidate, freeMs: candidate.startMs ?? 0, variance: 0, loaderKey: candidate.lastLoaderKey };
  for (const [index, assigned] of inHand.of(instanceId).entries()) {
    const begunMs = seat.freeMs;
    seat.freeMs += index === 0 ? remainingMs(assigned, now) : assigned.load.mean + assigned.run.mean;
    seat.variance += assigned.load.spread ** 2 + assigned.run.spread ** 2;
    const estimate = estimateOf(now, begunMs, seat.freeMs, seat.variance);
    const startAt = assigned.startedAt ?? estimate.startAt;
    estimates.set(assigned.job.jobId, { ...estimate, startAt });
    const { finishAt } = estimate;
    runs.set(assigned.job.jobId, { instanceId, startAt, finishAt, loadUntil: loadEndOf(assigned, startAt, now) });
  }
  return seat;
};

const isUseful = ({ obstacle, isComing }: Candidate): boolean => obstacle === null || isComing;

/** Jobs that are looked at one by one; those behind them are counted by their kind. */
export const mostLookedAt = 1000;

/** How far off the end of a job may be that was only counted. */
const countedSpreadShare = 0.25;

/** The queue as an outlook looks at it. */
export interface Queue {
  /** In queue order. */
  readonly jobs: readonly SchedulingJob[];
  readonly levels: readonly Level[];
}

/**
 * Goes through the queue in its order and gives each job to the instance that would finish it first, loads counted, as the scheduler
 * does on the whole. Beyond the first jobs it counts: the jobs of a group keep all instances busy that can take them, each at its
 * speed. Jobs that nobody can take have no estimate, and while the queue is paused none that waits has.
 */
export const lookAhead = (view: DecisionView, { jobs, levels }: Queue, inHand: WorkInHand): Outlook => {
  const { now, paused } = view.moment;
  const estimates = new Map<string, JobEstimate>();
  const runs = new Map<string, PlannedRun>();
  const seats = view.candidates.map((candidate) => seatOf(candidate, inHand, now, { estimates, runs }));
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
    const loadMs = finishMs - startMs - times.runMs;
    runs.set(job.jobId, {
      instanceId: seat.candidate.instance.instanceId,
      startAt: now + startMs,
      finishAt: now + finishMs,
      loadUntil: loadMs > 0 ? now + startMs + loadMs : null,
    });
    seat.freeMs = finishMs;
    seat.variance += times.spreadMs ** 2;
    seat.loaderKey = job.shape.loaderKey;
    if (job.lane !== null) laneFreeMs.set(job.lane, finishMs);
    estimates.set(job.jobId, estimateOf(now, startMs, finishMs, seat.variance));
  };
  if (!paused) for (const job of jobs.slice(0, mostLookedAt)) place(job);

  let allDoneAt: number | null = null;
  for (const { finishAt } of estimates.values()) allDoneAt = Math.max(allDoneAt ?? 0, finishAt);
  const useful = seats.filter(({ candidate }) => isUseful(candidate));
  const from = Math.min(...useful.map(({ freeMs }) => freeMs));
  const counted = jobs.length - mostLookedAt;
  if (counted > 0 && !paused) {
    const busyMs = countedMs(view, levels, timesOf, counted);
    for (const { candidate, freeMs } of useful)
      allDoneAt = Math.max(allDoneAt ?? 0, now + freeMs + (busyMs[candidate.position] ?? 0));
  }
  const behind = (job: SchedulingJob, position: number): JobEstimate | null => {
    if (paused || allDoneAt === null || !view.field(job, view.ability(job)).some(isUseful)) return null;
    const share = Math.min(1, Math.max(0, (position + 1 - mostLookedAt) / Math.max(1, counted)));
    const finishMs = from + Math.max(0, allDoneAt - now - from) * share;
    const seat = useful[0];
    const runMs = seat === undefined ? 0 : timesOf(job, seat.candidate).runMs;
    return estimateOf(now, Math.max(0, finishMs - runMs), finishMs, (finishMs * countedSpreadShare) ** 2);
  };
  return { estimates, runs, behind, allDoneAt: paused && jobs.length > 0 ? null : allDoneAt };
};

/** For how long so many jobs, like those of the groups, keep each instance busy, in milliseconds. */
const countedMs = (
  view: DecisionView,
  levels: readonly Level[],
  timesOf: (job: SchedulingJob, candidate: Candidate) => Times,
  count: number,
): readonly number[] => {
  const busyMs = view.candidates.map(() => 0);
  let grouped = 0;
  for (const { groups } of levels) {
    for (const { sample, byRank, byWork, placementKey } of groups.values()) {
      // The one in the middle by work stands for all of the group.
      const jobs = byRank.items.length;
      const field = view.field(sample, view.ability(sample, placementKey)).filter(isUseful);
      grouped += jobs;
      const typical = byWork.items[jobs >> 1] ?? sample;
      const rate = field.reduce((sum, candidate) => sum + 1 / Math.max(1, timesOf(typical, candidate).runMs), 0);
      for (const { position } of field) busyMs[position] = (busyMs[position] ?? 0) + jobs / rate;
    }
  }
  return busyMs.map((ms) => ms * (count / Math.max(1, grouped)));
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
