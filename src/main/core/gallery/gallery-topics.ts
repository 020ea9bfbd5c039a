import { StudioError } from '#contract/errors.ts';
import {
  type GalleryDays,
  type GalleryItem,
  type GalleryPage,
  type GalleryStatus,
  galleryDaysKey,
  galleryPageKey,
  readGalleryDaysKey,
  readGalleryPageKey,
} from '#contract/models/gallery.ts';
import type { TopicFeed } from '#contract/topic-feed.ts';
import { applyTopicEvent } from '#contract/topic-state.ts';
import type { TopicEvent, TopicName, TopicState } from '#contract/topics.ts';
import type { Clock } from '#core/ports/clock.ts';
import type { GalleryIndex } from '#core/ports/gallery.ts';
import type { Logger } from '#core/ports/logger.ts';
import { createKeyedFeeds } from '../jobs/feeds/keyed-feeds.ts';
import { type Computation, createWatchedFeed, type WatchedFeedOptions } from '../jobs/feeds/watched-feed.ts';
import { createDayCounter } from './days.ts';
import type { GalleryGate } from './gallery-gate.ts';

type Feed<Name extends TopicName> = TopicFeed<TopicState<Name>, TopicEvent<Name>>;

/** The topics of the gallery, computed while they are watched. */
export interface GalleryTopics {
  readonly gallery: Feed<'gallery'>;
  /** INPUT_INVALID for a key that names no list, CALL_TOO_MANY. */
  galleryDays(key: string): Feed<'galleryDays'>;
  /** INPUT_INVALID for a key that names no page, CALL_TOO_MANY. */
  galleryPage(key: string): Feed<'galleryPage'>;
  stop(): void;
}

export const maxWatchedPages = 128;
export const maxWatchedLists = 32;

const sameText = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

/** A topic whose events are whole states; one that is the same as before is not told. */
const wholeStates = <Name extends 'gallery' | 'galleryDays'>(
  whole: () => TopicState<Name> & TopicEvent<Name>,
): Computation<TopicState<Name> & TopicEvent<Name>, TopicState<Name> & TopicEvent<Name>> => ({
  whole,
  after: whole,
  steps: (from, to) => (sameText(from, to) ? [] : [to]),
  apply: (_state, event) => event,
});

const sameItem = (one: GalleryItem | undefined, other: GalleryItem): boolean =>
  one !== undefined && sameText(one, other);

const pageOf = (
  index: GalleryIndex,
  { offset, limit, ...filter }: GalleryPage,
): Computation<TopicState<'galleryPage'>, TopicEvent<'galleryPage'>> => {
  const whole = (): TopicState<'galleryPage'> => ({
    total: index.total(filter),
    items: [...index.page(filter, offset, limit)],
  });
  return {
    whole,
    after: whole,
    steps: (from, to) => {
      const before = new Map(from.items.map((item) => [item.id, item]));
      const changed = to.items.filter((item) => !sameItem(before.get(item.id), item));
      const isSame =
        from.total === to.total &&
        changed.length === 0 &&
        from.items.length === to.items.length &&
        from.items.every(({ id }, position) => id === to.items[position]?.id);
      return isSame ? [] : [{ total: to.total, itemIds: to.items.map(({ id }) => id), changed }];
    },
    apply: (state, event) => applyTopicEvent('galleryPage', state, event),
  };
};

const daysOf = (index: GalleryIndex, { timeZone, ...filter }: GalleryDays) => {
  const count = createDayCounter(timeZone);
  return wholeStates<'galleryDays'>(() => ({ total: index.total(filter), days: count(index.perQuarter(filter)) }));
};

const invalidKey = (message: string): StudioError =>
  new StudioError('INPUT_INVALID', 'The key names nothing that this topic has.', {
    details: { issues: [{ path: 'key', message }] },
  });

export const createGalleryTopics = (parts: {
  readonly index: GalleryIndex;
  readonly gate: GalleryGate;
  readonly status: () => GalleryStatus;
  readonly clock: Clock;
  readonly logger: Logger;
}): GalleryTopics => {
  const { index, gate, clock, logger } = parts;
  const options: WatchedFeedOptions = {
    clock,
    failed: (error) => logger.warn('A topic of the gallery is behind', { error: String(error) }),
    watched: (feed) => gate.join(feed),
  };
  const gallery = createWatchedFeed(wholeStates<'gallery'>(parts.status), options);
  const days = createKeyedFeeds<TopicState<'galleryDays'>, TopicEvent<'galleryDays'>>({
    watched: options.watched,
    max: maxWatchedLists,
  });
  const pages = createKeyedFeeds<TopicState<'galleryPage'>, TopicEvent<'galleryPage'>>({
    watched: options.watched,
    max: maxWatchedPages,
  });
  return {
    gallery,
    galleryDays: (key) => {
      const wanted = readGalleryDaysKey(key);
      if (wanted === null) throw invalidKey('not a list of results');
      return days.open(galleryDaysKey(wanted), (watched) =>
        createWatchedFeed(daysOf(index, wanted), { ...options, watched }),
      );
    },
    galleryPage: (key) => {
      const wanted = readGalleryPageKey(key);
      if (wanted === null) throw invalidKey('not a page of results');
      return pages.open(galleryPageKey(wanted), (watched) =>
        createWatchedFeed(pageOf(index, wanted), { ...options, watched }),
      );
    },
    stop: () => {
      for (const part of [gallery, days, pages]) part.stop();
    },
  };
};
