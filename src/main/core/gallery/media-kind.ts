import type { GalleryKind } from '#contract/models/gallery.ts';

/** By the ending of a name. GIFs count as animations until one was looked into; of the others that may move, few do. */
const kinds: Readonly<Record<string, GalleryKind>> = {
  png: 'image',
  jpg: 'image',
  jpeg: 'image',
  webp: 'image',
  avif: 'image',
  bmp: 'image',
  tif: 'image',
  tiff: 'image',
  apng: 'animation',
  gif: 'animation',
  mp4: 'video',
  m4v: 'video',
  webm: 'video',
  mov: 'video',
  mkv: 'video',
  avi: 'video',
  mp3: 'audio',
  wav: 'audio',
  flac: 'audio',
  ogg: 'audio',
  opus: 'audio',
  m4a: 'audio',
  aac: 'audio',
  txt: 'text',
  md: 'text',
};

/** What a file is by its name; null for what is no result that a person looks at, such as a latent or a sidecar. */
export const mediaKindOf = (name: string): GalleryKind | null => {
  if (name.startsWith('.')) return null;
  const dot = name.lastIndexOf('.');
  const ending = dot <= 0 ? '' : name.slice(dot + 1).toLowerCase();
  return Object.hasOwn(kinds, ending) ? (kinds[ending] ?? null) : null;
};

/** Whether a small picture can be made of it. */
export const canBeDrawn = (kind: GalleryKind): boolean => kind === 'image' || kind === 'animation';
