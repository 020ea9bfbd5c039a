import { readlink, rm, rmdir, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { FolderCopy } from '#core/ports/migration.ts';
import { systemErrorCode } from '../process/system-error.ts';
import { hashOfFile } from './copy-file.ts';
import { stagingOf } from './copy-folder.ts';
import { type CopyLine, readCopyList } from './copy-list.ts';
import { statsOf, walkTree } from './tree.ts';

/** Enough names for any remark; what stays is not counted to its end. */
const maxKeptNames = 1000;
const pieceBytes = 1024 ** 2;

/** Folders on the way that are no folders any more: what a link in their place leads to is none of the copy. */
const createWayChecker = (top: string): ((path: string) => Promise<boolean>) => {
  const known = new Map<string, boolean>();
  const isFolder = async (folder: string): Promise<boolean> => {
    const before = known.get(folder);
    if (before !== undefined) return before;
    const above = folder === '.' || (await isFolder(dirname(folder)));
    const answer = above && (await statsOf(join(top, folder)))?.isDirectory() === true;
    known.set(folder, answer);
    return answer;
  };
  return (path) => isFolder(dirname(path));
};

const isUnchanged = async (path: string, line: CopyLine, buffer: Buffer): Promise<boolean> => {
  const stats = await statsOf(path);
  if (stats === null) return false;
  if (line.kind === 'link') return stats.isSymbolicLink() && (await readlink(path)) === line.target;
  if (line.kind !== 'file') return false;
  return stats.isFile() && stats.size === line.bytes && (await hashOfFile(path, buffer)) === line.sha256;
};

const tryTo = async (task: () => Promise<void>): Promise<void> => {
  try {
    await task();
  } catch (error) {
    // What cannot be removed stays, and is named.
    if (systemErrorCode(error) === null) throw error;
  }
};

const remaining = async (top: string): Promise<readonly string[]> => {
  const files: string[] = [];
  const folders: string[] = [];
  for await (const { path, kind } of walkTree(top, new AbortController().signal)) {
    if (kind === 'folder') folders.push(`${path}/`);
    else files.push(path);
    if (files.length >= maxKeptNames) break;
  }
  return files.length > 0 ? files : folders;
};

/**
 * Takes a copy back: what is staged goes altogether, since nobody else knows of it; in its place, files and links go that are byte for
 * byte what was copied, and then the folders that are empty.
 */
export const removeCopiedFolder = async (
  copy: FolderCopy & { readonly targetExisted: boolean },
  listPath: string,
): Promise<{ readonly kept: readonly string[] }> => {
  const staging = stagingOf(copy);
  const { lines, whole } = await readCopyList(listPath);
  const isStaged = (await statsOf(staging)) !== null;
  await rm(staging, { recursive: true, force: true });
  if (whole === null || isStaged) return { kept: [] };
  const top = copy.to;
  if ((await statsOf(top))?.isDirectory() !== true) return { kept: [] };
  const isOnTheWay = createWayChecker(top);
  const buffer = Buffer.allocUnsafe(pieceBytes);
  for (const line of lines) {
    if ((line.kind !== 'file' && line.kind !== 'link') || !(await isOnTheWay(line.path))) continue;
    const path = join(top, line.path);
    if (await isUnchanged(path, line, buffer)) await tryTo(() => unlink(path));
  }
  for (const line of lines.toReversed()) {
    if (line.kind === 'folder' && (await isOnTheWay(line.path))) await tryTo(() => rmdir(join(top, line.path)));
  }
  if (!copy.targetExisted) await tryTo(() => rmdir(top));
  return { kept: (await statsOf(top)) === null ? [] : await remaining(top) };
};
