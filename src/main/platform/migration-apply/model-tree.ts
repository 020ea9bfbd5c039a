import { readdir, realpath, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { systemErrorCode } from '../process/system-error.ts';

const maxFiles = 100_000;
const maxDepth = 12;

const unlessUnreadable = async <Value>(task: () => Promise<Value>): Promise<Value | null> => {
  try {
    return await task();
  } catch (error) {
    if (systemErrorCode(error) === null) throw error;
    return null;
  }
};

/** Model files below a folder as ComfyUI finds them: through links, each place once, hidden folders left out. */
export const listModelFiles = async (
  top: string,
  endings: readonly string[],
  signal: AbortSignal,
): Promise<readonly string[]> => {
  const isModel = (name: string): boolean => endings.includes(extname(name).toLowerCase());
  const found: string[] = [];
  const seen = new Set<string>();
  const folders: { readonly path: string; readonly depth: number }[] = [{ path: '', depth: 0 }];
  for (let folder = folders.shift(); folder !== undefined && found.length < maxFiles; folder = folders.shift()) {
    signal.throwIfAborted();
    const { path, depth } = folder;
    const place = await unlessUnreadable(() => realpath(join(top, path)));
    if (place === null || seen.has(place)) continue;
    seen.add(place);
    const entries = (await unlessUnreadable(() => readdir(place, { withFileTypes: true }))) ?? [];
    for (const entry of entries) {
      const own = path === '' ? entry.name : `${path}/${entry.name}`;
      const stats = entry.isSymbolicLink() ? await unlessUnreadable(() => stat(join(top, own))) : entry;
      if (stats?.isFile() === true && isModel(entry.name)) found.push(own);
      if (stats?.isDirectory() === true && depth < maxDepth && !entry.name.startsWith('.')) {
        folders.push({ path: own, depth: depth + 1 });
      }
    }
  }
  return found.slice(0, maxFiles).toSorted();
};
