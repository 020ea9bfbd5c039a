import { StudioError } from '#contract/errors.ts';
import type { GalleryFolder, GalleryLocation } from '#core/ports/gallery.ts';
import { atOnce, type Background, createBackground } from './background.ts';
import type { JobCollector } from './collect-jobs.ts';
import type { GalleryDependencies } from './gallery-dependencies.ts';
import type { GalleryGate } from './gallery-gate.ts';
import { canBeDrawn } from './media-kind.ts';
import { readUnread, readWriting } from './read-files.ts';
import { type ScanParts, scanFolder } from './scan-folder.ts';

/** Time between two looks at the output folders while somebody watches the gallery, and while nobody does. */
const watchedScanMs = 10_000;
const unwatchedScanMs = 10 * 60_000;
const writingLookMs = 1500;
/** News of jobs are taken together, and while nobody looks only in a pause between jobs: they must not compete with the next one. */
const watchedGather = { quietMs: 0, mostMs: 100 };
const unwatchedGather = { quietMs: 2000, mostMs: 30_000 };
const failedPauseMs = 30_000;
/** More results are found by their jobs only. */
const maxItems = 500_000;
/** Small pictures that are made without anybody asking, in the life of a studio. */
const maxPrepared = 1000;

/** What the gallery does by itself: it follows jobs and output folders, and looks into what is new. */
export interface GalleryWork {
  start(): void;
  /** Looks at all folders soon; `isThorough` = at every file in them. */
  scanSoon(isThorough: boolean): void;
  /** Jobs have news, or files are to be read. */
  wake(): void;
  /** Somebody asks: news that wait for a quiet moment are taken now. */
  takeWaiting(): void;
  facts(): {
    readonly isScanning: boolean;
    readonly isTruncated: boolean;
    readonly unreachableFolders: readonly string[];
  };
  stop(): Promise<void>;
}

type Parts = Pick<GalleryDependencies, 'index' | 'files' | 'folders' | 'clock' | 'logger'> & {
  readonly collector: JobCollector;
  readonly gate: GalleryGate;
  /** Makes a small picture ahead of time. */
  readonly prepare: (location: GalleryLocation) => Promise<void>;
};

interface WorkState {
  isScanning: boolean;
  isTruncated: boolean;
  scanWish: 'none' | 'usual' | 'thorough';
  lastScanAt: number;
  prepared: number;
  readonly unreachable: Set<string>;
}

const createScan = (parts: Parts, state: WorkState, rest: () => Promise<boolean>) => {
  const { index, files, folders, clock, logger } = parts;
  const scanParts: ScanParts = { index, files, now: clock.now, rest, maxItems };

  const scanOne = async (folder: GalleryFolder, isThorough: boolean): Promise<boolean> => {
    try {
      const outcome = await scanFolder(scanParts, folder, isThorough);
      state.unreachable.delete(folder.path);
      if (outcome === 'truncated') state.isTruncated = true;
      return outcome !== 'ended';
    } catch (error) {
      if (!(error instanceof StudioError)) throw error;
      if (!state.unreachable.has(folder.path)) logger.warn('An output folder cannot be read', { folder: folder.path });
      state.unreachable.add(folder.path);
      return rest();
    }
  };

  return async (isThorough: boolean): Promise<boolean> => {
    state.isScanning = true;
    state.isTruncated = false;
    const wanted = folders();
    for (const path of state.unreachable)
      if (!wanted.some((folder) => folder.path === path)) state.unreachable.delete(path);
    try {
      for (const folder of wanted) if (!(await scanOne(folder, isThorough))) return false;
      return true;
    } finally {
      state.isScanning = false;
      state.lastScanAt = clock.now();
      parts.gate.changed();
    }
  };
};

const createRounds = (parts: Parts, state: WorkState, background: Background) => {
  const { index, files, collector, gate, clock } = parts;
  let revision = -1;
  /** Whoever watches is told after each piece, if it changed anything. */
  const rest = async (): Promise<boolean> => {
    if (index.revision() !== revision) {
      revision = index.revision();
      gate.changed();
    }
    return background.rest();
  };
  const scan = createScan(parts, state, rest);

  const prepareSome = async (locations: readonly GalleryLocation[]): Promise<void> => {
    for (const { id } of locations) {
      const location = index.location(id);
      if (location === null || location.state !== 'ready' || !canBeDrawn(location.kind)) continue;
      if (state.prepared >= maxPrepared || background.isEnding()) return;
      // Jobs are at work again: what is drawn when somebody looks costs a moment then, and no job now.
      if (!gate.isWatched() && background.isGathering()) return;
      state.prepared += 1;
      await parts.prepare(location);
    }
  };

  const isScanDue = (): boolean =>
    clock.now() - state.lastScanAt >= (gate.isWatched() ? watchedScanMs : unwatchedScanMs);

  /** One turn of everything that there is to do; answers for how long nothing will be. */
  const round = async (): Promise<number | null> => {
    await collector.takeNew(rest);
    if (state.scanWish !== 'none' || isScanDue()) {
      const isThorough = state.scanWish === 'thorough';
      state.scanWish = 'none';
      if (!(await scan(isThorough))) return null;
    }
    const news: GalleryLocation[] = [];
    const isDone = await readUnread({ index, files, now: clock.now }, rest, (locations) => {
      if (news.length < maxPrepared) news.push(...locations);
    });
    if (!isDone) return null;
    const isWriting = await readWriting({ index, files, now: clock.now });
    if (!(await rest())) return null;
    await prepareSome(news);
    return isWriting ? writingLookMs : gate.isWatched() ? watchedScanMs : unwatchedScanMs;
  };
  return { rest, round };
};

export const createGalleryWork = (parts: Parts): GalleryWork => {
  const { collector, gate, clock, logger } = parts;
  const background = createBackground(clock);
  const state: WorkState = {
    isScanning: false,
    isTruncated: false,
    scanWish: 'usual',
    lastScanAt: Number.NEGATIVE_INFINITY,
    prepared: 0,
    unreachable: new Set(),
  };
  const { rest, round } = createRounds(parts, state, background);
  let running: Promise<void> = Promise.resolve();

  const loop = async (): Promise<void> => {
    if (!(await collector.catchUp(rest))) return;
    for (;;) {
      const pauseMs = await round().catch((error: unknown) => {
        // One file, or a disk for a moment, must not end it for all others.
        logger.error('The gallery could not look for what is new', { error: String(error) });
        return failedPauseMs;
      });
      if (pauseMs === null || !(await background.idle(pauseMs))) return;
    }
  };

  return {
    start: () => {
      running = loop().catch((error: unknown) => {
        logger.error('The gallery no longer follows what is new', { error: String(error) });
      });
    },
    scanSoon: (isThorough) => {
      if (state.scanWish !== 'thorough') state.scanWish = isThorough ? 'thorough' : 'usual';
      background.wake(atOnce);
    },
    wake: () => background.wake(gate.isWatched() ? watchedGather : unwatchedGather),
    takeWaiting: () => {
      if (background.isGathering()) background.wake(atOnce);
    },
    facts: () => ({
      isScanning: state.isScanning,
      isTruncated: state.isTruncated,
      unreachableFolders: [...state.unreachable],
    }),
    stop: async () => {
      background.end();
      collector.stop();
      await running;
    },
  };
};
