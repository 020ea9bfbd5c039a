import { constants, copyFile, link, lstat, mkdir, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import trash from 'trash';
import { z } from 'zod';
import { StudioError } from '#contract/errors.ts';
import type { SystemTrash, TrashedFile } from '#core/ports/gallery.ts';
import { hasErrorCode, systemErrorCode } from '../process/system-error.ts';
import { containedPath } from './output-files.ts';

/** Where the trash of a Linux desktop keeps a file and what is noted of it; other systems do not tell. */
const placesSchema = z.array(z.object({ path: z.string(), info: z.string() })).min(1);

const writeFailed = (name: string, cause: unknown): StudioError =>
  new StudioError('STORE_WRITE_FAILED', undefined, {
    details: { filename: name, systemCode: systemErrorCode(cause) },
    cause,
  });

const isThere = async (path: string): Promise<boolean> => {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT', 'ENOTDIR')) return false;
    throw error;
  }
};

/** Puts a file into a free place and nowhere else: neither step replaces what is there. */
const place = async (from: string, to: string): Promise<boolean> => {
  try {
    await mkdir(dirname(to), { recursive: true });
    await link(from, to);
    return true;
  } catch (error) {
    if (hasErrorCode(error, 'EEXIST', 'ENOENT')) return false;
    if (systemErrorCode(error) === null) throw error;
  }
  try {
    // Some file systems know no second name of a file.
    await copyFile(from, to, constants.COPYFILE_EXCL);
    return true;
  } catch (error) {
    if (systemErrorCode(error) !== null) return false;
    throw error;
  }
};

const removeIfThere = async (path: string): Promise<void> => {
  try {
    await unlink(path);
  } catch (error) {
    if (!hasErrorCode(error, 'ENOENT')) throw error;
  }
};

/** The trash of this system. Only on Linux does it tell where a file went, so only there it can be brought back from here. */
export const createSystemTrash = (platform: string): SystemTrash => ({
  canRestore: platform === 'linux',
  move: async (folder, { subfolder, name }) => {
    const path = await containedPath(folder, subfolder, name);
    if (path === null) {
      if (await isThere(`${folder}/${subfolder}/${name}`))
        throw new StudioError('INPUT_PATH_OUTSIDE', undefined, { details: { filename: name } });
      return false;
    }
    const stats = await lstat(path);
    if (!stats.isFile()) throw new StudioError('INPUT_PATH_OUTSIDE', undefined, { details: { filename: name } });
    try {
      const told: unknown = await trash(path, { glob: false });
      const [where] = placesSchema.safeParse(told).data ?? [];
      return { path, trashPath: where?.path ?? null, infoPath: where?.info ?? null } satisfies TrashedFile;
    } catch (error) {
      throw writeFailed(name, error);
    }
  },
  restore: async ({ path, trashPath, infoPath }) => {
    if (trashPath === null || !(await isThere(trashPath))) return false;
    if (!(await place(trashPath, path))) return false;
    try {
      await removeIfThere(trashPath);
      if (infoPath !== null) await removeIfThere(infoPath);
    } catch (error) {
      // The file is back; what is left in the trash can be emptied from there.
      if (systemErrorCode(error) === null) throw error;
    }
    return true;
  },
});
