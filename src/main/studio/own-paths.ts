import { isAbsolute, relative, resolve } from 'node:path';
import type { InstanceConfiguration } from '#contract/models/instance.ts';

const contains = (folder: string, path: string): boolean => {
  const way = relative(resolve(folder), resolve(path));
  return way === '' || (!way.startsWith('..') && !isAbsolute(way));
};

/** Whether a path lies in the data folder or in a folder that an instance was given; only those may be shown to the user. */
export const isOwnPath = (
  path: string,
  dataFolder: string,
  configurations: readonly InstanceConfiguration[],
): boolean => {
  if (!isAbsolute(path)) return false;
  const folders = configurations.flatMap(({ folders: given, comfyuiFolder, customNodesPath }) => [
    ...Object.values(given),
    comfyuiFolder,
    customNodesPath,
  ]);
  return [dataFolder, ...folders.filter((folder) => folder !== '')].some((folder) => contains(folder, path));
};
