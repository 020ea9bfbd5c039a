import { join } from 'node:path';
import { StudioError } from '#contract/errors.ts';
import {
  type InstanceConfiguration,
  type InstanceDraft,
  instanceConfigurationSchema,
} from '#contract/models/instance.ts';
import type { GatewayPort } from '#core/gateway-port/gateway-port.ts';
import type { DraftDesk } from '#core/instances/configuration/draft-desk.ts';
import type { Fleet } from '#core/instances/fleet-interface.ts';
import { createMigrationRuns, type MigrationRuns } from '#core/migration/apply/migration-runs.ts';
import type { MigrationDependencies } from '#core/migration/migration-dependencies.ts';
import { createMigrationJournals } from '../platform/migration-apply/journal-store.ts';
import { createMigrationFiles } from '../platform/migration-apply/migration-files.ts';
import { createStudioDocuments } from '../platform/migration-apply/studio-documents.ts';
import type { StudioPlatform } from './platform.ts';
import type { SettingsDesk } from './settings-desk.ts';
import type { StudioOptions } from './studio.ts';

/** Carrying out and taking back migrations over the parts of a studio; the journals stand in `<data folder>/migrations`. */
export const createMigrationRunParts = (parts: {
  readonly platform: StudioPlatform;
  readonly options: Pick<StudioOptions, 'platform' | 'dataFolder'>;
  readonly fleet: Fleet;
  readonly desk: DraftDesk;
  readonly settings: SettingsDesk;
  readonly gatewayPort: GatewayPort;
  readonly gateway: MigrationDependencies['gateway'];
  readonly findPlan: MigrationDependencies['findPlan'];
}): MigrationRuns => {
  const { platform, options, fleet, desk } = parts;
  const folder = join(options.dataFolder, 'migrations');

  const complete = (draft: InstanceDraft): InstanceConfiguration => {
    const configuration = instanceConfigurationSchema.safeParse(desk.complete(draft, null));
    if (configuration.success) return configuration.data;
    const fields = configuration.error.issues.map(({ path, message }) => ({ field: path.join('.'), message }));
    throw new StudioError('INSTANCE_INVALID', undefined, { details: { problems: fields } });
  };

  return createMigrationRuns({
    ...parts,
    ...platform,
    site: { dataFolder: options.dataFolder, platform: options.platform },
    journals: createMigrationJournals({ folder, logger: platform.logger }),
    files: createMigrationFiles({ folder }),
    documents: createStudioDocuments([platform.fleetStore, platform.settingsStore]),
    client: platform.comfyClient,
    problemsOf: async (draft) =>
      (await desk.validate(draft, null)).problems.filter(({ severity }) => severity === 'error'),
    complete,
    moveInstance: async (instanceId, port) => {
      const before = fleet.get(instanceId).configuration;
      await fleet.update(desk.complete({ id: instanceId, name: before.name, port }, before));
    },
  });
};
