import { homedir } from 'node:os';
import type { InstanceView } from '#contract/models/instance.ts';
import { createPlanDesk, type PlanDesk } from '#core/migration/plan/plan-desk.ts';
import { createMigrationScanner, type MigrationScanner } from '#core/migration/scan/scanner.ts';
import { parseYaml } from '../platform/migration/parse-yaml.ts';
import { createPlaceReader } from '../platform/migration/place-reader.ts';
import type { StudioPlatform } from './platform.ts';
import type { StudioOptions } from './studio.ts';

const portOf = (address: string): number => Number(new URL(address).port);

/** Scanning and planning over the parts of a studio. The user is the one of the environment that ComfyUI would inherit. */
export const createMigrationScanParts = (parts: {
  readonly platform: StudioPlatform;
  readonly options: Pick<StudioOptions, 'platform' | 'dataFolder' | 'parentEnvironment'>;
  readonly instances: () => readonly InstanceView[];
  /** Where the studio and its gateway listen. */
  readonly ownAddresses: () => readonly string[];
  readonly gateway: () => { readonly port: number };
}): { readonly scanner: MigrationScanner; readonly plans: PlanDesk } => {
  const { platform, options, instances, ownAddresses, gateway } = parts;
  const environment = options.parentEnvironment;
  const reader = createPlaceReader(platform.clock.now);
  const ownPorts = (): readonly number[] => [...ownAddresses().map(portOf), gateway().port];
  const runningPorts = (): readonly number[] =>
    instances().flatMap(({ configuration, pid }) => (pid === null ? [] : [configuration.port]));
  const scanner = createMigrationScanner({
    context: {
      reader,
      parseYaml,
      splitArguments: platform.splitArguments,
      platform: options.platform,
      home: environment['HOME'] || environment['USERPROFILE'] || homedir(),
      environment,
    },
    running: { client: platform.comfyClient, portProbe: platform.portProbe, foreign: platform.foreignProcesses },
    clock: platform.clock,
    logger: platform.logger,
    ownPorts: () => [...ownPorts(), ...runningPorts()],
    existing: () => instances().map(({ configuration }) => configuration),
    ownFolder: options.dataFolder,
  });
  const plans = createPlanDesk({
    scanner,
    reader,
    gpus: platform.gpuProbe,
    ports: platform.portProbe,
    existing: () => instances().map(({ configuration }) => configuration),
    ownPorts,
    gatewayPort: () => gateway().port,
    dataFolder: options.dataFolder,
    platform: options.platform,
  });
  return { scanner, plans };
};
