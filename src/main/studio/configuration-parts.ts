import { join } from 'node:path';
import { createExchangeDesk, type ExchangeDesk } from '#core/configuration-exchange/exchange-desk.ts';
import { createSnapshotDesk, type SnapshotDesk } from '#core/configuration-exchange/snapshots/snapshot-desk.ts';
import type { DraftDesk } from '#core/instances/configuration/draft-desk.ts';
import { restartNeededFor } from '#core/instances/fleet/restart-needed.ts';
import type { Fleet } from '#core/instances/fleet-interface.ts';
import { createSnapshotStore } from '../platform/configuration-exchange/snapshot-store.ts';
import type { StudioPlatform } from './platform.ts';
import type { SettingsDesk } from './settings-desk.ts';
import type { StudioOptions } from './studio.ts';

export interface ConfigurationParts {
  readonly exchange: ExchangeDesk;
  readonly snapshots: SnapshotDesk;
}

/** Export, import and earlier states of the configurations, over the parts of a studio. */
export const createConfigurationParts = (parts: {
  readonly platform: Pick<StudioPlatform, 'clock' | 'logger' | 'splitArguments'>;
  readonly options: Pick<StudioOptions, 'dataFolder' | 'version'>;
  readonly fleet: Fleet;
  readonly settings: SettingsDesk;
  readonly desk: DraftDesk;
}): ConfigurationParts => {
  const { platform, options, fleet, settings, desk } = parts;
  const { now } = platform.clock;
  const snapshots = createSnapshotStore({ dataFolder: options.dataFolder, now, logger: platform.logger });
  return {
    exchange: createExchangeDesk({
      fleet,
      settings,
      snapshots,
      complete: desk.complete,
      validate: desk.validate,
      suggestPort: desk.suggestPort,
      restartNeededFor,
      splitArguments: platform.splitArguments,
      now,
      program: `atelier ${options.version}`,
      logFolder: join(options.dataFolder, 'logs'),
    }),
    snapshots: createSnapshotDesk({ fleet, settings, snapshots }),
  };
};
