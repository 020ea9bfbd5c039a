import { existsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { containedPath } from '../folders/contained-path.ts';
import { type Answer, empty, json, text } from '../http/answer.ts';
import { fileAnswer } from '../http/file-answer.ts';
import { isActiveType, mediaTypeOf } from '../http/media-types.ts';
import type { SandboxRequest } from '../http/request.ts';
import { type Route, route } from '../http/router.ts';
import { fileInfo, slashed } from './userdata-files.ts';
import { isFolder, isOn, listFolder, listTree } from './userdata-lists.ts';
import type { Users } from './users.ts';

/** A user's file that a path names. */
interface Located {
  readonly root: string;
  readonly path: string;
}

const isSystemError = (error: unknown): boolean => error instanceof Error && 'code' in error && 'syscall' in error;

/** The user's style sheet must work as one; everything else is handed out as a download. */
const downloadHeaders = (path: string, root: string): Readonly<Record<string, string>> => {
  const nosniff = { 'X-Content-Type-Options': 'nosniff' };
  if (relative(root, path) === 'user.css') return { ...nosniff, 'Content-Disposition': 'inline' };
  const safe = { ...nosniff, 'Content-Disposition': 'attachment' };
  return isActiveType(mediaTypeOf(path)) ? { ...safe, 'Content-Type': 'application/octet-stream' } : safe;
};

/** /userdata and /v2/userdata (comfyui-protocol.md 2.2). */
export const userdataRoutes = (users: Users): readonly Route[] => {
  const rootOf = async (request: SandboxRequest): Promise<string> => {
    const id = await users.idOf(request);
    if (id === null) throw new Error('Unknown user');
    return users.folderOf(id);
  };
  const locate = async (request: SandboxRequest, name: string): Promise<Located | null> => {
    const root = await rootOf(request);
    const path = containedPath(root, name);
    return path === null ? null : { root, path };
  };
  const answerFor = async (request: SandboxRequest, { root, path }: Located): Promise<Answer> =>
    json(isOn(request.query, 'full_info') ? await fileInfo(path, root) : slashed(relative(root, path)));

  /** The file that a segment of the path names, or the status that refuses it. */
  const existing = async (request: SandboxRequest): Promise<Located | 403 | 404> => {
    const located = await locate(request, request.params.file ?? '');
    if (located === null) return 403;
    return existsSync(located.path) ? located : 404;
  };

  const mayWrite = (request: SandboxRequest, path: string): boolean =>
    request.query.get('overwrite') !== 'false' || !existsSync(path);

  return [
    route('GET', '/userdata', async (request) => listFolder(await rootOf(request), request.query)),
    route('GET', '/v2/userdata', async (request) => {
      if ((await users.idOf(request)) === null) return text('Invalid user specified in request', 403);
      return listTree(await rootOf(request), request.query);
    }),
    route('GET', '/userdata/{file}', async (request) => {
      const found = await existing(request);
      if (typeof found === 'number') return empty(found);
      const headers = downloadHeaders(found.path, found.root);
      if (isFolder(found.path)) {
        return { ...empty(403), headers: { 'Content-Type': 'application/octet-stream', ...headers } };
      }
      return fileAnswer(request, found.path, headers);
    }),
    route('POST', '/userdata/{file}', async (request) => {
      const target = await locate(request, request.params.file ?? '');
      if (target === null) return empty(403);
      if (!mayWrite(request, target.path)) return text('File already exists', 409);
      const bytes = await request.body();
      try {
        await mkdir(dirname(target.path), { recursive: true });
        await writeFile(target.path, bytes);
      } catch (error) {
        if (!isSystemError(error)) throw error;
        return empty(400);
      }
      return answerFor(request, target);
    }),
    route('DELETE', '/userdata/{file}', async (request) => {
      const found = await existing(request);
      if (typeof found === 'number') return empty(found);
      await rm(found.path);
      return empty(204);
    }),
    route('POST', '/userdata/{file}/move/{dest}', async (request) => {
      const found = await existing(request);
      if (typeof found === 'number') return empty(found);
      const target = await locate(request, request.params.dest ?? '');
      if (target === null) return empty(403);
      if (!mayWrite(request, target.path)) return text('File already exists', 409);
      await mkdir(dirname(target.path), { recursive: true });
      // Onto a folder means into it.
      await rename(found.path, isFolder(target.path) ? join(target.path, basename(found.path)) : target.path);
      return answerFor(request, target);
    }),
  ];
};
