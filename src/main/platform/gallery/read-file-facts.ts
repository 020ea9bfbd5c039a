import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import type { GalleryKind } from '#contract/models/gallery.ts';
import type { FileFacts } from '#core/ports/gallery.ts';
import { loadSharp } from '../pictures/load-sharp.ts';
import { exifTexts } from './exif-texts.ts';
import { type OpenBytes, openBytes } from './open-bytes.ts';
import { readMp4 } from './read-mp4.ts';
import { readPng } from './read-png.ts';

/** A file whose end is missing is still being written, unless nothing happened to it for so long. */
const writingMs = 30_000;
const excerptBytes = 2400;
/** Larger pictures are not unpacked, as ComfyUI does not unpack them. */
const maxPixels = 178_956_970;

type Content = Pick<FileFacts, 'width' | 'height' | 'texts' | 'excerpt'> & {
  readonly kind: GalleryKind;
  /** `no`: what is there cannot be shown as it is. `unknown`: only who unpacks it can tell. */
  readonly isWhole: 'yes' | 'no' | 'unknown';
};

const nothing = { width: null, height: null, texts: {}, excerpt: '' } as const;

const readPicture = async (path: string, kind: GalleryKind): Promise<Content> => {
  const sharp = await loadSharp();
  try {
    const {
      width,
      height,
      pageHeight,
      pages = 1,
      exif,
    } = await sharp(path, { limitInputPixels: maxPixels }).metadata();
    return {
      kind: pages > 1 ? 'animation' : 'image',
      width,
      height: pageHeight ?? height,
      texts: exif === undefined ? {} : exifTexts(exif),
      excerpt: '',
      isWhole: 'unknown',
    };
  } catch (error) {
    // What sharp throws for what it cannot read has no code of its own.
    if (error instanceof Error) return { ...nothing, kind, isWhole: 'no' };
    throw error;
  }
};

const endsWith = async (file: OpenBytes, ending: Buffer): Promise<boolean> =>
  (await file.at(Math.max(0, file.sizeBytes - ending.length), ending.length)).equals(ending);

const isWholeWebp = async (file: OpenBytes): Promise<boolean> => {
  const head = await file.at(0, 12);
  return head.length === 12 && head.readUInt32LE(4) + 8 <= file.sizeBytes;
};

const readPngContent = async (file: OpenBytes, kind: GalleryKind): Promise<Content> => {
  const png = await readPng(file);
  if (png === null) return { ...nothing, kind, isWhole: 'no' };
  return {
    kind: png.isAnimated ? 'animation' : 'image',
    width: png.width > 0 ? png.width : null,
    height: png.height > 0 ? png.height : null,
    texts: png.texts,
    excerpt: '',
    isWhole: png.isComplete ? 'yes' : 'no',
  };
};

const readOther = async (file: OpenBytes, kind: GalleryKind, ending: string): Promise<Content> => {
  if (['mp4', 'm4v', 'mov'].includes(ending)) {
    const { width, height, isComplete } = await readMp4(file);
    return { ...nothing, kind, width, height, isWhole: isComplete ? 'yes' : 'no' };
  }
  const excerpt = kind === 'text' ? (await file.at(0, excerptBytes)).toString('utf8').replaceAll('\0', '') : '';
  return { ...nothing, kind, excerpt, isWhole: 'yes' };
};

const readContent = async (file: OpenBytes, path: string, kind: GalleryKind): Promise<Content> => {
  if (file.sizeBytes === 0) return { ...nothing, kind, isWhole: 'no' };
  const ending = path.slice(path.lastIndexOf('.') + 1).toLowerCase();
  if (ending === 'png' || ending === 'apng') return readPngContent(file, kind);
  if (kind !== 'image' && kind !== 'animation') return readOther(file, kind, ending);
  const picture = await readPicture(path, kind);
  if (picture.isWhole === 'no') return picture;
  if (ending === 'webp') return { ...picture, isWhole: (await isWholeWebp(file)) ? 'yes' : 'no' };
  if (ending === 'gif') return { ...picture, isWhole: (await endsWith(file, Buffer.from([0x3b]))) ? 'yes' : 'unknown' };
  if (ending === 'jpg' || ending === 'jpeg')
    return { ...picture, isWhole: (await endsWith(file, Buffer.from([0xff, 0xd9]))) ? 'yes' : 'unknown' };
  return picture;
};

const stateOf = (isWhole: Content['isWhole'], ageMs: number): FileFacts['state'] => {
  if (isWhole === 'yes') return 'ready';
  if (ageMs >= 0 && ageMs < writingMs) return 'writing';
  return isWhole === 'no' ? 'damaged' : 'ready';
};

const factsOf = async (
  handle: FileHandle,
  path: string,
  kind: GalleryKind,
  now: () => number,
): Promise<FileFacts | null> => {
  const stats = await handle.stat();
  if (!stats.isFile()) return null;
  const { kind: found, isWhole, ...content } = await readContent(openBytes(handle, stats.size), path, kind);
  return {
    ...content,
    kind: found,
    state: stateOf(isWhole, now() - stats.mtimeMs),
    sizeBytes: stats.size,
    modifiedAtMs: stats.mtimeMs,
  };
};

/** What a file says of itself; a file system error of the opening is thrown on. Links are not followed. */
export const readFileFacts = async (path: string, kind: GalleryKind, now: () => number): Promise<FileFacts | null> => {
  const noFollow = process.platform === 'win32' ? 0 : constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const handle = await open(path, constants.O_RDONLY | noFollow);
  try {
    return await factsOf(handle, path, kind, now);
  } finally {
    await handle.close();
  }
};
