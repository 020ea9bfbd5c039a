import { open, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { type ModelFolder, modelSuffixes } from '../folders/model-folders.ts';
import type { SandboxFolders } from '../nodes/node-definition.ts';

/** A model file and the bytes that loading it would read. */
export interface FoundModelFile {
  readonly path: string;
  readonly bytes: number;
}

/** A file of one kind of model: its name below its place, and the place by number. */
export interface ListedModelFile {
  readonly name: string;
  readonly path: string;
  readonly pathIndex: number;
}

/** The model files of a server, as ComfyUI lists them. */
export interface ModelFiles {
  /** The files of one kind of model, sorted by name; the first place wins where names repeat. */
  files(folder: ModelFolder): Promise<readonly ListedModelFile[]>;
  /** Paths relative to the model folder, sorted; read again only when a directory's time has changed. */
  list(folderName: string, folders: SandboxFolders): Promise<string[]>;
  /** The file that a loader's value names, in the first place that has it; null when there is none. */
  find(folderName: string, name: string, folders: SandboxFolders): Promise<FoundModelFile | null>;
}

const hasSuffix = (name: string, suffixes: readonly string[]): boolean =>
  suffixes.length === 0 || suffixes.includes(path.extname(name).toLowerCase());

/** Deeper folders are not looked into, so that a link that leads back up ends. */
const depthLimit = 12;

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');

const modifiedAt = async (folder: string): Promise<number | null> => {
  try {
    return (await stat(folder)).mtimeMs;
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
};

/** What a walk found: files of any ending, and the time of every directory that it read. */
interface Listing {
  readonly files: string[];
  readonly directories: Map<string, number>;
}

const walk = async (root: string, relative: string, depth: number, into: Listing): Promise<void> => {
  const folder = path.join(root, relative);
  const time = await modifiedAt(folder);
  if (time === null || depth > depthLimit) return;
  into.directories.set(folder, time);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const name = path.join(relative, entry.name);
    const isFolder = entry.isDirectory() || (entry.isSymbolicLink() && (await isLinkToFolder(path.join(root, name))));
    if (isFolder && entry.name !== '.git') await walk(root, name, depth + 1, into);
    else if (!isFolder) into.files.push(name);
  }
};

const isLinkToFolder = async (link: string): Promise<boolean> => {
  try {
    return (await stat(link)).isDirectory();
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
};

const isCurrent = async ({ directories }: Listing): Promise<boolean> => {
  for (const [folder, time] of directories) if ((await modifiedAt(folder)) !== time) return false;
  return true;
};

const headerLengthBytes = 8;
const placeholderLimitBytes = 1 << 20;
const headerLimitBytes = 1 << 16;

/** Size that a small safetensors file pretends to have (placeholder-models.ts); null when it pretends nothing. */
const pretendedBytes = async (file: string): Promise<number | null> => {
  const handle = await open(file, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(headerLimitBytes), 0, headerLimitBytes, 0);
    if (bytesRead < headerLengthBytes) return null;
    const length = Number(buffer.readBigUInt64LE(0));
    if (length > bytesRead - headerLengthBytes) return null;
    const text = buffer.toString('utf8', headerLengthBytes, headerLengthBytes + length);
    const [, digits] = /"pretended_bytes":"(\d{1,15})"/.exec(text) ?? [];
    return digits === undefined ? null : Number(digits);
  } finally {
    await handle.close();
  }
};

const modelBytes = async (file: string, size: number): Promise<number> =>
  size > placeholderLimitBytes ? size : ((await pretendedBytes(file)) ?? size);

/** Lists and finds model files; remembers listings until a directory changes. */
export const createModelFiles = (): ModelFiles => {
  const listings = new Map<string, Listing>();

  const listRoot = async (root: string): Promise<readonly string[]> => {
    const known = listings.get(root);
    if (known !== undefined && known.directories.size > 0 && (await isCurrent(known))) return known.files;
    const listing: Listing = { files: [], directories: new Map() };
    await walk(root, '', 0, listing);
    listings.set(root, listing);
    return listing.files;
  };

  const files: ModelFiles['files'] = async ({ places, suffixes }) => {
    const found = new Map<string, ListedModelFile>();
    for (const [pathIndex, place] of places.entries()) {
      for (const name of await listRoot(place)) {
        if (!hasSuffix(name, suffixes) || found.has(name)) continue;
        found.set(name, { name, path: path.join(place, name), pathIndex });
      }
    }
    return [...found.values()].sort((first, second) => (first.name < second.name ? -1 : 1));
  };

  return {
    files,
    async list(folderName, folders) {
      const places = folders.models.get(folderName) ?? [];
      const listed = await files({ name: folderName, places, suffixes: modelSuffixes });
      return listed.map(({ name }) => name);
    },
    async find(folderName, name, folders) {
      for (const root of folders.models.get(folderName) ?? []) {
        const file = path.resolve(root, name);
        if (!file.startsWith(path.resolve(root) + path.sep)) continue;
        try {
          const found = await stat(file);
          if (found.isFile()) return { path: file, bytes: await modelBytes(file, found.size) };
        } catch (error) {
          if (!isMissing(error)) throw error;
        }
      }
      return null;
    },
  };
};
