import { mkdir, readdir } from 'node:fs/promises';
import path from 'node:path';
import { createNodeError } from '#comfyui/python/node-failure.ts';

/** What `%width%` and its like stand for in a file name prefix. */
export interface PrefixValues {
  readonly width: number;
  readonly height: number;
  /** Local time. */
  readonly now: Date;
}

const twoDigits = (value: number): string => String(value).padStart(2, '0');

/** Replaces the tokens that the server knows; `%date:...%` and `%Node.widget%` are a client's and stay (5.3). */
export const expandPrefix = (prefix: string, { width, height, now }: PrefixValues): string =>
  prefix
    .replaceAll('%width%', String(width))
    .replaceAll('%height%', String(height))
    .replaceAll('%year%', String(now.getFullYear()))
    .replaceAll('%month%', twoDigits(now.getMonth() + 1))
    .replaceAll('%day%', twoDigits(now.getDate()))
    .replaceAll('%hour%', twoDigits(now.getHours()))
    .replaceAll('%minute%', twoDigits(now.getMinutes()))
    .replaceAll('%second%', twoDigits(now.getSeconds()));

const normalise = (text: string): string => (process.platform === 'win32' ? text.toLowerCase() : text);

/**
 * The number for the next file with this name: one more than the largest that follows `name_` in a file of the folder, up
 * to the next `_` or `.`; what is no number counts as 0.
 */
export const nextCounter = (fileNames: readonly string[], name: string): number => {
  const prefix = `${name}_`;
  let largest = 0;
  for (const fileName of fileNames) {
    if (!normalise(fileName).startsWith(normalise(prefix))) continue;
    const [digits = ''] = fileName.slice(prefix.length).split(/[_.]/);
    if (/^\d+$/.test(digits)) largest = Math.max(largest, Number(digits));
  }
  return largest + 1;
};

/** Where pictures of a prefix go. */
export interface OutputPlace {
  readonly folder: string;
  /** Relative to the output folder, as `executed` names it. */
  readonly subfolder: string;
  readonly name: string;
  readonly counter: number;
}

const fileNamesIn = async (folder: string): Promise<string[]> => {
  try {
    return await readdir(folder);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
};

/** Resolves a prefix, which may name subfolders, creates the folder, and fails when it lies outside `outputFolder`. */
export const prepareOutput = async (
  prefix: string,
  outputFolder: string,
  values: PrefixValues,
): Promise<OutputPlace> => {
  const normal = path.normalize(expandPrefix(prefix, values)).replace(/[\\/]+$/, '');
  const parent = path.dirname(normal);
  const subfolder = parent === '.' ? '' : parent;
  const root = path.resolve(outputFolder);
  const folder = path.resolve(root, subfolder);
  if (folder !== root && !folder.startsWith(root.endsWith(path.sep) ? root : root + path.sep)) {
    throw createNodeError(
      'Exception',
      '**** ERROR: Saving image outside the output folder is not allowed.\n' +
        ` full_output_folder: ${folder}\n         output_dir: ${root}`,
    );
  }
  const name = path.basename(normal);
  const counter = nextCounter(await fileNamesIn(folder), name);
  await mkdir(folder, { recursive: true });
  return { folder, subfolder, name, counter };
};

/** `name_00001_.png`; `%batch_num%` becomes the number of the picture in its batch. */
export const outputFileName = (name: string, counter: number, batchNumber: number): string =>
  `${name.replaceAll('%batch_num%', String(batchNumber))}_${String(counter).padStart(5, '0')}_.png`;
