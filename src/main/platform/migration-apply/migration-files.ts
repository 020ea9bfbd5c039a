import { mkdir, rename, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { StudioError } from '#contract/errors.ts';
import type { FolderCopy, MigrationFiles } from '#core/ports/migration.ts';
import { hasErrorCode, systemErrorCode } from '../process/system-error.ts';
import { type WritePiece, writePiece } from './copy-file.ts';
import { copyFolder } from './copy-folder.ts';
import { listModelFiles } from './model-tree.ts';
import { diskOf, freeBytesAt, isWritableAt, missingAbove, placeOf, resolvedPath } from './places.ts';
import { removeCopiedFolder } from './remove-copy.ts';
import { statsOf, walkTree } from './tree.ts';

/** What a launch writes for an instance, and what ComfyUI wipes or makes anew at its next start. */
const generatedFiles = [
  'extra_model_paths.yaml',
  'comfyui.db',
  'comfyui.db-wal',
  'comfyui.db-shm',
  'comfyui.db-journal',
  'comfyui.db.lock',
];

const isFolder = async (path: string): Promise<boolean> => (await statsOf(path))?.isDirectory() === true;

const makeOne = async (path: string): Promise<void> => {
  try {
    await mkdir(path);
  } catch (error) {
    if (hasErrorCode(error, 'EEXIST') && (await isFolder(path))) return;
    throw new StudioError('STORE_WRITE_FAILED', 'A folder could not be made.', {
      details: { path, systemCode: systemErrorCode(error) },
      cause: error,
    });
  }
};

const removeEmpty = async (path: string): Promise<'gone' | 'kept'> => {
  const stats = await statsOf(path);
  if (stats === null) return 'gone';
  if (!stats.isDirectory()) return 'kept';
  try {
    await rmdir(path);
    return 'gone';
  } catch (error) {
    if (systemErrorCode(error) === null) throw error;
    return 'kept';
  }
};

const foldersBelow = async (top: string): Promise<readonly string[]> => {
  const folders: string[] = [];
  for await (const { path, kind } of walkTree(top, new AbortController().signal)) {
    if (kind === 'folder') folders.push(join(top, path));
  }
  return folders;
};

const renameFolder = async (path: string, to: string): Promise<void> => {
  try {
    // An empty folder would be replaced without a word.
    if ((await statsOf(to)) !== null) throw Object.assign(new Error('The name is taken.'), { code: 'EEXIST' });
    await rename(path, to);
  } catch (error) {
    throw new StudioError('STORE_WRITE_FAILED', 'A folder could not be renamed.', {
      details: { path, systemCode: systemErrorCode(error) },
      cause: error,
    });
  }
};

/** Files of migrations on this machine; the lists of what was copied stand with the journals in `folder`. */
export const createMigrationFiles = (dependencies: {
  readonly folder: string;
  readonly write?: WritePiece;
}): MigrationFiles => {
  const { folder, write = writePiece } = dependencies;
  const listOf = ({ runId, index }: FolderCopy): string => join(folder, runId, `copy-${index}.jsonl`);
  return {
    place: placeOf,
    realPath: resolvedPath,
    size: async (top, signal) => {
      let files = 0;
      let bytes = 0;
      for await (const { kind, stats } of walkTree(await resolvedPath(top), signal)) {
        if (kind !== 'file' || stats === null) continue;
        files += 1;
        bytes += stats.size;
      }
      return { files, bytes };
    },
    freeBytes: freeBytesAt,
    disk: diskOf,
    isWritable: isWritableAt,
    missingFolders: missingAbove,
    makeFolders: async (paths) => {
      for (const path of paths) await makeOne(path);
    },
    removeEmptyFolder: removeEmpty,
    rename: renameFolder,
    listing: async (top, limit) => {
      const names: string[] = [];
      if (!(await isFolder(top))) return names;
      for await (const { path, kind } of walkTree(top, new AbortController().signal)) {
        if (names.length >= limit) break;
        names.push(kind === 'folder' ? `${path}/` : path);
      }
      return names;
    },
    copy: (copy, { onProgress, signal }) => copyFolder(copy, listOf(copy), { write, onProgress, signal }),
    removeCopy: (copy) => removeCopiedFolder(copy, listOf(copy)),
    modelFiles: listModelFiles,
    removeGenerated: async (instanceFolder) => {
      if (!(await isFolder(instanceFolder))) return;
      for (const name of generatedFiles) {
        const path = join(instanceFolder, name);
        if ((await statsOf(path))?.isFile() === true) await rm(path, { force: true });
      }
      const temp = join(instanceFolder, 'temp');
      if (await isFolder(temp)) await rm(temp, { recursive: true, force: true });
      for (const empty of (await foldersBelow(instanceFolder)).toReversed()) await removeEmpty(empty);
    },
  };
};
