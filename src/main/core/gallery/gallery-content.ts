import { StudioError } from '#contract/errors.ts';
import type { FileAnswer } from '#core/ports/comfy-client.ts';
import type { GalleryLocation, ThumbnailSource } from '#core/ports/gallery.ts';
import type { GalleryDependencies } from './gallery-dependencies.ts';
import { canBeDrawn } from './media-kind.ts';
import { readFiles } from './read-files.ts';

interface OpenOptions {
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/** The bytes of results and of their small pictures. */
export interface GalleryContent {
  /** GALLERY_ITEM_NOT_FOUND, and the codes of whoever has it. */
  open(itemId: number, options: OpenOptions): Promise<FileAnswer>;
  /** GALLERY_ITEM_NOT_FOUND, GALLERY_NO_THUMBNAIL. */
  openThumbnail(itemId: number, options: OpenOptions): Promise<FileAnswer>;
  prepare(location: GalleryLocation): Promise<void>;
}

type Parts = Pick<GalleryDependencies, 'index' | 'files' | 'thumbnails' | 'outputFolders' | 'jobs' | 'clock'> & {
  readonly onChange: () => void;
};

const notFound = (itemId: number, cause?: unknown): StudioError =>
  new StudioError('GALLERY_ITEM_NOT_FOUND', undefined, { details: { itemId }, cause });

const noThumbnail = (itemId: number): StudioError =>
  new StudioError('GALLERY_NO_THUMBNAIL', undefined, { details: { itemId } });

/** A small picture never changes, since another content has another version in its address. */
const thumbnailHeaders = (etag: string, contentType: string): Record<string, string> => ({
  'content-type': contentType,
  'cache-control': 'private, max-age=31536000, immutable',
  etag,
});

async function* pieces(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  yield bytes;
}

export const createGalleryContent = (parts: Parts): GalleryContent => {
  const { index, files, thumbnails, outputFolders, jobs, clock, onChange } = parts;

  const locate = (itemId: number): GalleryLocation => {
    const location = index.location(itemId);
    if (location === null || index.item(itemId) === null) throw notFound(itemId);
    return location;
  };

  const open = async (location: GalleryLocation, options: Partial<OpenOptions>): Promise<FileAnswer> => {
    const { id, folder, name, subfolder, jobId, jobIndex } = location;
    try {
      if (folder !== null) return await outputFolders.open(folder, { filename: name, subfolder }, options);
      if (jobId === null || jobIndex === null) throw notFound(id);
      return await jobs.openOutput(jobId, jobIndex, options);
    } catch (error) {
      if (!(error instanceof StudioError) || error.code !== 'JOB_NOT_FOUND') throw error;
      index.drop([id]);
      onChange();
      throw notFound(id, error);
    }
  };

  const sourceOf = async (location: GalleryLocation): Promise<ThumbnailSource | null> => {
    const { folder, subfolder, name, version, jobId, jobIndex } = location;
    const file = folder === null ? null : await files.locate(folder, subfolder, name);
    if (folder !== null && file === null) return null;
    const key = file === null ? `job ${jobId} ${jobIndex}` : `${file} ${version}`;
    return {
      key,
      file,
      read: async (signal) => (await open(location, signal === undefined ? {} : { signal })).body,
    };
  };

  /** What nobody looked into has no version yet. */
  const lookedInto = async (location: GalleryLocation): Promise<GalleryLocation> => {
    if (location.folder === null || location.state !== 'unread') return location;
    await readFiles({ index, files, now: clock.now }, [location]);
    onChange();
    return locate(location.id);
  };

  const noteDamage = ({ id, state }: GalleryLocation): void => {
    if (state !== 'ready') return;
    index.putState(id, 'damaged');
    onChange();
  };

  return {
    open: (itemId, options) => open(locate(itemId), options),
    openThumbnail: async (itemId, { headers, signal }) => {
      const location = await lookedInto(locate(itemId));
      if (!canBeDrawn(location.kind) || location.state === 'writing') throw noThumbnail(itemId);
      const source = await sourceOf(location);
      if (source === null) throw notFound(itemId);
      const picture = await thumbnails.open(source, signal);
      if (picture === null) {
        noteDamage(location);
        throw noThumbnail(itemId);
      }
      const { bytes, etag, contentType } = picture;
      const known = thumbnailHeaders(etag, contentType);
      if (headers['if-none-match'] === etag) return { status: 304, headers: known, body: pieces(new Uint8Array()) };
      return { status: 200, headers: { ...known, 'content-length': String(bytes.length) }, body: pieces(bytes) };
    },
    prepare: async (location) => {
      try {
        const source = await sourceOf(location);
        if (source !== null && !(await thumbnails.prepare(source))) noteDamage(location);
      } catch (error) {
        // Nobody waits for it; whoever asks later is told.
        if (!(error instanceof StudioError)) throw error;
      }
    },
  };
};
