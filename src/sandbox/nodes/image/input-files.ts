import { createHash } from 'node:crypto';
import { createReadStream, statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createNodeError } from '#comfyui/python/node-failure.ts';
import { pythonTypeName } from '#comfyui/python/python-text.ts';
import type { SandboxFolders } from '../node-definition.ts';

/** File endings whose media type is an image. */
const imageEndings: ReadonlySet<string> = new Set(
  'png jpg jpeg jpe jfif gif bmp tif tiff webp avif heic heif ico svg ief pbm pgm pnm ppm ras rgb xbm xpm xwd'
    .split(' ')
    .map((ending) => `.${ending}`),
);

const hasCode = (error: unknown, ...codes: readonly string[]): boolean =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' && codes.includes(error.code);

/** Pictures at the top level of the input folder, sorted: the options of LoadImage. */
export const listInputImages = async (folders: SandboxFolders): Promise<string[]> => {
  try {
    const entries = await readdir(folders.input, { withFileTypes: true });
    return entries
      .filter((entry) => !entry.isDirectory() && imageEndings.has(path.extname(entry.name).toLowerCase()))
      .map((entry) => entry.name)
      .sort();
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return [];
    throw error;
  }
};

const annotations = [
  { ending: ' [output]', folder: 'output' },
  { ending: ' [input]', folder: 'input' },
  { ending: ' [temp]', folder: 'temp' },
] as const;

/** The file that a LoadImage value names (` [output]` and the like choose the folder); null when it lies outside. */
export const resolveImageName = (name: string, folders: SandboxFolders): string | null => {
  const annotation = annotations.find(({ ending }) => name.endsWith(ending));
  const root = path.resolve(folders[annotation?.folder ?? 'input']);
  const file = path.resolve(root, annotation === undefined ? name : name.slice(0, -annotation.ending.length));
  return file === root || file.startsWith(root + path.sep) ? file : null;
};

/**
 * True when something lies where the name points (a folder counts: only running the node finds that out), else the reason
 * that /prompt answers. Raises as Python does on anything but a text.
 */
export const checkImageName = (name: unknown, folders: SandboxFolders): true | string => {
  if (typeof name !== 'string') {
    throw createNodeError('AttributeError', `'${pythonTypeName(name)}' object has no attribute 'endswith'`);
  }
  const refusal = `Invalid image file: ${name}`;
  const file = resolveImageName(name, folders);
  if (file === null) return refusal;
  try {
    statSync(file);
    return true;
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR', 'ENAMETOOLONG', 'ERR_INVALID_ARG_VALUE')) return refusal;
    throw error;
  }
};

/** SHA-256 of the named file, so that a replaced input is noticed; NaN (never cached) when it is gone. */
export const hashImageFile = async (name: unknown, folders: SandboxFolders): Promise<string | number> => {
  const file = typeof name === 'string' ? resolveImageName(name, folders) : null;
  if (file === null) return Number.NaN;
  const hash = createHash('sha256');
  try {
    await pipeline(createReadStream(file), hash);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return Number.NaN;
    throw error;
  }
  return hash.digest('hex');
};
