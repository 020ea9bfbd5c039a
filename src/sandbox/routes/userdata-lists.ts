import { existsSync, statSync } from 'node:fs';
import { relative } from 'node:path';
import { containedPath } from '../folders/contained-path.ts';
import { type Answer, json, text } from '../http/answer.ts';
import { fileInfo, listUserFiles, slashed, type UserFile } from './userdata-files.ts';

export const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

/** Whether a switch of the query is on. */
export const isOn = (query: URLSearchParams, name: string): boolean => query.get(name)?.toLowerCase() === 'true';

const isHidden = (path: string): boolean =>
  slashed(path)
    .split('/')
    .some((part) => part.startsWith('.'));

/** GET /userdata: the files of one folder. */
export const listFolder = async (root: string, query: URLSearchParams): Promise<Answer> => {
  const directory = query.get('dir') ?? '';
  if (directory === '') return text('Directory not provided', 400);
  const folder = containedPath(root, directory);
  if (folder === null) return text('Invalid directory', 403);
  if (!existsSync(folder)) return text('Directory not found', 404);
  const found = isFolder(folder) ? await listUserFiles(folder, isOn(query, 'recurse')) : [];
  // Python's glob sees nothing whose name, or whose folder's name, starts with a dot.
  const files = found
    .filter(({ path, kind }) => kind === 'file' && !isHidden(relative(folder, path)))
    .map(({ path }) => path);
  if (isOn(query, 'full_info')) return json(await Promise.all(files.map((path) => fileInfo(path, folder))));
  const names = files.map((path) => slashed(relative(folder, path)));
  return json(isOn(query, 'split') ? names.map((name) => [name, ...name.split('/')]) : names);
};

/** The path may be escaped once more inside the query; text that is no escape stays as it is. */
const unescaped = (path: string): string => {
  try {
    return decodeURIComponent(path);
  } catch (error) {
    if (error instanceof URIError) return path;
    throw error;
  }
};

/** Folders first, then by name without regard to case. */
const byKindAndName = (first: UserFile, second: UserFile): number => {
  if (first.kind !== second.kind) return first.kind === 'directory' ? -1 : 1;
  const [left, right] = [first.name.toLowerCase(), second.name.toLowerCase()];
  return left === right ? 0 : left < right ? -1 : 1;
};

/** GET /v2/userdata: everything below a folder, folders as well. */
export const listTree = async (root: string, query: URLSearchParams): Promise<Answer> => {
  const folder = containedPath(root, unescaped(query.get('path') ?? ''));
  if (folder === null) return text('Invalid path requested', 400);
  if (!existsSync(folder)) return text('Requested path not found', 404);
  if (!isFolder(folder)) return text('Requested path is not a directory', 400);
  const found = await listUserFiles(folder, true);
  return json(
    found.toSorted(byKindAndName).map(({ path, name, kind, stats }) => ({
      name,
      path: slashed(relative(root, path)),
      type: kind,
      ...(kind === 'file' ? { size: stats.size, modified: stats.mtimeMs / 1000 } : {}),
    })),
  );
};
