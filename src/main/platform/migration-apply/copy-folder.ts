import { chmod, lstat, mkdir, readlink, realpath, rename, rm, rmdir, symlink, utimes } from 'node:fs/promises';
import { dirname, isAbsolute, join, resolve, sep } from 'node:path';
import { StudioError } from '#contract/errors.ts';
import type { CopyReport, FolderCopy, SkippedPath } from '#core/ports/migration.ts';
import { hasErrorCode, systemErrorCode } from '../process/system-error.ts';
import { copyOneFile, type WritePiece } from './copy-file.ts';
import { type CopyLine, type CopyList, type CopyListWriter, readCopyList, writeCopyList } from './copy-list.ts';
import { statsOf, type TreeEntry, walkTree } from './tree.ts';

/** Large enough for a disk to be quick, small enough to hear of a cancel at once. */
const pieceBytes = 1024 ** 2;

/** Where a copy is made before it is whole: beside its target, so that a rename puts it there at once. */
export const stagingOf = ({ to, runId, index }: FolderCopy): string => `${to}.atelier-${runId}-${index}`;

interface Copying {
  readonly top: string;
  readonly staging: string;
  readonly list: CopyListWriter;
  readonly buffer: Buffer;
  readonly write: WritePiece;
  readonly signal: AbortSignal;
  readonly onProgress: (bytes: number) => void;
}

const isInside = (path: string, folder: string): boolean => path === folder || path.startsWith(folder + sep);

/** A link stays a link; a relative one that leads out of the folder would lead elsewhere from its new place. */
const linkTarget = async (top: string, path: string): Promise<string> => {
  const target = await readlink(join(top, path));
  if (isAbsolute(target)) return target;
  const leadsTo = resolve(top, dirname(path), target);
  return isInside(leadsTo, top) ? target : leadsTo;
};

const copyLink = async ({ path }: TreeEntry, { top, staging }: Copying): Promise<CopyLine> => {
  let target: string;
  try {
    target = await linkTarget(top, path);
  } catch (error) {
    if (systemErrorCode(error) === null) throw error;
    return { kind: 'skipped', path, reason: 'vanished' };
  }
  try {
    await symlink(target, join(staging, path));
    return { kind: 'link', path, target };
  } catch (error) {
    if (hasErrorCode(error, 'EEXIST')) return { kind: 'skipped', path, reason: 'name-clash' };
    // Windows gives links to administrators only, and some disks have none.
    if (hasErrorCode(error, 'EPERM', 'ENOTSUP')) return { kind: 'skipped', path, reason: 'special' };
    throw error;
  }
};

const copyFolderItself = async ({ path, stats }: TreeEntry, { staging }: Copying): Promise<CopyLine> => {
  const mode = ((stats?.mode ?? 0o700) & 0o777) | 0o700;
  try {
    await mkdir(join(staging, path), { mode });
    return { kind: 'folder', path, mode };
  } catch (error) {
    if (hasErrorCode(error, 'EEXIST')) return { kind: 'skipped', path, reason: 'name-clash' };
    throw error;
  }
};

const copyEntry = async (entry: TreeEntry, copying: Copying): Promise<readonly CopyLine[]> => {
  const { path } = entry;
  switch (entry.kind) {
    case 'folder':
      return [await copyFolderItself(entry, copying)];
    case 'link':
      return [await copyLink(entry, copying)];
    case 'special':
    case 'unreadable':
      return [{ kind: 'skipped', path, reason: entry.kind }];
    case 'file': {
      const copier = { ...copying, onBytes: copying.onProgress };
      const copied = await copyOneFile(join(copying.top, path), join(copying.staging, path), copier);
      if (copied.kind === 'skipped') return [{ kind: 'skipped', path, reason: copied.reason }];
      const line: CopyLine = { kind: 'file', path, bytes: copied.bytes, sha256: copied.sha256 };
      return copied.isSteady ? [line] : [line, { kind: 'skipped', path, reason: 'still-changing' }];
    }
  }
};

/** What a clash of names kept out has nowhere to go either. */
const isBelowSkipped = (path: string, skipped: ReadonlySet<string>): boolean => {
  for (let folder = dirname(path); folder !== '.'; folder = dirname(folder)) if (skipped.has(folder)) return true;
  return false;
};

const copyTree = async (copying: Copying): Promise<{ files: number; bytes: number }> => {
  const { top, staging, list, signal } = copying;
  const folders: TreeEntry[] = [];
  const skipped = new Set<string>();
  let files = 0;
  let bytes = 0;
  for await (const entry of walkTree(top, signal)) {
    if (skipped.size > 0 && isBelowSkipped(entry.path, skipped)) continue;
    for (const line of await copyEntry(entry, copying)) {
      await list.add(line);
      if (line.kind === 'folder') folders.push(entry);
      if (line.kind === 'skipped' && entry.kind === 'folder') skipped.add(entry.path);
      if (line.kind !== 'file') continue;
      files += 1;
      bytes += line.bytes;
    }
  }
  // Times last, since what comes into a folder changes its own.
  for (const { path, stats } of folders.toReversed()) {
    if (stats !== null) await utimes(join(staging, path), stats.atimeMs / 1000, stats.mtimeMs / 1000);
  }
  return { files, bytes };
};

const reportOf = ({ lines, whole }: CopyList): CopyReport => ({
  files: whole?.files ?? 0,
  bytes: whole?.bytes ?? 0,
  skipped: lines.flatMap((line): SkippedPath[] =>
    line.kind === 'skipped' ? [{ path: line.path, reason: line.reason }] : [],
  ),
});

/** Puts the whole copy in its place; anything that is there already makes this fail. */
const place = async (staging: string, to: string): Promise<void> => {
  // Elsewhere an empty folder is replaced at once.
  if (process.platform === 'win32' && (await statsOf(to))?.isDirectory() === true) await rmdir(to);
  await rename(staging, to);
};

const sourceOf = async (from: string): Promise<{ top: string; mode: number }> => {
  try {
    const top = await realpath(from);
    const stats = await lstat(top);
    if (stats.isDirectory()) return { top, mode: (stats.mode & 0o777) | 0o700 };
  } catch (error) {
    if (systemErrorCode(error) === null) throw error;
  }
  throw new StudioError('STORE_READ_FAILED', 'A folder to be copied is not there any more.', {
    details: { path: from },
  });
};

const make = async (
  copy: FolderCopy,
  listPath: string,
  options: Pick<Copying, 'write' | 'signal' | 'onProgress'>,
): Promise<void> => {
  const staging = stagingOf(copy);
  await rm(staging, { recursive: true, force: true });
  const { top, mode } = await sourceOf(copy.from);
  const list = await writeCopyList(listPath);
  try {
    await mkdir(staging, { mode: 0o700 });
    const copying: Copying = { ...options, top, staging, list, buffer: Buffer.allocUnsafe(pieceBytes) };
    const { files, bytes } = await copyTree(copying);
    await chmod(staging, mode);
    await list.finish(files, bytes);
  } finally {
    await list.close();
  }
};

/** Copies a folder whole or not at all; one that is whole already is only put in its place. */
export const copyFolder = async (
  copy: FolderCopy,
  listPath: string,
  options: Pick<Copying, 'write' | 'signal' | 'onProgress'>,
): Promise<CopyReport> => {
  const staging = stagingOf(copy);
  const earlier = await readCopyList(listPath);
  const isStaged = (await statsOf(staging)) !== null;
  if (earlier.whole !== null && !isStaged && (await statsOf(copy.to)) !== null) return reportOf(earlier);
  try {
    if (earlier.whole === null || !isStaged) await make(copy, listPath, options);
    await place(staging, copy.to);
    return reportOf(await readCopyList(listPath));
  } catch (error) {
    if (options.signal.aborted || error instanceof StudioError) throw error;
    // A full disk gets its room back. The list goes first: without it nothing counts as copied.
    await rm(listPath, { force: true });
    await rm(staging, { recursive: true, force: true });
    throw new StudioError('STORE_WRITE_FAILED', 'A folder could not be copied.', {
      details: { path: copy.to, systemCode: systemErrorCode(error) },
      cause: error,
    });
  }
};
