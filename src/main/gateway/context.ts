import type { FleetCandidate, FleetView } from '#core/jobs/fleet-view.ts';
import type { Jobs } from '#core/jobs/jobs.ts';
import type { ComfyClient } from '#core/ports/comfy-client.ts';
import type { ComfyReader } from '#core/ports/comfy-reader.ts';
import type { Logger } from '#core/ports/logger.ts';
import type { OwnPrompts } from './own-prompts.ts';

/** What the routes of the gateway work with. */
export interface GatewayContext {
  readonly jobs: Jobs;
  readonly fleet: Pick<FleetView, 'candidates' | 'activeInstanceId'>;
  readonly client: Pick<ComfyClient, 'view'>;
  readonly reader: Pick<ComfyReader, 'get'>;
  readonly own: OwnPrompts;
  readonly logger: Logger;
}

/** The instances that answer, the active one and healthy ones first. */
export const answeringInstances = ({ fleet }: Pick<GatewayContext, 'fleet'>): readonly FleetCandidate[] => {
  const active = fleet.activeInstanceId();
  const rank = ({ instanceId, health }: FleetCandidate): number =>
    (instanceId === active ? 0 : 1) + (health === 'healthy' ? 0 : 2);
  return fleet
    .candidates()
    .filter(({ status, health }) => (status === 'running' || status === 'paused') && health !== 'unhealthy')
    .toSorted((a, b) => rank(a) - rank(b));
};
