import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { type Answer, empty } from './answer.ts';
import { rangeOf } from './byte-range.ts';
import { mediaTypeOf } from './media-types.ts';
import { conditionalStatus, type FileVersion, rangeCounts } from './preconditions.ts';
import type { SandboxRequest } from './request.ts';

const versionOf = (modifiedAtNs: bigint, size: number): FileVersion => ({
  etag: `"${modifiedAtNs.toString(16)}-${size.toString(16)}"`,
  modifiedAtMs: Math.ceil(Number(modifiedAtNs) / 1e9) * 1000,
});

/** A file with ETag, Last-Modified, conditions and ranges, as aiohttp's FileResponse; 404 when it is not there. */
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
  const version = versionOf(stats.mtimeNs, size);
  const plain = { 'Content-Type': mediaTypeOf(basename(path)), ...extraHeaders };
  const headers = { ...plain, ETag: version.etag, 'Last-Modified': new Date(version.modifiedAtMs).toUTCString() };
  const status = conditionalStatus(request, version);
  if (status === 412) return { status, headers: plain, body: null };
  if (status === 304) return { status, headers, body: null };
  const range = rangeCounts(request, version) ? rangeOf(request.header('range'), size) : null;
  if (range === 'unsatisfiable') {
    return { status: 416, headers: { ...plain, 'Content-Range': `bytes */${size}` }, body: null };
  }
  const served = { ...headers, 'Accept-Ranges': 'bytes' };
  if (range !== null) {
    const contentRange = `bytes ${range.start}-${range.end}/${size}`;
    return { status: 206, headers: { ...served, 'Content-Range': contentRange }, body: { path, ...range } };
  }
  return { status: 200, headers: served, body: size === 0 ? null : { path, start: 0, end: size - 1 } };
};
