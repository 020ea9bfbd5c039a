import type sharpConstructor from 'sharp';

/** Loaded when the first picture is: it is a library of its own, and most studios never need it. */
export const loadSharp = async (): Promise<typeof sharpConstructor> => {
  const { default: sharp } = await import('sharp');
  // The cards are what this machine is for: one core at a time is enough, and nothing is kept.
  sharp.concurrency(1);
  sharp.cache(false);
  return sharp;
};
