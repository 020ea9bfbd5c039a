import type { Settings } from '#contract/models/settings.ts';
import { createFlagLearner, type FlagLearner } from '#core/instances/configuration/flag-learner.ts';
import type { LaunchSite } from '#core/instances/configuration/launch-plan.ts';
import { createLaunchPlanner, type LaunchPlanner } from '#core/instances/configuration/launch-planner.ts';
import type { StudioPlatform } from './platform.ts';
import type { StudioOptions } from './studio.ts';

export interface Launching extends LaunchPlanner {
  readonly flags: FlagLearner;
  readonly site: LaunchSite;
}

const definedOnly = (environment: StudioOptions['parentEnvironment']): Record<string, string> =>
  Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );

/** How processes of this studio are launched: the planner with its facts about the machine. */
export const createLaunching = (
  options: StudioOptions,
  platform: StudioPlatform,
  settings: () => Settings,
): Launching => {
  const site: LaunchSite = {
    platform: options.platform,
    dataFolder: options.dataFolder,
    parentEnvironment: definedOnly(options.parentEnvironment),
    sandbox: {
      command: options.sandboxProgram.command,
      arguments: [options.sandboxProgram.entry],
      environment: options.sandboxProgram.environment,
    },
  };
  const flags = createFlagLearner({ commands: platform.commands, clock: platform.clock });
  const planner = createLaunchPlanner({
    files: platform.files,
    writer: platform.fileWriter,
    gpus: platform.gpuProbe,
    flags,
    site,
    cacheMemory: async () => ({
      totalBytes: (await platform.processMetrics.machine()).memoryTotalBytes,
      budgetBytes: settings().cacheRamBudgetBytes,
    }),
  });
  return {
    ...planner,
    flags,
    site,
    plan: async (configuration) => {
      if (configuration.program === 'sandbox') await platform.prepareSandboxModels();
      return planner.plan(configuration);
    },
  };
};
