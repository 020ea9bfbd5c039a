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

/** Until when the loads under way count, by host, the earliest first; one that counts until its end is told has no time. */
const loadsByHost = (inHand: WorkInHand, now: number): ReadonlyMap<string, readonly number[]> => {
  const untils = new Map<string, number[]>();
  for (const assigned of inHand.all()) {
    const until = loadCountsUntil(assigned);
    if (until === null || until <= now) continue;
    const others = untils.get(assigned.hostId);
    if (others === undefined) untils.set(assigned.hostId, [until]);
    else others.push(until);
  }
  for (const each of untils.values()) each.sort((until, other) => until - other);
  return untils;
};

/** When the host may begin one more load, if nobody says before that one is over; 0 = now. */
const mayLoadFrom = (untils: readonly number[] | undefined, maxConcurrentLoads: number): number =>
  maxConcurrentLoads <= 0 ? 0 : (untils?.[untils.length - maxConcurrentLoads] ?? 0);

const isComingUp = ({ enabled, status, instanceId }: SchedulingInstance, starts: Starts): boolean =>
  enabled && (status === 'starting' || (status === 'stopped' && starts.since(instanceId) !== null));

const isAsleep = (instance: SchedulingInstance, starts: Starts): boolean =>
  instance.enabled && instance.status === 'stopped' && instance.startOnDemand && !isComingUp(instance, starts);

/** A start that takes longer than expected goes on for this share of the time that it took so far. */
const overrunShare = 0.15;

const startMsOf = (instance: SchedulingInstance, starts: Starts, now: number): number | null => {
  const { enabled, status, instanceId, coldStartMs } = instance;
  if (!enabled) return null;
  if (status === 'running') return 0;
  if (!isComingUp(instance, starts)) return isAsleep(instance, starts) ? coldStartMs : null;
  const elapsedMs = now - (starts.since(instanceId) ?? now);
  return Math.max(coldStartMs - elapsedMs, overrunShare * elapsedMs);
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
    const loadFrom = mayLoadFrom(loading.get(hostId), maxConcurrentLoads);
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
      mayLoad: loadFrom === 0,
      mayLoadFrom: loadFrom,
    };
  });
};
