import type { Cancel, Clock } from '#core/ports/clock.ts';
import type { Changes } from '../jobs/feeds/changes.ts';

/** Time between two rounds of telling feeds that the index changed. */
export const gateIntervalMs = 250;

interface Touchable {
  touch(changes: Changes): void;
}

/** Tells all watched feeds of changes, the first at once and then at most every 250 ms. */
export interface GalleryGate {
  join(feed: Touchable): Cancel;
  changed(): void;
  /** Whether anybody looks at the gallery. */
  isWatched(): boolean;
  stop(): void;
}

const everything: Changes = { jobIds: null, lists: true };

export const createGalleryGate = (clock: Clock, onFirst: () => void): GalleryGate => {
  const feeds = new Set<Touchable>();
  let timer: Cancel | null = null;
  let lastRoundAt = Number.NEGATIVE_INFINITY;
  let turn: Cancel | null = null;
  const untold = new Set<Touchable>();
  /** One after the other, so that others get their turn between two of them. */
  const tellNext = (): void => {
    turn = null;
    const [feed] = untold;
    if (feed === undefined) return;
    untold.delete(feed);
    if (untold.size > 0) turn = clock.schedule(0, tellNext);
    feed.touch(everything);
  };
  const tell = (): void => {
    timer = null;
    lastRoundAt = clock.now();
    for (const feed of feeds) untold.add(feed);
    if (turn === null) tellNext();
  };
  return {
    join: (feed) => {
      feeds.add(feed);
      if (feeds.size === 1) onFirst();
      return () => {
        feeds.delete(feed);
        untold.delete(feed);
      };
    },
    changed: () => {
      if (feeds.size > 0) timer ??= clock.schedule(Math.max(0, lastRoundAt + gateIntervalMs - clock.now()), tell);
    },
    isWatched: () => feeds.size > 0,
    stop: () => {
      timer?.();
      turn?.();
      feeds.clear();
      untold.clear();
    },
  };
};
