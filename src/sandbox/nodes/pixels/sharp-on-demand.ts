import type sharpConstructor from 'sharp';

/** The picture codec, loaded at its first use: a server that only waits stays small. */
export const loadSharp = async (): Promise<typeof sharpConstructor> => {
  const { default: sharp } = await import('sharp');
  // Many servers share one machine: one thread each, and no cache of opened files.
  sharp.concurrency(1);
  sharp.cache(false);
  return sharp;
};
