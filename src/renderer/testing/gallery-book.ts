import { type ErrorCode, StudioError } from '#contract/errors.ts';
import type { CallHandlers, TopicSources } from '#contract/handlers.ts';
import {
  type GalleryDetails,
  type GalleryFilter,
  type GalleryStatus,
  galleryDetailsSchema,
  galleryItemSchema,
  readGalleryDaysKey,
  readGalleryPageKey,
} from '#contract/models/gallery.ts';
import { createTopicFeed, type PublishedTopic } from '#contract/topic-feed.ts';
import type { TopicEvent, TopicName, TopicState } from '#contract/topics.ts';

type GalleryHandlers = Pick<CallHandlers, Extract<keyof CallHandlers, `gallery.${string}`>>;
type GallerySources = Pick<TopicSources, 'gallery' | 'galleryDays' | 'galleryPage'>;
type Feed<Name extends TopicName> = PublishedTopic<TopicState<Name>, TopicEvent<Name>>;

/** Results in memory, changed by calls and by tests. */
export interface GalleryBook {
  readonly handlers: GalleryHandlers;
  readonly sources: GallerySources;
  items(): readonly GalleryDetails[];
  put(item: GalleryDetails): void;
  setStatus(changes: Partial<GalleryStatus>): void;
}

export interface GalleryContents {
  readonly gallery: readonly GalleryDetails[];
  readonly galleryStatus: Partial<GalleryStatus>;
  /** Why no list can be had; null where they can. */
  readonly galleryFault: ErrorCode | null;
}

const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);

const fits = (item: GalleryDetails, filter: GalleryFilter): boolean => {
  const { kinds, instanceId, workflowKey, model, since, before, text = '' } = filter;
  const words = text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const searched = `${item.title} ${item.positive} ${item.name} ${item.text}`.toLowerCase();
  return (
    (kinds === undefined || kinds.length === 0 || kinds.includes(item.kind)) &&
    (instanceId === undefined || item.instanceId === instanceId) &&
    (workflowKey === undefined || item.workflow?.key === workflowKey) &&
    (model === undefined || item.models.includes(model)) &&
    (since === undefined || item.createdAt >= since) &&
    (before === undefined || item.createdAt < before) &&
    words.every((word) => searched.includes(word))
  );
};

const counted = <Key extends string>(keys: readonly Key[]): { key: Key; count: number }[] => {
  const counts = new Map<Key, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return [...counts].map(([key, count]) => ({ key, count })).sort((one, other) => other.count - one.count);
};

const facetsOf = (items: readonly GalleryDetails[]): ReturnType<GalleryHandlers['gallery.facets']> => ({
  workflows: counted(items.flatMap(({ workflow }) => workflow?.key ?? [])).flatMap(({ key, count }) => {
    const newest = items.find(({ workflow }) => workflow?.key === key);
    const workflow = newest?.workflow ?? null;
    return workflow === null ? [] : [{ ...workflow, count, title: newest?.title ?? '' }];
  }),
  models: counted(items.flatMap(({ models }) => models)).map(({ key, count }) => ({ name: key, count })),
  instances: counted(items.flatMap(({ instanceId }) => instanceId ?? [])).map(({ key, count }) => ({
    instanceId: key,
    count,
  })),
  kinds: counted(items.map(({ kind }) => kind)).map(({ key, count }) => ({ kind: key, count })),
});

export const createGalleryBook = ({ gallery, galleryStatus, galleryFault }: GalleryContents): GalleryBook => {
  let all = [...gallery].sort((one, other) => other.createdAt - one.createdAt);
  let changes = galleryStatus;
  let revision = 1;
  const trashed = new Map<string, readonly GalleryDetails[]>();
  const publishes = new Set<() => void>();
  const changed = (): void => {
    revision += 1;
    for (const publish of publishes) publish();
  };
  const status = (): GalleryStatus => ({
    total: all.length,
    revision,
    isScanning: false,
    unread: 0,
    isTruncated: false,
    unreachableFolders: [],
    canRestore: true,
    ...changes,
  });
  const select = (filter: GalleryFilter): GalleryDetails[] => all.filter((item) => fits(item, filter));
  const find = (itemId: number): GalleryDetails => {
    const item = all.find(({ id }) => id === itemId);
    if (item === undefined) throw new StudioError('GALLERY_ITEM_NOT_FOUND');
    return galleryDetailsSchema.parse(item);
  };
  const pageOf = (filter: GalleryFilter, offset: number, limit: number): TopicState<'galleryPage'> => {
    const items = select(filter);
    return {
      total: items.length,
      items: items.slice(offset, offset + limit).map((item) => galleryItemSchema.parse(item)),
    };
  };
  const live = <Name extends 'gallery' | 'galleryDays'>(
    read: () => TopicState<Name> & TopicEvent<Name>,
  ): Feed<Name> => {
    const feed: Feed<Name> = createTopicFeed<TopicState<Name>, TopicEvent<Name>>(read);
    publishes.add(() => feed.publish(read()));
    return feed;
  };
  const insert = (items: readonly GalleryDetails[]): void => {
    const ids = new Set(items.map(({ id }) => id));
    all = [...all.filter(({ id }) => !ids.has(id)), ...items].sort((one, other) => other.createdAt - one.createdAt);
    changed();
  };
  const statusFeed = live<'gallery'>(status);

  return {
    items: () => all,
    put: (item) => insert([item]),
    setStatus: (next) => {
      changes = { ...changes, ...next };
      changed();
    },
    sources: {
      gallery: () => statusFeed,
      galleryDays: (key = '') => {
        if (galleryFault !== null) throw new StudioError(galleryFault);
        const { timeZone: _timeZone, ...filter } = readGalleryDaysKey(key) ?? { timeZone: 'UTC' };
        return live<'galleryDays'>(() => {
          const items = select(filter);
          const days = counted(items.map(({ createdAt }) => dayOf(createdAt))).map(({ key: day, count }) => ({
            day,
            count,
          }));
          return { total: items.length, days: days.sort((one, other) => (one.day < other.day ? 1 : -1)) };
        });
      },
      galleryPage: (key = '') => {
        const { offset, limit, ...filter } = readGalleryPageKey(key) ?? { offset: 0, limit: 100 };
        const read = () => pageOf(filter, offset, limit);
        const feed: Feed<'galleryPage'> = createTopicFeed<TopicState<'galleryPage'>, TopicEvent<'galleryPage'>>(read);
        publishes.add(() => {
          const { total, items } = read();
          feed.publish({ total, itemIds: items.map(({ id }) => id), changed: items });
        });
        return feed;
      },
    },
    handlers: {
      'gallery.list': ({ offset, limit, ...filter }) => pageOf(filter, offset, limit),
      'gallery.ids': ({ offset, limit, ...filter }) => ({
        itemIds: select(filter)
          .slice(offset, offset + limit)
          .map(({ id }) => id),
      }),
      'gallery.get': ({ itemId }) => find(itemId),
      'gallery.neighbours': ({ itemId, ...filter }) => {
        find(itemId);
        const items = select(filter);
        const index = items.findIndex(({ id }) => id === itemId);
        if (index === -1) return { previousId: null, nextId: null, index: null, total: items.length };
        return {
          previousId: items[index - 1]?.id ?? null,
          nextId: items[index + 1]?.id ?? null,
          index,
          total: items.length,
        };
      },
      'gallery.prompt': ({ itemId }) => ({
        prompt:
          find(itemId).knownFrom === 'none'
            ? null
            : { '6': { class_type: 'CLIPTextEncode', inputs: { text: find(itemId).positive } } },
      }),
      'gallery.facets': () => facetsOf(all),
      'gallery.scan': () => ({}),
      'gallery.trash': ({ itemIds }) => {
        const moved = all.filter(({ id, isFile }) => isFile && itemIds.includes(id));
        const failed = itemIds.flatMap((itemId) =>
          moved.some(({ id }) => id === itemId) ? [] : [{ itemId, reason: 'not-a-file' as const }],
        );
        all = all.filter((item) => !moved.includes(item));
        const trashId = status().canRestore && moved.length > 0 ? `trash-${trashed.size}` : null;
        if (trashId !== null) trashed.set(trashId, moved);
        changed();
        return { trashId, moved: moved.length, failed };
      },
      'gallery.restore': ({ trashId }) => {
        const items = trashed.get(trashId);
        if (items === undefined) throw new StudioError('GALLERY_TRASH_GONE');
        trashed.delete(trashId);
        insert(items);
        return { restored: items.length, failed: 0 };
      },
    },
  };
};
