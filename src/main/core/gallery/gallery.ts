import type { CallOutput } from '#contract/calls/index.ts';
import { StudioError } from '#contract/errors.ts';
import type {
  GalleryDetails,
  GalleryFacets,
  GalleryFilter,
  GalleryPage,
  GalleryStatus,
} from '#contract/models/gallery.ts';
import type { Prompt } from '#contract/models/workflow.ts';
import { createJobCollector } from './collect-jobs.ts';
import { createGalleryContent, type GalleryContent } from './gallery-content.ts';
import type { GalleryDependencies } from './gallery-dependencies.ts';
import { createGalleryGate } from './gallery-gate.ts';
import { createGalleryTopics, type GalleryTopics } from './gallery-topics.ts';
import { createGalleryWork } from './gallery-work.ts';
import { promptOfTexts } from './text-facts.ts';
import { createTrashDesk, type TrashDesk } from './trash-desk.ts';

/** The results of all instances: found, described, searched, shown and thrown away. */
export interface Gallery extends TrashDesk {
  readonly topics: GalleryTopics;
  readonly content: GalleryContent;
  list(page: GalleryPage): CallOutput<'gallery.list'>;
  ids(filter: GalleryFilter, offset: number, limit: number): number[];
  /** GALLERY_ITEM_NOT_FOUND. */
  get(itemId: number): GalleryDetails;
  /** GALLERY_ITEM_NOT_FOUND. */
  neighbours(filter: GalleryFilter, itemId: number): CallOutput<'gallery.neighbours'>;
  /** GALLERY_ITEM_NOT_FOUND; null where nobody knows. */
  prompt(itemId: number): Promise<Prompt | null>;
  facets(): GalleryFacets;
  status(): GalleryStatus;
  /** Looks at every file again, soon. */
  scan(): void;
  start(): void;
  stop(): Promise<void>;
}

const notFound = (itemId: number): StudioError =>
  new StudioError('GALLERY_ITEM_NOT_FOUND', undefined, { details: { itemId } });

const createQueries = (
  dependencies: GalleryDependencies,
): Pick<Gallery, 'list' | 'ids' | 'get' | 'neighbours' | 'prompt' | 'facets'> => {
  const { index, files, jobs } = dependencies;

  const jobPrompt = (jobId: string | null): Prompt | null => {
    if (jobId === null) return null;
    try {
      return jobs.prompt(jobId);
    } catch (error) {
      if (error instanceof StudioError) return null;
      throw error;
    }
  };

  return {
    list: ({ offset, limit, ...filter }) => ({
      total: index.total(filter),
      items: [...index.page(filter, offset, limit)],
    }),
    ids: (filter, offset, limit) => [...index.ids(filter, offset, limit)],
    get: (itemId) => {
      const details = index.details(itemId);
      if (details === null) throw notFound(itemId);
      return details;
    },
    neighbours: (filter, itemId) => {
      if (index.item(itemId) === null) throw notFound(itemId);
      const total = index.total(filter);
      const place = index.position(filter, itemId);
      if (place === null) return { previousId: null, nextId: null, index: null, total };
      const around = index.ids(filter, Math.max(0, place - 1), 3);
      const own = around.indexOf(itemId);
      return { previousId: around[own - 1] ?? null, nextId: around[own + 1] ?? null, index: place, total };
    },
    prompt: async (itemId) => {
      const location = index.location(itemId);
      if (location === null) throw notFound(itemId);
      const ofJob = jobPrompt(location.jobId);
      if (ofJob !== null || location.folder === null) return ofJob;
      const file = await files.read(location);
      return file === null ? null : promptOfTexts(file.texts);
    },
    facets: () => index.facets(),
  };
};

export const createGallery = (dependencies: GalleryDependencies): Gallery => {
  const { index, clock, logger, trash } = dependencies;
  // Whoever opens the gallery wants what is there now.
  const gate = createGalleryGate(clock, () => work.scanSoon(false));
  const onChange = gate.changed;
  const content = createGalleryContent({ ...dependencies, onChange });
  const collector = createJobCollector({ ...dependencies, onNews: () => work.wake() });
  const work = createGalleryWork({ ...dependencies, collector, gate, prepare: content.prepare });
  const status = (): GalleryStatus => {
    const { unreachableFolders, ...facts } = work.facts();
    return {
      total: index.total({}),
      revision: index.revision(),
      unread: index.unreadCount(),
      canRestore: trash.canRestore,
      unreachableFolders: [...unreachableFolders],
      ...facts,
    };
  };
  const queries = createQueries(dependencies);
  const topics = createGalleryTopics({ index, gate, status, clock, logger });
  return {
    ...queries,
    list: (...asked) => {
      // Whoever asks once more finds what was still waiting to be taken in.
      work.takeWaiting();
      return queries.list(...asked);
    },
    ...createTrashDesk({ ...dependencies, onChange }),
    topics,
    content,
    status,
    scan: () => work.scanSoon(true),
    start: work.start,
    stop: async () => {
      await work.stop();
      gate.stop();
      topics.stop();
      await dependencies.thumbnails.close();
    },
  };
};
