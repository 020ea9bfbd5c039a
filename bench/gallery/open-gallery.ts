import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createGallery, type Gallery } from '#core/gallery/gallery.ts';
import type { GalleryIndex } from '#core/ports/gallery.ts';
import { createOutputFolderReader } from '#main/platform/comfy/output-folder-reader.ts';
import { openGalleryIndex } from '#main/platform/gallery/gallery-index.ts';
import { createOutputFiles } from '#main/platform/gallery/output-files.ts';
import { createThumbnails } from '#main/platform/gallery/thumbnails.ts';

export interface OpenGallery {
  readonly gallery: Gallery;
  readonly index: GalleryIndex;
  /** How often it began to look at the folder. */
  scans(): number;
  close(): Promise<void>;
}

/** The gallery of a studio without a studio: one output folder, and no jobs. */
export const openGallery = (dataFolder: string, outputFolder: string): OpenGallery => {
  mkdirSync(dataFolder, { recursive: true });
  const logger = { debug: () => {}, info: () => {}, warn: console.error, error: console.error };
  const index = openGalleryIndex({ path: join(dataFolder, 'gallery.sqlite'), logger });
  let scans = 0;
  const gallery = createGallery({
    index,
    logger,
    files: createOutputFiles(Date.now),
    thumbnails: createThumbnails({ folder: join(dataFolder, 'thumbnails'), now: Date.now }),
    trash: { canRestore: false, move: async () => false, restore: async () => false },
    outputFolders: createOutputFolderReader(),
    jobs: {
      onChange: () => () => {},
      record: () => undefined,
      prompt: () => ({}),
      openOutput: () => Promise.reject(new Error('there are no jobs')),
      live: { onChange: () => () => {} },
    },
    jobStore: { page: () => ({ jobs: [], total: 0 }) },
    folders: () => {
      scans += 1;
      return [{ path: outputFolder, instanceId: 'bench' }];
    },
    clock: {
      now: () => Date.now(),
      schedule: (delayMs, task) => {
        const timer = setTimeout(task, delayMs);
        return () => clearTimeout(timer);
      },
    },
    makeId: randomUUID,
  });
  return {
    gallery,
    index,
    scans: () => scans,
    close: async () => {
      await gallery.stop();
      index.close();
    },
  };
};
