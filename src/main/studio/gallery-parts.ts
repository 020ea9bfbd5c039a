import { join } from 'node:path';
import type { InstanceView } from '#contract/models/instance.ts';
import { createGallery, type Gallery } from '#core/gallery/gallery.ts';
import { outputFoldersOf } from '#core/instances/configuration/instance-folders.ts';
import type { Jobs } from '#core/jobs/jobs.ts';
import type { GalleryFolder } from '#core/ports/gallery.ts';
import { openGalleryIndex } from '../platform/gallery/gallery-index.ts';
import { createOutputFiles } from '../platform/gallery/output-files.ts';
import { createSystemTrash } from '../platform/gallery/system-trash.ts';
import { createThumbnails } from '../platform/gallery/thumbnails.ts';
import type { StudioPlatform } from './platform.ts';
import type { StudioOptions } from './studio.ts';

/** Each folder once; one that several instances share is that of none. */
const galleryFolders = (
  instances: readonly InstanceView[],
  { dataFolder, platform }: Pick<StudioOptions, 'dataFolder' | 'platform'>,
): readonly GalleryFolder[] => {
  const owners = new Map<string, string | null>();
  for (const { configuration } of instances) {
    const folders = outputFoldersOf(configuration, dataFolder, platform);
    if (folders !== null) owners.set(folders.output, owners.has(folders.output) ? null : configuration.id);
  }
  return [...owners].map(([path, instanceId]) => ({ path, instanceId }));
};

/** The gallery over the parts of a studio: its index and its small pictures stand in the data folder. */
export const createGalleryParts = (parts: {
  readonly platform: StudioPlatform;
  readonly options: Pick<StudioOptions, 'dataFolder' | 'platform'>;
  readonly jobs: Jobs;
  readonly instances: () => readonly InstanceView[];
}): Gallery => {
  const { platform, options, jobs, instances } = parts;
  const { clock, logger } = platform;
  const index = openGalleryIndex({ path: join(options.dataFolder, 'gallery.sqlite'), logger });
  const gallery = createGallery({
    ...platform,
    jobs,
    index,
    files: createOutputFiles(clock.now),
    thumbnails: createThumbnails({ folder: join(options.dataFolder, 'thumbnails'), now: clock.now }),
    trash: createSystemTrash(options.platform),
    folders: () => galleryFolders(instances(), options),
  });
  return {
    ...gallery,
    stop: async () => {
      try {
        await gallery.stop();
      } finally {
        index.close();
      }
    },
  };
};
