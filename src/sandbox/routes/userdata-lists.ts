import { existsSync, statSync } from 'node:fs';
import { relative } from 'node:path';
import { containedPath } from '../folders/contained-path.ts';
import { type Answer, json, text } from '../http/answer.ts';
import { fileInfo, listUserFiles, slashed } from './userdata-files.ts';

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

/** Whether a switch of the query is on. */
export const isOn = (query: URLSearchParams, name: string): boolean => query.get(name)?.toLowerCase() === 'true';

/** GET /userdata: the files of one folder. */
export const listFolder = async (root: string, query: URLSearchParams): Promise<Answer> => {
  const directory = query.get('dir') ?? '';
  if (directory === '') return text('Directory not provided', 400);
  const folder = containedPath(root, directory);
  if (folder === null) return text('Invalid directory', 403);
  if (!isFolder(folder)) return text('Directory not found', 404);
  const found = await listUserFiles(folder, isOn(query, 'recurse'));
  const files = found.filter(({ kind }) => kind === 'file').map(({ path }) => path);
  if (isOn(query, 'full_info')) return json(await Promise.all(files.map((path) => fileInfo(path, folder))));
  const names = files.map((path) => slashed(relative(folder, path)));
  return json(isOn(query, 'split') ? names.map((name) => [name, ...name.split('/')]) : names);
};

/** GET /v2/userdata: everything below a folder, folders as well. */
export const listTree = async (root: string, query: URLSearchParams): Promise<Answer> => {
  const folder = containedPath(root, query.get('path') ?? '');
  if (folder === null) return text('Invalid path', 403);
  if (!existsSync(folder)) return text('Requested path not found', 404);
  if (!isFolder(folder)) return text('Requested path is not a directory', 400);
  const found = await listUserFiles(folder, true);
  return json(
    found.map(({ path, name, kind, stats }) => ({
      name,
      path: slashed(relative(root, path)),
      type: kind,
      ...(kind === 'file' ? { size: stats.size, modified: stats.mtimeMs / 1000 } : {}),
    })),
  );
};
