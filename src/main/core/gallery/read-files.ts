import type { GalleryFiles, GalleryIndex, GalleryLocation } from '#core/ports/gallery.ts';
import { factsOfTexts } from './text-facts.ts';

const filesOfPiece = 8;
const writingOfPiece = 64;

interface Parts {
  readonly index: GalleryIndex;
  readonly files: Pick<GalleryFiles, 'read'>;
}

/** Looks into these files and notes what they say; one that is gone leaves the gallery. */
export const readFiles = async ({ index, files }: Parts, locations: readonly GalleryLocation[]): Promise<void> => {
  const read = await Promise.all(locations.map(async (location) => ({ location, file: await files.read(location) })));
  index.drop(read.flatMap(({ location, file }) => (file === null ? location.id : [])));
  index.putFacts(
    read.flatMap(({ location, file }) =>
      file === null ? [] : [{ id: location.id, file, prompt: factsOfTexts(file.texts) }],
    ),
  );
};

/** Looks into everything that nobody looked into, newest first. `seen` is told what was read. */
export const readUnread = async (
  parts: Parts,
  rest: () => Promise<boolean>,
  seen: (locations: readonly GalleryLocation[]) => void,
): Promise<boolean> => {
  for (;;) {
    const locations = parts.index.unread(filesOfPiece);
    if (locations.length === 0) return true;
    await readFiles(parts, locations);
    seen(locations);
    if (!(await rest())) return false;
  }
};

/** Looks again into files whose end was missing; answers whether there are any left. */
export const readWriting = async (parts: Parts): Promise<boolean> => {
  const locations = parts.index.writing(writingOfPiece);
  if (locations.length === 0) return false;
  await readFiles(parts, locations);
  return true;
};
