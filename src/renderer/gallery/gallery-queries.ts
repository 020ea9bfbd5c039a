import { useDebouncedValue } from '@mantine/hooks';
import { type UseQueryResult, useQueries } from '@tanstack/react-query';
import { useEffect } from 'react';
import {
  type GalleryFilter,
  type GalleryItem,
  type GalleryStatus,
  galleryDaysKey,
  galleryPageKey,
} from '#contract/models/gallery.ts';
import type { TopicState } from '#contract/topics.ts';
import { wireConstants } from '#contract/wire-constants.ts';
import { useServices } from '../state/app-context.tsx';
import { topicKey } from '../studio-client/topic-cache.ts';
import { useTopic } from '../studio-client/use-topic.ts';

/** Results of one page of a list. */
export const galleryPageSize = 100;
/** Pages that fly by within this time while one scrolls are not asked for. */
const settleMs = 50;

/** The time zone of this window, whose days the headings name. */
export const ownTimeZone = (): string => new Intl.DateTimeFormat().resolvedOptions().timeZone;

export const useGalleryStatus = (): GalleryStatus | undefined =>
  useTopic('gallery', { select: (status): GalleryStatus => status }).data;

/** How many results a list has, day by day; those of the last list while the next is on its way. */
export const useGalleryDays = (filter: GalleryFilter): UseQueryResult<TopicState<'galleryDays'>> =>
  useTopic('galleryDays', {
    key: galleryDaysKey({ ...filter, timeZone: ownTimeZone() }),
    select: (state) => state,
    keepPrevious: true,
  });

const pagesBetween = (first: number, last: number): readonly number[] => {
  const from = Math.floor(Math.max(0, first) / galleryPageSize);
  const to = Math.floor(Math.max(0, last) / galleryPageSize);
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
};

/** The results at these positions of a list, kept up to date while they are on screen; `undefined` for one that is not here yet. */
export const useGalleryItems = (
  filter: GalleryFilter,
  first: number,
  last: number,
): ((index: number) => GalleryItem | undefined) => {
  const { topics } = useServices();
  const [wanted] = useDebouncedValue(pagesBetween(first, last).join(), settleMs);
  const pages = wanted.split(',').map(Number);
  const keys = pages.map((page) =>
    galleryPageKey({ ...filter, offset: page * galleryPageSize, limit: galleryPageSize }),
  );
  const held = keys.join('\n');
  useEffect(() => {
    const releases = held.split('\n').map((key) => topics.hold('galleryPage', key));
    return () => {
      for (const release of releases) release();
    };
  }, [topics, held]);
  const results = useQueries({
    queries: keys.map((key) => ({
      queryKey: topicKey('galleryPage', key),
      queryFn: () => topics.first('galleryPage', key),
      staleTime: Number.POSITIVE_INFINITY,
      gcTime: 0,
      retry: false,
      refetchOnWindowFocus: false,
      refetchOnReconnect: false,
    })),
  });
  return (index) => {
    const position = pages.indexOf(Math.floor(index / galleryPageSize));
    return position === -1 ? undefined : results[position]?.data?.items[index % galleryPageSize];
  };
};

const prefix = `${wireConstants.contentPathPrefix}gallery/`;

/** Where the content of a result is read from; the version makes another content another address. */
export const contentUrl = ({ id, version }: Pick<GalleryItem, 'id' | 'version'>): string =>
  `${prefix}${id}?v=${encodeURIComponent(version)}`;

export const thumbnailUrl = ({ id, version }: Pick<GalleryItem, 'id' | 'version'>): string =>
  `${prefix}${id}/thumbnail?v=${encodeURIComponent(version)}`;
