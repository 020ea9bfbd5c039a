import type { Clock, MakeId } from '#core/ports/clock.ts';
import type { GalleryFiles, GalleryFolder, GalleryIndex, SystemTrash, Thumbnails } from '#core/ports/gallery.ts';
import type { JobStore } from '#core/ports/job-store.ts';
import type { Logger } from '#core/ports/logger.ts';
import type { OutputFolderReader } from '#core/ports/output-folder-reader.ts';
import type { Jobs } from '../jobs/jobs-interface.ts';

/** All that the gallery needs from outside. */
export interface GalleryDependencies {
  /** Opened before, and closed after, by whoever made it. */
  readonly index: GalleryIndex;
  readonly files: GalleryFiles;
  readonly thumbnails: Thumbnails;
  readonly trash: SystemTrash;
  readonly outputFolders: Pick<OutputFolderReader, 'open'>;
  readonly jobs: Pick<Jobs, 'onChange' | 'record' | 'prompt' | 'openOutput'> & {
    readonly live: Pick<Jobs['live'], 'onChange'>;
  };
  readonly jobStore: Pick<JobStore, 'page'>;
  /** The output folders of the instances of this machine, each once. */
  readonly folders: () => readonly GalleryFolder[];
  readonly clock: Clock;
  readonly makeId: MakeId;
  readonly logger: Logger;
}
