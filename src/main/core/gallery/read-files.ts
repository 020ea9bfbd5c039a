import type { GalleryFiles, GalleryIndex, GalleryLocation } from '#core/ports/gallery.ts';
import { factsOfTexts } from './text-facts.ts';

/** Files of one piece: the first, and the bounds of what follows. Those of one piece are written at once. */
const firstPiece = 16;
const pieceBounds = { least: 4, most: 64 } as const;
const writingOfPiece = 32;
/** Nobody feels a pause of this length. */
const usualWriteMs = 12;

interface Parts {
  readonly now: () => number;
  readonly index: GalleryIndex;
  readonly files: Pick<GalleryFiles, 'read'>;
}

/** Looks into these files and notes what they say; one that is gone leaves the gallery. Answers how long the noting took. */
export const readFiles = async (
  { index, files, now }: Parts,
  locations: readonly GalleryLocation[],
): Promise<number> => {
  const read = await Promise.all(locations.map(async (location) => ({ location, file: await files.read(location) })));
  const beganAt = now();
  index.drop(read.flatMap(({ location, file }) => (file === null ? location.id : [])));
  index.putFacts(
    read.flatMap(({ location, file }) =>
      file === null ? [] : [{ id: location.id, file, prompt: factsOfTexts(file.texts) }],
    ),
  );
  return now() - beganAt;
};

/** Prompts are short or very long, machines fast or slow: the next piece is as large as the last one allows. */
const nextPiece = (files: number, writeMs: number): number =>
  Math.max(pieceBounds.least, Math.min(pieceBounds.most, writeMs > usualWriteMs ? files >> 1 : files + 4));

/** Looks into everything that nobody looked into, newest first. `seen` is told what was read. */
export const readUnread = async (
  parts: Parts,
  rest: () => Promise<boolean>,
  seen: (locations: readonly GalleryLocation[]) => void,
): Promise<boolean> => {
  for (let piece = firstPiece; ; ) {
    const locations = parts.index.unread(piece);
    if (locations.length === 0) return true;
    piece = nextPiece(piece, await readFiles(parts, locations));
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
