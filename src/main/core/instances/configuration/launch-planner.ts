import { StudioError } from '#contract/errors.ts';
import type { InstanceConfiguration } from '#contract/models/instance.ts';
import { parseDeviceSelection, selectGpus } from '../../gpus/device-selection.ts';
import type { FileInspector, FileWriter, FolderLister, GpuProbe } from '../../ports/machine.ts';
import type { LaunchPlan } from '../../ports/process-host.ts';
import type { CacheMemory } from './cache-memory.ts';
import { findPython } from './find-python.ts';
import type { FlagLearner, ProgramWithHelp } from './flag-learner.ts';
import { isInherited } from './launch-environment.ts';
import { type BuiltLaunch, buildLaunchPlan, type LaunchFacts, type LaunchSite } from './launch-plan.ts';
import { joinPath } from './paths.ts';

export interface LaunchPlanner {
  /**
   * The plan to start a local instance with; writes the generated files it refers to. Fails with LAUNCH_FOLDER_INVALID,
   * GPU_UNAVAILABLE, INSTANCE_REMOTE or STORE_WRITE_FAILED.
   */
  plan(configuration: InstanceConfiguration): Promise<LaunchPlan>;
  /** The same plan with nothing written, for a look at it. */
  preview(configuration: InstanceConfiguration): Promise<LaunchPlan>;
}

export interface LaunchPlannerDependencies {
  readonly files: FileInspector & FolderLister;
  readonly writer: FileWriter;
  readonly gpus: GpuProbe;
  readonly flags: FlagLearner;
  readonly site: LaunchSite;
  /** Asked at each plan, so that a changed budget holds from the next start on. null where the machine does not tell. */
  readonly cacheMemory: () => Promise<CacheMemory | null>;
}

/** Flags learned this recently hold for a launch; starting a whole fleet then asks once. */
const launchKnowledgeMaxAgeMs = 30_000;

/** How a program is asked for its help: the way it will be launched, without what only a running instance needs. */
export const helpProgram = (
  configuration: InstanceConfiguration,
  python: string,
  site: LaunchSite,
): ProgramWithHelp => {
  const inherited = Object.fromEntries(Object.entries(site.parentEnvironment).filter(([name]) => isInherited(name)));
  return configuration.program === 'sandbox'
    ? {
        command: site.sandbox.command,
        arguments: site.sandbox.arguments,
        workingFolder: site.dataFolder,
        environment: { ...inherited, ...site.sandbox.environment },
      }
    : {
        command: python,
        arguments: ['main.py'],
        workingFolder: configuration.comfyuiFolder,
        environment: { ...inherited, ...configuration.environmentVariables },
      };
};

const existingFolders = async (paths: readonly string[], files: FileInspector): Promise<readonly string[]> => {
  const kinds = await Promise.all(paths.map((path) => files.kind(path)));
  return paths.filter((_, index) => kinds[index] === 'folder');
};

const checkFolders = async (configuration: InstanceConfiguration, dependencies: LaunchPlannerDependencies) => {
  const { files, site } = dependencies;
  const mainFile = joinPath(site.platform, configuration.comfyuiFolder, 'main.py');
  if (configuration.comfyuiFolder === '' || (await files.kind(mainFile)) !== 'file') {
    throw new StudioError('LAUNCH_FOLDER_INVALID', undefined, {
      details: { field: 'comfyuiFolder', path: configuration.comfyuiFolder },
    });
  }
  const { customNodesPath } = configuration;
  if (customNodesPath !== '' && (await files.kind(customNodesPath)) !== 'folder') {
    throw new StudioError('LAUNCH_FOLDER_INVALID', 'The custom nodes folder does not exist or cannot be read.', {
      details: { field: 'customNodesPath', path: customNodesPath },
    });
  }
};

const comfyFacts = async (
  configuration: InstanceConfiguration,
  dependencies: LaunchPlannerDependencies,
): Promise<LaunchFacts> => {
  const { files, flags, site } = dependencies;
  const { platform } = site;
  await checkFolders(configuration, dependencies);
  const python = (await findPython(configuration, files, platform)).command;
  const knowledge = await flags.learn(helpProgram(configuration, python, site), { maxAgeMs: launchKnowledgeMaxAgeMs });
  const homes = [
    configuration.comfyuiFolder,
    ...(configuration.folders.base === '' ? [] : [configuration.folders.base]),
  ];
  const modelFolders = await existingFolders(
    homes.map((home) => joinPath(platform, home, 'models')),
    files,
  );
  return {
    python,
    knowledge,
    gpus: await dependencies.gpus.list(),
    cacheMemory: await dependencies.cacheMemory(),
    otherModels: await Promise.all(
      modelFolders.map(async (path) => ({ path, subfolders: await files.subfolders(path) })),
    ),
    // A path of the configuration takes the place of the install's own custom nodes, so that an instance can have other ones.
    customNodesFolders:
      configuration.customNodesPath === ''
        ? await existingFolders([joinPath(platform, configuration.comfyuiFolder, 'custom_nodes')], files)
        : [configuration.customNodesPath],
  };
};

const checkGpus = (configuration: InstanceConfiguration, facts: LaunchFacts): void => {
  const { missing } = selectGpus(parseDeviceSelection(configuration.gpuDevice), facts.gpus);
  if (missing.length > 0) {
    throw new StudioError('GPU_UNAVAILABLE', `GPU device '${missing.join(',')}' not available on this system`, {
      details: { devices: missing },
    });
  }
};

const sandboxFacts: LaunchFacts = {
  python: '',
  knowledge: null,
  gpus: [],
  cacheMemory: null,
  otherModels: [],
  customNodesFolders: [],
};

/** Finds out what a launch depends on (interpreter, flags, GPUs, folders) and builds its plan. */
export const createLaunchPlanner = (dependencies: LaunchPlannerDependencies): LaunchPlanner => {
  const build = async (configuration: InstanceConfiguration): Promise<BuiltLaunch> => {
    if (configuration.kind === 'remote') throw new StudioError('INSTANCE_REMOTE');
    // A sandbox instance simulates its device, so it neither needs nor may hold a real GPU.
    if (configuration.program === 'sandbox') return buildLaunchPlan(configuration, dependencies.site, sandboxFacts);
    const facts = await comfyFacts(configuration, dependencies);
    checkGpus(configuration, facts);
    return buildLaunchPlan(configuration, dependencies.site, facts);
  };
  return {
    plan: async (configuration) => {
      const { plan, files } = await build(configuration);
      for (const file of files) await dependencies.writer.write(file.path, file.text);
      return plan;
    },
    preview: async (configuration) => (await build(configuration)).plan,
  };
};
