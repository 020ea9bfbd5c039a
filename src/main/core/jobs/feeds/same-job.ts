import type { JobView } from '#contract/models/job.ts';
import type { JobEstimate, Placement } from '#contract/models/placement.ts';
import { sameValue } from './same-value.ts';

/** Expected times are shown in seconds, and the far ones in minutes: a smaller move is nothing to tell of. */
const unseenMs = 1000;
const unseenShare = 0.02;

const closeTo =
  (from: number) =>
  (one: number, other: number): boolean =>
    Math.abs(one - other) < Math.max(unseenMs, unseenShare * Math.abs(other - from));

const sameDuration = closeTo(0);

/** Whether two expected times look the same at `now`; epoch milliseconds. */
export const sameExpectedTime = (one: number | null, other: number | null, now: number): boolean =>
  one === null || other === null ? one === other : closeTo(now)(one, other);

export const sameEstimate = (one: JobEstimate | null, other: JobEstimate | null, now: number): boolean =>
  sameValue(one, other, closeTo(now));

/** A waiting job is weighed again and again: the time of it is no news, nor is a score that hardly moved. */
const samePlacement = (one: Placement | null, other: Placement | null): boolean => {
  if (one === null || other === null) return one === other;
  return sameValue({ ...one, decidedAt: 0 }, { ...other, decidedAt: 0 }, sameDuration);
};

/** Whether nobody would see a difference between two views of a job. */
export const sameJob = (one: JobView, other: JobView, now: number): boolean => {
  if (one === other) return true;
  if (!sameEstimate(one.estimate, other.estimate, now) || !samePlacement(one.placement, other.placement)) return false;
  return sameValue({ ...one, estimate: null, placement: null }, { ...other, estimate: null, placement: null });
};
