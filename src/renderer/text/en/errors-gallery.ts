import type { ErrorText } from './error-text.ts';

/** Errors of the gallery. */
export const galleryErrors = {
  GALLERY_ITEM_NOT_FOUND: {
    happened: 'This result is not in the gallery any more.',
    means: 'Its file was moved or deleted, or its job was cleared.',
    do: 'Go back to the gallery and choose another one.',
  },
  GALLERY_NO_THUMBNAIL: {
    happened: 'No small picture can be made of this result.',
    means: 'Its file is damaged, still being written, or of a kind that cannot be drawn.',
    do: 'Open the result itself, or look again in a moment.',
  },
  GALLERY_TRASH_GONE: {
    happened: 'These files cannot be brought back from here any more.',
    means: 'The trash was emptied, or Atelier was started again since they were moved there.',
    do: 'Look for them in the trash of your system.',
  },
} as const satisfies Record<string, ErrorText>;
