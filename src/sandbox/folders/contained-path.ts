import { resolve, sep } from 'node:path';

/** The absolute path of `relative` below `root`; null when it leads out of it. */
export const containedPath = (root: string, relative: string): string | null => {
  const path = resolve(root, relative);
  return path === root || path.startsWith(root.endsWith(sep) ? root : `${root}${sep}`) ? path : null;
};

/** The folder behind `type` of a file: input, output or temp; null for any other word. */
export const folderOfType = (
  folders: { readonly input: string; readonly output: string; readonly temp: string },
  type: string,
): string | null => {
  if (type === 'input') return folders.input;
  if (type === 'output') return folders.output;
  return type === 'temp' ? folders.temp : null;
};
