import { z } from 'zod';
import { type GalleryFilter, type GalleryKind, galleryItemIdSchema, galleryKinds } from '#contract/models/gallery.ts';
import { instanceIdSchema } from '#contract/models/instance.ts';

/** How far back a list goes. */
export const spans = ['today', 'week', 'month', 'year'] as const;
export type Span = (typeof spans)[number];

/** What stands in the address of the gallery; a wrong value counts as none. */
export const gallerySearchSchema = z.object({
  search: z.string().max(200).optional().catch(undefined),
  kind: z.enum(galleryKinds).optional().catch(undefined),
  workflow: z.string().max(64).optional().catch(undefined),
  model: z.string().max(400).optional().catch(undefined),
  instance: instanceIdSchema.optional().catch(undefined),
  time: z.enum(spans).optional().catch(undefined),
  item: galleryItemIdSchema.optional().catch(undefined),
  compare: z.tuple([galleryItemIdSchema, galleryItemIdSchema]).optional().catch(undefined),
});
export type GallerySearch = z.infer<typeof gallerySearchSchema>;

const daysOf: { readonly [Name in Span]: number } = { today: 0, week: 6, month: 29, year: 364 };

/** The beginning of the day that a span begins with, in the time zone of this window. */
const beginningOf = (span: Span, now: number): number => {
  const day = new Date(now);
  day.setHours(0, 0, 0, 0);
  day.setDate(day.getDate() - daysOf[span]);
  return day.getTime();
};

/** The results that the address asks for. */
export const filterOf = (search: GallerySearch, now: number): GalleryFilter => {
  const text = search.search?.trim() ?? '';
  const kinds: GalleryKind[] | undefined = search.kind === undefined ? undefined : [search.kind];
  return {
    ...(text === '' ? {} : { text }),
    ...(kinds === undefined ? {} : { kinds }),
    ...(search.workflow === undefined ? {} : { workflowKey: search.workflow }),
    ...(search.model === undefined ? {} : { model: search.model }),
    ...(search.instance === undefined ? {} : { instanceId: search.instance }),
    ...(search.time === undefined ? {} : { since: beginningOf(search.time, now) }),
  };
};

export const noFilters = {
  search: undefined,
  kind: undefined,
  workflow: undefined,
  model: undefined,
  instance: undefined,
  time: undefined,
} as const;

export const isFiltering = (search: GallerySearch): boolean =>
  (search.search?.trim() ?? '') !== '' ||
  [search.kind, search.workflow, search.model, search.instance, search.time].some((value) => value !== undefined);
