import type { InstanceConfiguration } from '#contract/models/instance.ts';

/** The fields that become part of the command line or the environment of a process, and so hold from its next start on. */
export const launchFields = [
  'program',
  'host',
  'port',
  'gpuDevice',
  'environmentVariables',
  'extraArguments',
  'comfyuiFolder',
  'pythonPath',
  'customNodesPath',
  'folders',
  'sandbox',
] as const satisfies readonly (keyof InstanceConfiguration)[];

/** What a process that was started with `launched` does not know of `wanted`. */
export const restartNeededFor = (launched: InstanceConfiguration, wanted: InstanceConfiguration): readonly string[] =>
  launchFields.filter((field) => JSON.stringify(launched[field]) !== JSON.stringify(wanted[field]));
