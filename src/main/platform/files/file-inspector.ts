import { access, constants, readdir, stat } from 'node:fs/promises';
import { StudioError } from '#contract/errors.ts';
import type { FileInspector, FolderLister, PathKind } from '#core/ports/machine.ts';
import { hasErrorCode, systemErrorCode } from '../process/system-error.ts';
import { makeFolder } from './make-folder.ts';

const isAllowed = async (path: string, mode: number): Promise<boolean> => {
  try {
    await access(path, mode);
    return true;
  } catch (error) {
    if (systemErrorCode(error) !== null) return false;
    throw error;
  }
};

const notThere = ['ENOENT', 'ENOTDIR', 'ENAMETOOLONG', 'ERR_INVALID_ARG_VALUE'] as const;

const kindOf = async (path: string): Promise<PathKind> => {
  try {
    const stats = await stat(path);
    if (stats.isDirectory()) {
      return (await isAllowed(path, constants.R_OK | constants.X_OK)) ? 'folder' : 'unreadable';
    }
    return (await isAllowed(path, constants.R_OK)) ? 'file' : 'unreadable';
  } catch (error) {
    if (hasErrorCode(error, ...notThere)) return 'missing';
    // A folder above that may not be entered, a loop of links, a network drive that is gone.
    if (systemErrorCode(error) !== null) return 'unreadable';
    throw error;
  }
};

/** Looks at the disk of this machine. Windows has no execute bit, so there the name decides. */
export const createFileInspector = (): FileInspector & FolderLister => ({
  kind: kindOf,
  isExecutable: async (path) => {
    if ((await kindOf(path)) !== 'file') return false;
    return process.platform === 'win32' ? /\.(?:exe|com|bat|cmd)$/i.test(path) : isAllowed(path, constants.X_OK);
  },
  isWritable: async (path) => (await kindOf(path)) === 'folder' && isAllowed(path, constants.W_OK | constants.X_OK),
  ensureFolder: async (path) => {
    try {
      await makeFolder(path);
    } catch (error) {
      throw new StudioError('STORE_WRITE_FAILED', 'A folder could not be made.', {
        details: { path, systemCode: systemErrorCode(error) },
        cause: error,
      });
    }
  },
  subfolders: async (path) => {
    try {
      const entries = await readdir(path, { withFileTypes: true });
      const folders = await Promise.all(
        entries.map(async (entry) => {
          if (entry.isSymbolicLink()) return (await kindOf(`${path}/${entry.name}`)) === 'folder' ? [entry.name] : [];
          return entry.isDirectory() ? [entry.name] : [];
        }),
      );
      return folders.flat().toSorted();
    } catch (error) {
      if (systemErrorCode(error) !== null) return [];
      throw error;
    }
  },
});
