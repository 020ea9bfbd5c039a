/** A file that clients put into the gateway's own input folder. */
export interface UploadedFile {
  readonly name: string;
  readonly subfolder: string;
  readonly type: string;
}

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

/**
 * The names that an input with such an upload offers, sorted. Only files that lie directly in the input folder: those in its folders
 * are taken, but ComfyUI does not list them. A kind that nobody knows lists none.
 */
export const uploadedNames = (files: readonly UploadedFile[], uploadKind: string): readonly string[] => {
  const endings = Object.hasOwn(endingsByKind, uploadKind) ? endingsByKind[uploadKind] : undefined;
  if (endings === undefined) return [];
  return files
    .filter(({ name, subfolder, type }) => type === 'input' && subfolder === '' && endings.has(endingOf(name)))
    .map(({ name }) => name)
    .toSorted();
};
