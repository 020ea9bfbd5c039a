import type { AssignedJob } from './work-in-hand.ts';

/** A job that takes longer than expected goes on for this share of the time that it took so far. */
const overrunShare = 0.15;

const left = (expectedMs: number, elapsedMs: number): number =>
  Math.max(expectedMs - elapsedMs, overrunShare * elapsedMs);

/** Expected time until a job that is with an instance, and first in its row there, is done, in milliseconds. */
export const remainingMs = (
  { assignedAt, startedAt, loadedAt, load, run, missing }: AssignedJob,
  now: number,
): number => {
  // One that does not begin is late as well, so that nobody waits for ever for what comes after it.
  if (startedAt === null) return Math.max(load.mean + run.mean, overrunShare * (now - assignedAt));
  if (loadedAt !== null && missing.length > 0) return left(run.mean, Math.max(0, now - loadedAt));
  return left(load.mean + run.mean, Math.max(0, now - startedAt));
};

/** A load whose end nobody told counts as over after this many times its expected length, within these bounds. */
const loadLimitFactor = 4;
const leastLoadLimitMs = 60_000;
const mostLoadLimitMs = 900_000;

/**
 * When the load of the job stops to count, at the latest, epoch milliseconds; null when it has none or it is over. The load of a job
 * that has not begun is still to come.
 */
export const loadCountsUntil = ({ missing, startedAt, loadedAt, load }: AssignedJob): number | null => {
  if (missing.length === 0 || loadedAt !== null) return null;
  if (startedAt === null) return Number.POSITIVE_INFINITY;
  return startedAt + Math.min(mostLoadLimitMs, Math.max(leastLoadLimitMs, load.mean * loadLimitFactor));
};
