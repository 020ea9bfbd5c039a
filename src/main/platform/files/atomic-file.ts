import { randomUUID } from 'node:crypto';
import { chmod, open, readdir, realpath, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { hasErrorCode } from '../process/system-error.ts';
import { makeFolder } from './make-folder.ts';

/** Writes a whole text file or leaves the old one as it is. */
export type WriteFile = (path: string, text: string, mode: number) => Promise<void>;

/** A symbolic link stays a link: the file that it points at is replaced. */
const targetOf = async (path: string): Promise<string> => {
  try {
    return await realpath(path);
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT')) return path;
    throw error;
  }
};

/** Makes the rename itself survive a power cut. Not every file system can sync a folder; the data is safe without it. */
const syncFolder = async (folder: string): Promise<void> => {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } catch (error) {
    if (!hasErrorCode(error, 'EINVAL', 'EPERM', 'ENOTSUP', 'EBADF')) throw error;
  } finally {
    await handle.close();
  }
};

/**
 * Writes into a new file beside the target, syncs it and renames it over the target, so that a reader sees the old or the new text
 * and a full disk or a kill in the middle leaves the old one.
 *
 * This is not done through the library `conf` (its writer is `atomically`): that one writes with a single write call and does not
 * look at the count, so on a full disk it renames a truncated file over the good one and reports success (measured with 16.0.0 on a
 * full tmpfs and under RLIMIT_FSIZE); under Snap it writes in place. The loop of `FileHandle.writeFile` ends with ENOSPC instead.
 */
export const writeBytesAtomically = async (path: string, bytes: Uint8Array, mode: number): Promise<void> => {
  await makeFolder(dirname(path));
  const target = await targetOf(path);
  const temporary = `${target}.tmp-${randomUUID()}`;
  try {
    const handle = await open(temporary, 'wx', mode);
    try {
      await handle.writeFile(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
    // The process's umask may have taken bits away from `mode`.
    await chmod(temporary, mode);
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncFolder(dirname(target));
};

/** `writeBytesAtomically` for text. */
export const writeFileAtomically: WriteFile = (path, text, mode) =>
  writeBytesAtomically(path, Buffer.from(text, 'utf8'), mode);

const temporaryName = /\.tmp-[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/;

/** Removes what kills in the middle of `writeFileAtomically` left of the files whose names begin with `prefix`. */
export const removeTemporaryFiles = async (folder: string, prefix: string): Promise<void> => {
  for (const name of await listFolder(folder)) {
    if (name.startsWith(prefix) && temporaryName.test(name)) await rm(join(folder, name), { force: true });
  }
};

/** The names in a folder; none where the folder is missing. */
export const listFolder = async (folder: string): Promise<readonly string[]> => {
  try {
    return await readdir(folder);
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT')) return [];
    throw error;
  }
};
