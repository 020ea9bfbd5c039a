import type { Gpu } from '#contract/models/gpu.ts';
import type { InstanceConfiguration } from '#contract/models/instance.ts';
import { type DeviceSelection, parseDeviceSelection, selectGpus } from '../../gpus/device-selection.ts';
import { pinEnvironment } from '../../gpus/pin-environment.ts';
import type { LaunchPlan } from '../../ports/process-host.ts';
import { type CacheMemory, cacheArguments } from './cache-memory.ts';
import { extraModelPathsText, type ModelsFolder, modelFolderKinds } from './extra-model-paths.ts';
import type { FlagKnowledge } from './flag-knowledge.ts';
import { type InstanceFolders, instanceFolders } from './instance-folders.ts';
import { comfyArguments, setsFlag, supportsFlag } from './launch-arguments.ts';
import { launchEnvironment } from './launch-environment.ts';
import { joinPath, type Platform, samePath } from './paths.ts';

/** How the built-in sandbox server is started: `command ...arguments <its flags>`. */
export interface SandboxProgram {
  readonly command: string;
  readonly arguments: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

/** What stays the same for every launch of a studio. */
export interface LaunchSite {
  readonly platform: Platform;
  readonly dataFolder: string;
  readonly parentEnvironment: Readonly<Record<string, string>>;
  readonly sandbox: SandboxProgram;
}

/** What was found out about one configuration right before its launch. */
export interface LaunchFacts {
  readonly python: string;
  /** null: the help of the install could not be read, so only flags that all versions have are used. */
  readonly knowledge: FlagKnowledge | null;
  readonly gpus: readonly Gpu[];
  /** null where the machine does not tell. */
  readonly cacheMemory: CacheMemory | null;
  /** Models folders besides the instance's own that exist and have these sub-folders. */
  readonly otherModels: readonly { readonly path: string; readonly subfolders: readonly string[] }[];
  /** Folders of custom nodes that exist, besides the one below the base folder. */
  readonly customNodesFolders: readonly string[];
}

export interface BuiltLaunch {
  readonly plan: LaunchPlan;
  /** Generated text files that must stand there before the start. */
  readonly files: readonly { readonly path: string; readonly text: string }[];
}

/**
 * Whether models and custom nodes are looked for outside the install: --base-directory moves them all away from it, unless the
 * install is too old for that flag or the user places it.
 */
const movesBase = (configuration: InstanceConfiguration, knowledge: FlagKnowledge | null): boolean =>
  supportsFlag(knowledge, '--base-directory') || setsFlag(configuration.extraArguments, '--base-directory', knowledge);

const searchFolders = (
  configuration: InstanceConfiguration,
  folders: InstanceFolders,
  site: LaunchSite,
  facts: LaunchFacts,
): string | null => {
  const isInstall = (path: string, name: string): boolean =>
    samePath(path, joinPath(site.platform, configuration.comfyuiFolder, name), site.platform);
  const seen = (path: string, name: string): boolean =>
    !movesBase(configuration, facts.knowledge) && isInstall(path, name);
  const models: ModelsFolder[] = facts.otherModels
    .filter((other) => !seen(other.path, 'models') && !samePath(other.path, folders.models, site.platform))
    .map((other, index) => ({ ...other, section: `atelier_models_${index + 1}`, isDefault: false }));
  const isModelsFlagThere =
    supportsFlag(facts.knowledge, '--models-directory') ||
    setsFlag(configuration.extraArguments, '--models-directory', facts.knowledge);
  if (!isModelsFlagThere) {
    models.unshift({ section: 'atelier_models', path: folders.models, subfolders: [], isDefault: true });
  }
  const customNodes = facts.customNodesFolders.filter((path) => !seen(path, 'custom_nodes'));
  return extraModelPathsText(models, customNodes, site.platform);
};

const foldersToCreate = (
  configuration: InstanceConfiguration,
  folders: InstanceFolders,
  platform: Platform,
): readonly string[] => {
  const kinds = configuration.folders.models === '' ? Object.values(modelFolderKinds).map(([name = '']) => name) : [];
  return [
    ...new Set([
      folders.root,
      folders.base,
      // ComfyUI lists this folder before anything else and ends with code 1 where it is missing (comfyui-protocol.md 1.1).
      joinPath(platform, folders.base, 'custom_nodes'),
      folders.user,
      folders.temp,
      folders.output,
      folders.input,
      folders.models,
      ...kinds.map((name) => joinPath(platform, folders.models, name)),
    ]),
  ];
};

const sandboxArguments = ({ sandbox }: InstanceConfiguration): readonly string[] => [
  '--sandbox-speed',
  String(sandbox.speed),
  '--sandbox-clock',
  String(sandbox.clock),
  '--sandbox-vram',
  String(sandbox.vramBytes),
  ...sandbox.arguments,
];

const pythonArguments = (python: string): readonly string[] =>
  // The portable build for Windows brings its own Python, which must not look into the user's site-packages.
  /[\\/]python_embed+ed[\\/]/i.test(python) ? ['-s', 'main.py'] : ['main.py'];

const environmentOf = (
  configuration: InstanceConfiguration,
  selection: DeviceSelection,
  site: LaunchSite,
  gpus: readonly Gpu[],
): Readonly<Record<string, string>> =>
  launchEnvironment({
    instanceId: configuration.id,
    parentEnvironment: site.parentEnvironment,
    programEnvironment: configuration.program === 'sandbox' ? site.sandbox.environment : {},
    userVariables: configuration.environmentVariables,
    pin: pinEnvironment(selectGpus(selection, gpus).found, gpus, site.platform),
    platform: site.platform,
  });

/** Turns a local configuration into the one process that it means. Pure: whatever it depends on is in `site` and `facts`. */
export const buildLaunchPlan = (
  configuration: InstanceConfiguration,
  site: LaunchSite,
  facts: LaunchFacts,
): BuiltLaunch => {
  const { platform } = site;
  const folders = instanceFolders(configuration, site.dataFolder, platform);
  const selection = parseDeviceSelection(configuration.gpuDevice);
  const isSandbox = configuration.program === 'sandbox';
  const searchText = isSandbox ? null : searchFolders(configuration, folders, site, facts);
  const knowledge = isSandbox ? null : facts.knowledge;
  const flags = comfyArguments({
    configuration,
    folders,
    selection,
    knowledge,
    supports: (flag) => isSandbox || supportsFlag(knowledge, flag),
    extraModelPaths: searchText !== null,
    cache: cacheArguments(facts.cacheMemory, configuration.extraArguments, knowledge),
    platform,
  });
  const plan: LaunchPlan = {
    instanceId: configuration.id,
    command: isSandbox ? site.sandbox.command : facts.python,
    arguments: isSandbox
      ? [...site.sandbox.arguments, ...sandboxArguments(configuration), ...flags]
      : [...pythonArguments(facts.python), ...flags],
    environment: environmentOf(configuration, selection, site, facts.gpus),
    workingFolder: isSandbox ? folders.root : configuration.comfyuiFolder,
    foldersToCreate: foldersToCreate(configuration, folders, platform),
    port: configuration.port,
  };
  return { plan, files: searchText === null ? [] : [{ path: folders.extraModelPathsFile, text: searchText }] };
};
