import type { Cancel } from '#core/ports/clock.ts';
import { createEmitter } from '#core/shared/emitter.ts';

/** The gateway's own input folder, as far as the lists of nodes show it. */
export interface InputFolder {
  /** Paths below the folder, with forward slashes. */
  list(folder: 'input'): readonly { readonly path: string }[];
  onChange(listener: () => void): Cancel;
}

/** The names that clients may choose from, sorted; the very same list for as long as nothing changes. */
export interface UploadList {
  names(): readonly string[];
  onChange(listener: () => void): Cancel;
  close(): void;
}

/** Files that lie directly in the folder: those in its folders are taken, but ComfyUI does not list them. */
const listedNames = (folder: InputFolder): readonly string[] =>
  folder
    .list('input')
    .flatMap(({ path }) => (path.includes('/') ? [] : [path]))
    .toSorted();

const isSame = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && one.every((name, index) => name === other[index]);

export const createUploadList = (folder: InputFolder): UploadList => {
  const changes = createEmitter<void>();
  let names = listedNames(folder);
  const close = folder.onChange(() => {
    const now = listedNames(folder);
    if (isSame(names, now)) return;
    names = now;
    changes.emit();
  });
  return { names: () => names, onChange: (listener) => changes.on(listener), close };
};

const imageEndings = ['png', 'jpg', 'jpeg', 'webp', 'gif', 'bmp', 'tif', 'tiff', 'avif', 'svg', 'ico', 'heic'];
const videoEndings = ['mp4', 'webm', 'mkv', 'mov', 'avi', 'm4v', 'mpg', 'mpeg', 'ogv', 'wmv', 'flv'];
const audioEndings = ['mp3', 'wav', 'flac', 'ogg', 'opus', 'm4a', 'aac', 'aiff', 'wma', 'weba'];

/** As ComfyUI lists its input folder for each kind: by the media type that the ending stands for; sound may come from a video. */
const endingsByKind: Readonly<Record<string, ReadonlySet<string>>> = {
  image_upload: new Set(imageEndings),
  animated_image_upload: new Set(imageEndings),
  video_upload: new Set(videoEndings),
  audio_upload: new Set([...audioEndings, ...videoEndings]),
};

const endingOf = (name: string): string => name.slice(name.lastIndexOf('.') + 1).toLowerCase();

/** Those of the names that an input with such an upload offers. A kind that nobody knows offers none. */
export const offeredUploads = (names: readonly string[], uploadKind: string): readonly string[] => {
  const endings = Object.hasOwn(endingsByKind, uploadKind) ? endingsByKind[uploadKind] : undefined;
  return endings === undefined ? [] : names.filter((name) => endings.has(endingOf(name)));
};
