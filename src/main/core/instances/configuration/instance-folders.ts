import type { InstanceConfiguration } from '#contract/models/instance.ts';
import type { OutputFolders } from '#core/ports/output-folder-reader.ts';
import { joinPath, type Platform } from './paths.ts';

/** Every place that one local instance uses, resolved. */
export interface InstanceFolders {
  /** `<data>/instances/<id>`: what belongs to this instance alone. */
  readonly root: string;
  readonly base: string;
  readonly output: string;
  readonly input: string;
  readonly user: string;
  /** What is given to --temp-directory; ComfyUI makes and wipes `<temp>/temp` (comfyui-protocol.md 1.2). */
  readonly temp: string;
  readonly models: string;
  readonly databaseFile: string;
  readonly extraModelPathsFile: string;
}

/** `<data>/shared/models` and `<data>/shared/input`: what instances share unless a configuration says otherwise. */
export const sharedFolders = (dataFolder: string, platform: Platform): { models: string; input: string } => ({
  models: joinPath(platform, dataFolder, 'shared', 'models'),
  input: joinPath(platform, dataFolder, 'shared', 'input'),
});

/** The placeholder models of sandbox instances: away from the shared ones, which a real ComfyUI would offer and fail to load. */
export const sandboxModelsFolder = (dataFolder: string, platform: Platform): string =>
  joinPath(platform, dataFolder, 'sandbox', 'models');

/**
 * Isolates what two ComfyUIs must not share (temp is wiped at each start, the database is locked, output counters and user settings
 * race; comfyui-protocol.md 8) and shares what they should: models and inputs. A folder of the configuration beats the default.
 */
export const instanceFolders = (
  configuration: Pick<InstanceConfiguration, 'id' | 'folders' | 'program'>,
  dataFolder: string,
  platform: Platform,
): InstanceFolders => {
  const root = joinPath(platform, dataFolder, 'instances', configuration.id);
  const shared = sharedFolders(dataFolder, platform);
  const { folders } = configuration;
  return {
    root,
    base: folders.base || root,
    output: folders.output || joinPath(platform, root, 'output'),
    input: folders.input || shared.input,
    user: folders.user || joinPath(platform, root, 'user'),
    temp: folders.temp || root,
    models:
      folders.models ||
      (configuration.program === 'sandbox' ? sandboxModelsFolder(dataFolder, platform) : shared.models),
    databaseFile: joinPath(platform, root, 'comfyui.db'),
    extraModelPathsFile: joinPath(platform, root, 'extra_model_paths.yaml'),
  };
};

/** Where an instance keeps the files that it names by type; null for a remote one, whose disk is out of reach. */
export const outputFoldersOf = (
  configuration: Pick<InstanceConfiguration, 'id' | 'folders' | 'program' | 'kind'>,
  dataFolder: string,
  platform: Platform,
): OutputFolders | null => {
  if (configuration.kind === 'remote') return null;
  const { output, temp, input } = instanceFolders(configuration, dataFolder, platform);
  return { output, temp: joinPath(platform, temp, 'temp'), input };
};
