import type { InstanceConfiguration } from '#contract/models/instance.ts';
import type { InstancePlace } from '#contract/models/instance-files.ts';
import { instanceFolders } from '../configuration/instance-folders.ts';
import { joinPath, type Platform } from '../configuration/paths.ts';

/** A folder or file that an instance uses, by its configuration. */
export interface NamedPlace {
  readonly place: InstancePlace;
  readonly path: string;
  /** The user named it. */
  readonly chosen: boolean;
  readonly kinds: readonly string[];
}

export interface PlaceSite {
  readonly dataFolder: string;
  readonly platform: Platform;
  readonly logPath: (instanceId: string) => string;
}

const customNodes = (configuration: InstanceConfiguration, base: string, platform: Platform): readonly NamedPlace[] => {
  const { customNodesPath, comfyuiFolder } = configuration;
  const own = {
    place: 'custom-nodes',
    path: joinPath(platform, base, 'custom_nodes'),
    chosen: false,
    kinds: [],
  } as const;
  if (configuration.program === 'sandbox') return [];
  if (customNodesPath !== '') return [{ ...own, path: customNodesPath, chosen: true }, own];
  const installed = { ...own, path: joinPath(platform, comfyuiFolder, 'custom_nodes') };
  return comfyuiFolder === '' || installed.path === own.path ? [own] : [installed, own];
};

/** Every place of a local instance that its configuration tells; what a file of search paths adds is not among them. */
export const placesOf = (configuration: InstanceConfiguration, site: PlaceSite): readonly NamedPlace[] => {
  const { platform, dataFolder, logPath } = site;
  const { folders, comfyuiFolder, program, id } = configuration;
  const resolved = instanceFolders(configuration, dataFolder, platform);
  const named = (place: InstancePlace, path: string, chosen: boolean): NamedPlace => ({
    place,
    path,
    chosen,
    kinds: [],
  });
  return [
    ...(program === 'comfyui' && comfyuiFolder !== '' ? [named('program', comfyuiFolder, true)] : []),
    named('base', resolved.base, folders.base !== ''),
    named('models', resolved.models, folders.models !== ''),
    named('input', resolved.input, folders.input !== ''),
    named('output', resolved.output, folders.output !== ''),
    named('user', resolved.user, folders.user !== ''),
    named('temp', joinPath(platform, resolved.temp, 'temp'), folders.temp !== ''),
    ...customNodes(configuration, resolved.base, platform),
    named('database', resolved.databaseFile, false),
    ...(program === 'comfyui' ? [named('search-paths', resolved.extraModelPathsFile, false)] : []),
    named('log', logPath(id), false),
  ];
};
