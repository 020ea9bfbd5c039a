import type { SchedulingMoment } from '#core/scheduling/scheduler-interface.ts';
import type { FirstWord } from './first-word.ts';
import type { FleetView } from './fleet-view.ts';
import type { StuckInstances } from './stuck-instances.ts';
import type { WaitingLine } from './waiting-line.ts';

export interface KeptInstancesDependencies {
  readonly moment: () => SchedulingMoment;
  readonly fleet: Pick<FleetView, 'candidates'>;
  readonly line: Pick<WaitingLine, 'hasUndecided'>;
  readonly stuck: Pick<StuckInstances, 'has'>;
  readonly firstWord: Pick<FirstWord, 'isAwaited'>;
}

/** The moment as the scheduler gets it: an instance that is to take nothing new just now looks unhealthy. */
export const withoutKept = ({ moment, fleet, line, stuck, firstWord }: KeptInstancesDependencies): SchedulingMoment => {
  const now = moment();
  const awaited = new Set<string>();
  if (line.hasUndecided) {
    for (const { instanceId, readyAt } of fleet.candidates())
      if (firstWord.isAwaited(instanceId, readyAt)) awaited.add(instanceId);
  }
  const isKept = (instanceId: string): boolean => awaited.has(instanceId) || stuck.has(instanceId);
  if (!now.instances.some(({ instanceId }) => isKept(instanceId))) return now;
  const instances = now.instances.map((instance) =>
    isKept(instance.instanceId) ? { ...instance, health: 'unhealthy' as const } : instance,
  );
  return { ...now, instances };
};
