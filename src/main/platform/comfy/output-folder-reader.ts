import { createReadStream, type Stats } from 'node:fs';
import { realpath, stat, unlink } from 'node:fs/promises';
import { extname, isAbsolute, join, relative, sep } from 'node:path';
import { StudioError } from '#contract/errors.ts';
import type { FileAnswer } from '#core/ports/comfy-client.ts';
import type { OutputFolderReader } from '#core/ports/output-folder-reader.ts';
import { hasErrorCode, systemErrorCode } from '../process/system-error.ts';
import { readByteRange } from '#core/shared/byte-range.ts';

/** What workflows save and a page shows by itself. What a browser would run, and all else, is handed out as a download. */
const mediaTypes: Readonly<Record<string, string>> = {
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.webp': 'image/webp',
  '.gif': 'image/gif',
  '.avif': 'image/avif',
  '.bmp': 'image/bmp',
  '.tif': 'image/tiff',
  '.tiff': 'image/tiff',
  '.mp4': 'video/mp4',
  '.m4v': 'video/mp4',
  '.webm': 'video/webm',
  '.mov': 'video/quicktime',
  '.mkv': 'video/x-matroska',
  '.mp3': 'audio/mpeg',
  '.wav': 'audio/wav',
  '.flac': 'audio/flac',
  '.ogg': 'audio/ogg',
  '.opus': 'audio/ogg',
  '.m4a': 'audio/mp4',
  '.txt': 'text/plain; charset=utf-8',
  '.json': 'application/json',
};

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
const locate = async (folder: string, filename: string, subfolder: string): Promise<{ path: string; stats: Stats }> => {
  const asked = join(folder, subfolder, filename);
  if (!isWithin(folder, asked)) throw outside(filename);
  try {
    const path = await realpath(asked);
    if (!isWithin(await realpath(folder), path)) throw outside(filename);
    const stats = await stat(path);
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

/** Opens the file when the first bytes are asked for, so that an answer that nobody reads holds nothing. */
async function* bytesOf(path: string, start: number, end: number): AsyncGenerator<Uint8Array> {
  if (end < start) return;
  for await (const chunk of createReadStream(path, { start, end })) if (chunk instanceof Uint8Array) yield chunk;
}

const isUnchanged = (headers: Readonly<Record<string, string>>, tag: string, stats: Stats): boolean => {
  const tags = headers['if-none-match'];
  if (tags !== undefined) return tags.trim() === '*' || tags.split(',').some((one) => one.trim() === tag);
  const since = Date.parse(headers['if-modified-since'] ?? '');
  return Math.floor(stats.mtimeMs / 1000) * 1000 <= since;
};

const answerFile = (path: string, stats: Stats, asked: Readonly<Record<string, string>>): FileAnswer => {
  const { size } = stats;
  const tag = `"${size.toString(16)}-${Math.floor(stats.mtimeMs).toString(16)}"`;
  const mediaType = mediaTypes[extname(path).toLowerCase()];
  const common = {
    'accept-ranges': 'bytes',
    etag: tag,
    'last-modified': stats.mtime.toUTCString(),
    'x-content-type-options': 'nosniff',
  };
  if (isUnchanged(asked, tag, stats)) return { status: 304, headers: common, body: bytesOf(path, 0, -1) };
  const isSameVersion = asked['if-range'] === undefined || asked['if-range'] === tag;
  const range = readByteRange(isSameVersion ? asked['range'] : undefined, size);
  if (range.kind === 'unsatisfiable') {
    const headers = { ...common, 'content-range': `bytes */${size}`, 'content-length': '0' };
    return { status: 416, headers, body: bytesOf(path, 0, -1) };
  }
  const [start, end] = range.kind === 'part' ? [range.start, range.end] : [0, size - 1];
  const headers = {
    ...common,
    'content-type': mediaType ?? 'application/octet-stream',
    'content-length': String(end - start + 1),
    ...(mediaType === undefined ? { 'content-disposition': 'attachment' } : {}),
    ...(range.kind === 'part' ? { 'content-range': `bytes ${start}-${end}/${size}` } : {}),
  };
  return { status: range.kind === 'part' ? 206 : 200, headers, body: bytesOf(path, start, end) };
};

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
export const createOutputFolderReader = (): OutputFolderReader => ({
  open: async (folder, { filename, subfolder }, { headers = {} }) => {
    const { path, stats } = await locate(folder, filename, subfolder);
    return answerFile(path, stats, headers);
  },
  remove: (folder, { filename, subfolder }) => removeFile(folder, filename, subfolder),
});
