import type { Placement } from '#contract/models/placement.ts';
import type { BalancingStrategy } from '#contract/models/settings.ts';
import type { Balancer, BalancerCandidate } from '#core/scheduling/balancer.ts';
import type { FleetCandidate } from './fleet-view.ts';

/** The fleet at one moment, as the balancer sees it. */
export interface FleetMoment {
  readonly candidates: readonly FleetCandidate[];
  readonly activeInstanceId: string | null;
  readonly strategy: BalancingStrategy;
  assignedJobs(instanceId: string): number;
  idleSince(instanceId: string): number | null;
  /** Grows whenever more is known about what instances can run. */
  readonly knowledge: number;
}

/**
 * Names all of a moment that decides whether a job must wait. A job that had to wait under the same signature would have to wait
 * again, so that a long queue is not gone through at every change that frees nothing.
 */
export const momentSignature = (moment: FleetMoment): string =>
  JSON.stringify([
    moment.activeInstanceId,
    moment.strategy,
    moment.knowledge,
    moment.candidates.map(({ instanceId, enabled, status, health, slots }) => [
      instanceId,
      enabled,
      status,
      health,
      slots,
      moment.assignedJobs(instanceId) >= slots,
    ]),
  ]);

/** Where a job goes at this moment, with the reasons. */
export const placeJob = (
  balancer: Balancer,
  moment: FleetMoment,
  requestedInstanceId: string | null,
  missingClasses: (instanceId: string) => readonly string[],
): Placement => {
  const candidates = moment.candidates.map(
    ({ instanceId, enabled, status, health, slots }): BalancerCandidate => ({
      instanceId,
      enabled,
      status,
      health,
      slots,
      assignedJobs: moment.assignedJobs(instanceId),
      idleSince: moment.idleSince(instanceId),
      missingClasses: missingClasses(instanceId),
    }),
  );
  const { activeInstanceId, strategy } = moment;
  return balancer.place({ requestedInstanceId, activeInstanceId, strategy }, candidates);
};

/** Whether two placements tell the same, so that nothing is published about a job that goes on waiting. */
export const samePlacement = (one: Placement | null, other: Placement): boolean =>
  one !== null && JSON.stringify(one) === JSON.stringify(other);
