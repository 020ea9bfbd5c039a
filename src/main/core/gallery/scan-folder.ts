import type { FoundFile, GalleryFiles, GalleryFolder, GalleryIndex } from '#core/ports/gallery.ts';
import { mediaKindOf } from './media-kind.ts';

/** Deeper folders are left out; ComfyUI makes one or two levels. */
const deepest = 12;
const namesOfPiece = 1000;
const filesOfPiece = 128;
/** Taking a file out costs far more than adding one: all of its letters go too. */
const droppedOfPiece = 200;
/** A folder that changed so lately may change again within the same tick of its clock. */
const settledMs = 2500;

export interface ScanParts {
  readonly index: GalleryIndex;
  readonly files: GalleryFiles;
  readonly now: () => number;
  /** Called between two pieces of work: lets others have their turn, and answers false when it is to end. */
  readonly rest: () => Promise<boolean>;
  readonly maxItems: number;
}

export type ScanOutcome = 'complete' | 'ended' | 'truncated' | 'no-folder';

interface Place {
  readonly folderId: number;
  readonly path: string;
  readonly subfolder: string;
}

const within = (subfolder: string, name: string): string => (subfolder === '' ? name : `${subfolder}/${name}`);

/** Names in one folder: what may be a result, and the folders in it. */
const listNames = async ({ files, rest }: ScanParts, place: Place) => {
  const names = new Set<string>();
  const folders: string[] = [];
  for await (const piece of files.entries(place.path, place.subfolder)) {
    for (const { name, isFolder } of piece) {
      if (isFolder) {
        if (!name.startsWith('.')) folders.push(name);
      } else if (mediaKindOf(name) !== null) names.add(name);
    }
    if (!(await rest())) return null;
  }
  return { names, folders };
};

const described = async ({ files }: ScanParts, place: Place, names: readonly string[]): Promise<FoundFile[]> => {
  const found = await files.stat(place.path, place.subfolder, names);
  return found.flatMap((file) => {
    const kind = mediaKindOf(file.name);
    return kind === null ? [] : [{ ...file, kind }];
  });
};

const addFiles = async (parts: ScanParts, place: Place, names: readonly string[]): Promise<ScanOutcome> => {
  const { index, rest, maxItems } = parts;
  // Counting all of them again for each piece would cost more than the pieces.
  const room = names.length === 0 ? 0 : maxItems - index.total({});
  for (let first = 0; first < names.length; first += filesOfPiece) {
    if (first + filesOfPiece > room) return 'truncated';
    const found = await described(parts, place, names.slice(first, first + filesOfPiece));
    index.putFiles(place.folderId, place.subfolder, found);
    if (!(await rest())) return 'ended';
  }
  return 'complete';
};

/**
 * Compares one folder with the index, piece by piece: names that are gone leave it, new ones are looked at. Known files are looked at
 * again only when all is (`isThorough`), since programs that make pictures write new ones.
 */
const compareNames = async (
  parts: ScanParts,
  place: Place,
  listed: Set<string>,
  isThorough: boolean,
): Promise<ScanOutcome> => {
  const { index, rest } = parts;
  const { folderId, subfolder } = place;
  const fresh = new Set(listed);
  for (let after = ''; ; ) {
    const known = index.names(folderId, subfolder, after, namesOfPiece);
    const gone: number[] = [];
    for (const { id, name, isShown } of known) {
      if (!listed.has(name)) gone.push(id);
      else if (isShown && !isThorough) fresh.delete(name);
    }
    for (let first = 0; first === 0 || first < gone.length; first += droppedOfPiece) {
      index.drop(gone.slice(first, first + droppedOfPiece));
      if (!(await rest())) return 'ended';
    }
    const last = known.at(-1);
    if (last === undefined || known.length < namesOfPiece) break;
    after = last.name;
  }
  return addFiles(parts, place, [...fresh]);
};

/** A folder that is gone, with all in it; false when all work is to end. */
const dropDirectory = async ({ index, rest }: ScanParts, { folderId }: Place, subfolder: string): Promise<boolean> => {
  while (!index.dropDirectory(folderId, subfolder, droppedOfPiece)) if (!(await rest())) return false;
  return true;
};

const scanDirectory = async (
  parts: ScanParts,
  place: Place,
  { isThorough, depth }: { readonly isThorough: boolean; readonly depth: number },
): Promise<ScanOutcome> => {
  const { index, files, now } = parts;
  const { folderId, path, subfolder } = place;
  const beganAt = now();
  const modifiedAtMs = await files.modifiedAt(path, subfolder);
  if (modifiedAtMs === null) {
    // An output folder that is away may be on a disk that comes back; a folder in it is gone.
    const isDone = subfolder === '' || (await dropDirectory(parts, place, subfolder));
    return isDone ? 'no-folder' : 'ended';
  }
  const known = index.directory(folderId, subfolder);
  let folders = known?.folders ?? [];
  if (known === null || isThorough || known.modifiedAtMs !== modifiedAtMs) {
    const listed = await listNames(parts, place);
    if (listed === null) return 'ended';
    const outcome = await compareNames(parts, place, listed.names, isThorough);
    if (outcome !== 'complete') return outcome;
    for (const name of folders) {
      const isGone = !listed.folders.includes(name);
      if (isGone && !(await dropDirectory(parts, place, within(subfolder, name)))) return 'ended';
    }
    folders = listed.folders;
    const isSettled = beganAt - modifiedAtMs > settledMs;
    index.putDirectory(folderId, subfolder, { modifiedAtMs: isSettled ? modifiedAtMs : 0, folders });
  }
  if (depth >= deepest) return 'complete';
  let worst: ScanOutcome = 'complete';
  for (const name of folders) {
    const outcome = await scanDirectory(
      parts,
      { ...place, subfolder: within(subfolder, name) },
      { isThorough, depth: depth + 1 },
    );
    if (outcome === 'ended') return 'ended';
    if (outcome === 'truncated') worst = 'truncated';
  }
  return worst;
};

/** Brings the index up to date with one output folder. STORE_READ_FAILED where the folder cannot be read. */
export const scanFolder = (parts: ScanParts, folder: GalleryFolder, isThorough: boolean): Promise<ScanOutcome> => {
  const folderId = parts.index.folderId(folder);
  return scanDirectory(parts, { folderId, path: folder.path, subfolder: '' }, { isThorough, depth: 0 });
};
