import { StudioError } from '#contract/errors.ts';
import type { InstanceConfiguration, InstanceDraft } from '#contract/models/instance.ts';
import { createGatewayPort, type GatewayPort, type GatewayPortDependencies } from '#core/gateway-port/gateway-port.ts';
import type { DraftDesk } from '#core/instances/configuration/draft-desk.ts';
import type { Fleet } from '#core/instances/fleet-interface.ts';
import type { StudioPlatform } from './platform.ts';
import type { SettingsDesk } from './settings-desk.ts';
import type { StudioOptions } from './studio.ts';

/** The port of the gateway over the parts of a studio: instances are checked as those of a user are. */
export const createGatewayPortParts = (parts: {
  readonly platform: StudioPlatform;
  readonly options: Pick<StudioOptions, 'platform'>;
  readonly fleet: Fleet;
  readonly desk: DraftDesk;
  readonly settings: SettingsDesk;
  readonly gateway: GatewayPortDependencies['gateway'];
}): GatewayPort => {
  const { platform, options, fleet, desk, settings, gateway } = parts;
  const accept = async (draft: InstanceDraft, before: InstanceConfiguration | null): Promise<InstanceConfiguration> => {
    const report = await desk.validate(draft, before);
    if (!report.valid) throw new StudioError('INSTANCE_INVALID', undefined, { details: { ...report } });
    return desk.complete(draft, before);
  };
  return createGatewayPort({
    gateway,
    fleet,
    createInstance: async (draft) => fleet.create(await accept(draft, null)),
    moveInstance: async (instanceId, port) => {
      const before = fleet.get(instanceId).configuration;
      await fleet.update(await accept({ id: instanceId, name: before.name, port }, before));
    },
    removeInstance: (instanceId) => fleet.remove(instanceId),
    suggestPort: desk.suggestPort,
    portProbe: platform.portProbe,
    client: platform.comfyClient,
    foreign: platform.foreignProcesses,
    keepPort: async (gatewayPort) => {
      await settings.change((before) => ({ ...before, gatewayPort }));
    },
    clock: platform.clock,
    platform: options.platform,
  });
};
