import { StudioError } from '#contract/errors.ts';

/** Reads from the store. Where the file is damaged or of a newer version that is what it fails with: to try again helps against neither. */
export const readStored = <Value>(read: () => Value): Value => {
  try {
    return read();
  } catch (error) {
    const cause = error instanceof StudioError && error.code === 'STORE_READ_FAILED' ? error.cause : null;
    const isFinal =
      cause instanceof StudioError && (cause.code === 'STORE_CORRUPT' || cause.code === 'STORE_NEWER_VERSION');
    throw isFinal ? cause : error;
  }
};

/**
 * What a part of one job is, or `otherwise` where that cannot be read from disk: for whoever tells of jobs, since one damaged row must
 * not keep a job from its end or hide all the others.
 */
export const readableOr = <Value>(read: () => Value, otherwise: Value): Value => {
  try {
    return read();
  } catch (error) {
    if (error instanceof StudioError && error.code === 'STORE_READ_FAILED') return otherwise;
    throw error;
  }
};
