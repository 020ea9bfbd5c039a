import type { Settings } from '#contract/models/settings.ts';
import type { Clock } from '#core/ports/clock.ts';
import type { SchedulingMoment } from '#core/scheduling/scheduler-interface.ts';
import type { FleetView } from './fleet-view.ts';
import type { NodeCatalogs } from './node-catalogs.ts';

export interface MomentDependencies {
  readonly fleet: Pick<FleetView, 'candidates' | 'activeInstanceId'>;
  readonly catalogs: Pick<NodeCatalogs, 'revision'>;
  readonly settings: () => Pick<Settings, 'balancingStrategy' | 'maxConcurrentLoads' | 'starvationLimitMs'>;
  /** Used where the setting leaves it to the machine. */
  readonly usualConcurrentLoads: number;
  readonly isPaused: () => boolean;
  readonly clock: Pick<Clock, 'now'>;
}

/** Everything that a decision depends on, as of now. */
export const readMoment = (dependencies: MomentDependencies): SchedulingMoment => {
  const { fleet, catalogs, clock } = dependencies;
  const { balancingStrategy, maxConcurrentLoads, starvationLimitMs } = dependencies.settings();
  return {
    now: clock.now(),
    instances: fleet.candidates().map((candidate) => ({
      instanceId: candidate.instanceId,
      hostId: candidate.hostId,
      enabled: candidate.enabled,
      status: candidate.status,
      health: candidate.health,
      draining: candidate.draining,
      slots: candidate.slots,
      weight: candidate.weight,
      deviceKey: candidate.deviceKey,
      vramTotalBytes: candidate.vramTotalBytes,
      catalogRevision: catalogs.revision(candidate.instanceId),
      startOnDemand: candidate.startOnDemand,
      coldStartMs: candidate.coldStartMs,
      cachedPrompts: candidate.cachedPrompts,
    })),
    activeInstanceId: fleet.activeInstanceId(),
    strategy: balancingStrategy,
    paused: dependencies.isPaused(),
    maxConcurrentLoads: maxConcurrentLoads === 0 ? dependencies.usualConcurrentLoads : maxConcurrentLoads,
    starvationLimitMs,
  };
};
