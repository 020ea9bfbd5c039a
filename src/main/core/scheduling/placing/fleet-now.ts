import type { Residency } from '../learning/residency.ts';
import { loadCountsUntil, remainingMs } from '../remaining-time.ts';
import type { SchedulingInstance, SchedulingMoment } from '../scheduler-interface.ts';
import type { AssignedJob, WorkInHand } from '../work-in-hand.ts';
import { type Candidate, obstacleOf } from './candidate.ts';
import type { Starts } from './starts.ts';

export interface FleetNowDependencies {
  readonly inHand: WorkInHand;
  readonly residency: Residency;
  readonly starts: Starts;
}

const backlogOf = (jobs: readonly AssignedJob[], now: number): number => {
  let sum = 0;
  for (const [index, assigned] of jobs.entries())
    sum += index === 0 ? remainingMs(assigned, now) : assigned.load.mean + assigned.run.mean;
  return sum;
};

const latenessOf = (jobs: readonly AssignedJob[], now: number): number => {
  const [first] = jobs;
  if (first === undefined || first.startedAt === null) return 1;
  return Math.max(1, (now - first.startedAt) / Math.max(1, first.load.mean + first.run.mean));
};

/** Loads under way by host, and the earliest time at which one of them stops to count although nobody said so. */
const loadsByHost = (inHand: WorkInHand, now: number): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>();
  for (const assigned of inHand.all()) {
    const until = loadCountsUntil(assigned);
    if (until !== null && until > now) counts.set(assigned.hostId, (counts.get(assigned.hostId) ?? 0) + 1);
  }
  return counts;
};

const isComingUp = ({ enabled, status, instanceId }: SchedulingInstance, starts: Starts): boolean =>
  enabled && (status === 'starting' || (status === 'stopped' && starts.since(instanceId) !== null));

const isAsleep = (instance: SchedulingInstance, starts: Starts): boolean =>
  instance.enabled && instance.status === 'stopped' && instance.startOnDemand && !isComingUp(instance, starts);

/** A start that takes longer than expected goes on for this share of its usual length. */
const lateStartShare = 0.1;

const startMsOf = (instance: SchedulingInstance, starts: Starts, now: number): number | null => {
  const { enabled, status, instanceId, coldStartMs } = instance;
  if (!enabled) return null;
  if (status === 'running') return 0;
  if (!isComingUp(instance, starts)) return isAsleep(instance, starts) ? coldStartMs : null;
  return Math.max(coldStartMs - (now - (starts.since(instanceId) ?? now)), coldStartMs * lateStartShare);
};

/** The instances of a moment with all that was given to them, in the user's order. */
export const fleetNow = (
  { now, instances, maxConcurrentLoads }: SchedulingMoment,
  { inHand, residency, starts }: FleetNowDependencies,
): readonly Candidate[] => {
  const loading = loadsByHost(inHand, now);
  return instances.map((instance, position): Candidate => {
    const { instanceId, hostId } = instance;
    const jobs = inHand.of(instanceId);
    const obstacle = obstacleOf(instance);
    const cachedPrompts = instance.cachedPrompts ?? 1;
    const last = jobs.at(-1);
    const held = residency.holds(instanceId, cachedPrompts);
    const holdsLast = last === undefined ? held : last.loaders;
    return {
      instance,
      position,
      obstacle,
      usedSlots: jobs.length,
      hasFreeSlot: jobs.length < instance.slots,
      backlogMs: backlogOf(jobs, now),
      startMs: startMsOf(instance, starts, now),
      isComing: isComingUp(instance, starts),
      isAsleep: isAsleep(instance, starts),
      holds: cachedPrompts > 1 ? new Set([...held, ...holdsLast]) : holdsLast,
      lastLoaderKey: last === undefined ? residency.lastLoaderKey(instanceId) : last.job.shape.loaderKey,
      lateFactor: latenessOf(jobs, now),
      idleSince: inHand.idleSince(instanceId),
      mayLoad: maxConcurrentLoads <= 0 || (loading.get(hostId) ?? 0) < maxConcurrentLoads,
    };
  });
};
