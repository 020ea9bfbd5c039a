import type { ConnectionTestPorts } from '#core/instances/configuration/test-connection.ts';
import type { Launching } from './launching.ts';
import type { StudioPlatform } from './platform.ts';

/** What the test of a draft looks at. */
export const connectionPorts = (
  platform: StudioPlatform,
  launching: Launching,
  ownAddresses: () => readonly string[],
): ConnectionTestPorts => ({
  files: platform.files,
  ports: platform.portProbe,
  gpus: platform.gpuProbe,
  hosts: platform.hostProbe,
  commands: platform.commands,
  clock: platform.clock,
  client: platform.comfyClient,
  flags: launching.flags,
  site: launching.site,
  ownAddresses,
});
