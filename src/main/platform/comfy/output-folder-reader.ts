import { realpath, stat, unlink } from 'node:fs/promises';
import { basename, isAbsolute, join, relative, sep } from 'node:path';
import { StudioError } from '#contract/errors.ts';
import type { FileAnswer } from '#core/ports/comfy-client.ts';
import type { OutputFolderReader } from '#core/ports/output-folder-reader.ts';
import { answerHead, etagOf } from '#core/shared/file-headers.ts';
import { hasErrorCode, systemErrorCode } from '../process/system-error.ts';
import { createSmallFiles } from './output-folder-reader-memory.ts';
import { createFileBodies, type FileBodies, type LocatedFile } from './output-folder-reader-pieces.ts';

const missing = ['ENOENT', 'ENOTDIR', 'ENAMETOOLONG', 'ELOOP', 'ERR_INVALID_ARG_VALUE'] as const;

const isWithin = (folder: string, path: string): boolean => {
  const way = relative(folder, path);
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
};

const outside = (filename: string): StudioError =>
  new StudioError('INPUT_PATH_OUTSIDE', undefined, { details: { filename } });

const notThere = (filename: string): StudioError =>
  new StudioError('JOB_NOT_FOUND', 'The file of this result is not there any more.', {
    details: { filename, reason: 'file-missing' },
  });

/** The file itself, links followed, and only below the folder itself. */
const locate = async (folder: string, filename: string, subfolder: string): Promise<LocatedFile> => {
  const asked = join(folder, subfolder, filename);
  if (!isWithin(folder, asked)) throw outside(filename);
  try {
    const path = await realpath(asked);
    // A real path that begins with the folder's own text proves that this is real, too; only otherwise it has to be looked up.
    if (!isWithin(folder, path) && !isWithin(await realpath(folder), path)) throw outside(filename);
    const stats = await stat(path, { bigint: true });
    if (!stats.isFile()) throw notThere(filename);
    return { path, stats };
  } catch (error) {
    if (hasErrorCode(error, ...missing)) throw notThere(filename);
    if (error instanceof StudioError || systemErrorCode(error) === null) throw error;
    throw new StudioError('STORE_READ_FAILED', undefined, {
      details: { filename, systemCode: systemErrorCode(error) },
      cause: error,
    });
  }
};

/** Under the name that was asked for, not that of what a link leads to. */
const answerFile = (
  filename: string,
  located: LocatedFile,
  { asked, bodies }: { readonly asked: Readonly<Record<string, string>>; readonly bodies: FileBodies },
): FileAnswer => {
  const { stats } = located;
  const name = basename(filename);
  const etag = etagOf(stats.mtimeNs, stats.size);
  const file = { name, sizeBytes: Number(stats.size), etag, modifiedAtMs: Number(stats.mtimeNs) / 1e6 };
  const { status, headers, bytes } = answerHead(file, asked);
  return { status, headers, body: bodies.of(located, bytes) };
};

const isMissing = (error: unknown): boolean =>
  error instanceof StudioError && (error.code === 'JOB_NOT_FOUND' || error.code === 'INPUT_PATH_OUTSIDE');

/** Its real path is looked at first, but a link inside the folder loses its own name, not what it leads to. */
const removeFile = async (folder: string, filename: string, subfolder: string): Promise<boolean> => {
  try {
    await locate(folder, filename, subfolder);
    await unlink(join(folder, subfolder, filename));
    return true;
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT') || (error instanceof StudioError && error.code === 'JOB_NOT_FOUND')) return false;
    if (error instanceof StudioError && error.code === 'INPUT_PATH_OUTSIDE') throw error;
    const systemCode = systemErrorCode(error) ?? systemErrorCode(error instanceof Error ? error.cause : null);
    if (systemCode === null) throw error;
    throw new StudioError('STORE_WRITE_FAILED', undefined, { details: { filename, systemCode }, cause: error });
  }
};

/** Reads results of local instances from their folders, and deletes them. */
export const createOutputFolderReader = ({
  now = Date.now,
}: {
  readonly now?: () => number;
} = {}): OutputFolderReader => {
  const bodies = createFileBodies(createSmallFiles({ now }));
  return {
    open: async (folder, { filename, subfolder }, { headers: asked = {} }) =>
      answerFile(filename, await locate(folder, filename, subfolder), { asked, bodies }),
    modifiedAt: async (folder, { filename, subfolder }) => {
      try {
        const { stats } = await locate(folder, filename, subfolder);
        return Number(stats.mtimeNs) / 1e6;
      } catch (error) {
        if (isMissing(error)) return null;
        throw error;
      }
    },
    remove: (folder, { filename, subfolder }) => removeFile(folder, filename, subfolder),
  };
};
