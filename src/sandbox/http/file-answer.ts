import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { type Answer, empty } from './answer.ts';
import { mediaTypeOf } from './media-types.ts';
import type { SandboxRequest } from './request.ts';

/** A byte range of a Range header; 'unsatisfiable' when it lies behind the end, null when there is none that is understood. */
export const rangeOf = (
  header: string | undefined,
  size: number,
): { readonly start: number; readonly end: number } | 'unsatisfiable' | null => {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? '');
  if (match === null) return null;
  const [, first = '', last = ''] = match;
  if (first === '' && last === '') return null;
  if (first === '')
    return Number(last) === 0 ? 'unsatisfiable' : { start: Math.max(0, size - Number(last)), end: size - 1 };
  const start = Number(first);
  if (start >= size) return 'unsatisfiable';
  const end = last === '' ? size - 1 : Math.min(size - 1, Number(last));
  return end < start ? null : { start, end };
};

const notModified = (request: SandboxRequest, etag: string, modifiedAt: Date): boolean => {
  const tags = request.header('if-none-match');
  if (tags !== undefined) return tags === '*' || tags.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag);
  const since = Date.parse(request.header('if-modified-since') ?? '');
  return !Number.isNaN(since) && Math.floor(modifiedAt.getTime() / 1000) * 1000 <= since;
};

/** A file with ETag, Last-Modified and ranges, as aiohttp's FileResponse; 404 when it is not there. */
export const fileAnswer = async (
  request: SandboxRequest,
  path: string,
  extraHeaders: Readonly<Record<string, string>> = {},
): Promise<Answer> => {
  const stats = await stat(path, { bigint: true }).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  });
  if (stats === null || !stats.isFile()) return empty(404);
  const size = Number(stats.size);
  const etag = `"${stats.mtimeNs.toString(16)}-${size.toString(16)}"`;
  const headers = {
    'Content-Type': mediaTypeOf(basename(path)),
    ETag: etag,
    'Last-Modified': stats.mtime.toUTCString(),
    ...extraHeaders,
  };
  if (notModified(request, etag, stats.mtime)) return { status: 304, headers, body: null };
  const served = { ...headers, 'Accept-Ranges': 'bytes' };
  const range = rangeOf(request.header('range'), size);
  if (range === 'unsatisfiable') {
    return { status: 416, headers: { ...served, 'Content-Range': `bytes */${size}` }, body: null };
  }
  if (range !== null) {
    const contentRange = `bytes ${range.start}-${range.end}/${size}`;
    return { status: 206, headers: { ...served, 'Content-Range': contentRange }, body: { path, ...range } };
  }
  return { status: 200, headers: served, body: size === 0 ? null : { path, start: 0, end: size - 1 } };
};
