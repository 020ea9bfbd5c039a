import type { Settings } from '#contract/models/settings.ts';
import type { FleetCandidate, FleetView } from '#core/jobs/fleet-view.ts';
import type { Cancel } from '#core/ports/clock.ts';
import { createEmitter } from '#core/shared/emitter.ts';

/** The instance that answers what only one can: user data, settings, pages, and the description of a class where several differ. */
export interface HomeInstance {
  /** null while no instance runs. */
  current(): FleetCandidate | null;
  /** Told when another instance becomes home, or none is any more. */
  onChange(listener: () => void): Cancel;
}

interface Choice {
  readonly instanceId: string;
  /** The setting as it was when this instance was chosen. */
  readonly wanted: string;
}

/** It answers, as far as anybody knows. */
export const isAlive = ({ status, health }: FleetCandidate): boolean =>
  (status === 'running' || status === 'paused') && health !== 'unhealthy';

/**
 * Which instance is home. It stays as long as it answers, so that what a page reads and writes is in one place: an instance that
 * comes back takes over only when the present one goes, or when the user names another one.
 */
export const chooseHome = (
  candidates: readonly FleetCandidate[],
  present: Choice | null,
  wanted: string,
): FleetCandidate | null => {
  const alive = candidates.filter(isAlive);
  const named = alive.find(({ instanceId }) => instanceId === wanted);
  const stays = alive.find(({ instanceId }) => instanceId === present?.instanceId);
  if (stays !== undefined && (present?.wanted === wanted || named === undefined)) return stays;
  return named ?? alive.find(({ health }) => health === 'healthy') ?? alive[0] ?? null;
};

export interface HomeInstanceDependencies {
  readonly fleet: Pick<FleetView, 'candidates' | 'onChange'>;
  readonly settings: () => Pick<Settings, 'gatewayHomeInstanceId'>;
}

export const createHomeInstance = ({ fleet, settings }: HomeInstanceDependencies): HomeInstance & { close(): void } => {
  const changes = createEmitter<void>();
  let present: Choice | null = null;

  const settle = (): FleetCandidate | null => {
    const wanted = settings().gatewayHomeInstanceId;
    const home = chooseHome(fleet.candidates(), present, wanted);
    const before = present?.instanceId ?? null;
    // One that went away is remembered no longer: the next one is as good as it was.
    present = home === null ? null : { instanceId: home.instanceId, wanted };
    if ((home?.instanceId ?? null) !== before) changes.emit();
    return home;
  };

  const close = fleet.onChange(() => {
    settle();
  });
  settle();
  return { current: settle, onChange: (listener) => changes.on(listener), close };
};
