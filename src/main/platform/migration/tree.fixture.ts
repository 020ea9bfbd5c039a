import { createHash } from 'node:crypto';
import { chmod, lstat, mkdir, readdir, readFile, readlink, symlink, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** What stands at a path of a tree: a text file, a file of so many bytes, an executable script, a link, or an empty folder. */
export type TreeEntry =
  | string
  | { readonly bytes: number }
  | { readonly script: string }
  | { readonly link: string }
  | { readonly folder: true };

export type Tree = Readonly<Record<string, TreeEntry>>;

/** A time in the past, so that a file that is written again can be told from one that was left alone. */
const old = new Date('2024-05-01T12:00:00Z');

const writeEntry = async (path: string, entry: TreeEntry): Promise<void> => {
  await mkdir(dirname(path), { recursive: true });
  if (typeof entry === 'string') await writeFile(path, entry);
  else if ('bytes' in entry) await writeFile(path, Buffer.alloc(entry.bytes, 7));
  else if ('script' in entry) {
    await writeFile(path, entry.script);
    await chmod(path, 0o755);
  } else if ('link' in entry) await symlink(entry.link, path);
  else await mkdir(path, { recursive: true });
  if (typeof entry === 'string' || !('link' in entry)) await utimes(path, old, old);
};

/** Writes a tree below a folder; keys are relative paths with `/`. */
export const writeTree = async (root: string, tree: Tree): Promise<void> => {
  for (const [path, entry] of Object.entries(tree)) await writeEntry(join(root, ...path.split('/')), entry);
};

const describeEntry = async (path: string): Promise<string> => {
  const stats = await lstat(path);
  const common = `${stats.mode.toString(8)} ${stats.mtimeMs}`;
  if (stats.isSymbolicLink()) return `link ${await readlink(path)}`;
  if (stats.isDirectory()) return `folder ${common}`;
  const hash = createHash('sha256')
    .update(await readFile(path))
    .digest('hex');
  return `file ${stats.size} ${hash} ${common}`;
};

/**
 * Every entry of a tree with its bytes, mode and time of change, folders too: equal before and after means that nothing was written,
 * made, moved or removed. Links are described, never followed.
 */
export const snapshotTree = async (root: string): Promise<Readonly<Record<string, string>>> => {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const paths = entries.map((entry) => join(entry.parentPath, entry.name)).toSorted();
  const described = await Promise.all(
    [root, ...paths].map(async (path) => [path.slice(root.length), await describeEntry(path)] as const),
  );
  return Object.fromEntries(described);
};
