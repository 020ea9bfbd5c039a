import { z } from 'zod';
import { defineCall } from '../define.ts';
import {
  galleryDetailsSchema,
  galleryFacetsSchema,
  galleryFilterSchema,
  galleryItemIdSchema,
  galleryItemSchema,
  galleryPageSchema,
} from '../models/gallery.ts';
import { promptSchema } from '../models/workflow.ts';

const byId = z.object({ itemId: galleryItemIdSchema });

/** Calls about the results of all instances. Their content is read from `/content/gallery/<id>` and `…/<id>/thumbnail`. */
export const galleryCalls = {
  'gallery.list': defineCall({
    summary: 'Results of all instances, newest first.',
    input: galleryPageSchema,
    output: z.object({ total: z.int(), items: z.array(galleryItemSchema) }),
    errors: ['STORE_READ_FAILED'],
    access: 'read',
  }),
  'gallery.ids': defineCall({
    summary: 'The ids of a range of a list, for actions on many.',
    input: galleryFilterSchema.extend({
      offset: z.int().nonnegative().default(0),
      limit: z.int().min(1).max(10_000).default(1000),
    }),
    output: z.object({ itemIds: z.array(galleryItemIdSchema) }),
    errors: ['STORE_READ_FAILED'],
    access: 'read',
  }),
  'gallery.get': defineCall({
    summary: 'One result with all that is known of it.',
    input: byId,
    output: galleryDetailsSchema,
    errors: ['GALLERY_ITEM_NOT_FOUND', 'STORE_READ_FAILED'],
    access: 'read',
  }),
  'gallery.neighbours': defineCall({
    summary: 'The results before and after one in a list, and its place there.',
    input: galleryFilterSchema.extend({ itemId: galleryItemIdSchema }),
    output: z.object({
      previousId: galleryItemIdSchema.nullable(),
      nextId: galleryItemIdSchema.nullable(),
      index: z.int().nullable().describe('null when the filter leaves it out'),
      total: z.int(),
    }),
    errors: ['GALLERY_ITEM_NOT_FOUND', 'STORE_READ_FAILED'],
    access: 'read',
  }),
  'gallery.prompt': defineCall({
    summary: 'The graph that made a result: the one of its job, else the one that stands in its file.',
    input: byId,
    output: z.object({ prompt: promptSchema.nullable() }),
    errors: ['GALLERY_ITEM_NOT_FOUND', 'STORE_READ_FAILED'],
    access: 'read',
  }),
  'gallery.facets': defineCall({
    summary: 'Workflows, models, instances and kinds that results can be filtered by, 200 of each at most.',
    input: z.object({}),
    output: galleryFacetsSchema,
    errors: ['STORE_READ_FAILED'],
    access: 'read',
  }),
  'gallery.scan': defineCall({
    summary: 'Looks for files that came, changed or went in the output folders; answers at once.',
    input: z.object({}),
    output: z.object({}),
    errors: [],
    access: 'write',
  }),
  'gallery.trash': defineCall({
    summary: 'Moves files to the trash of the system. What could not be moved is named and stays.',
    input: z.strictObject({ itemIds: z.array(galleryItemIdSchema).min(1).max(1000) }),
    output: z.object({
      trashId: z.string().nullable().describe('For gallery.restore; null where the system cannot bring files back'),
      moved: z.int(),
      failed: z.array(
        z.object({
          itemId: galleryItemIdSchema,
          reason: z.enum(['not-found', 'not-a-file', 'outside', 'refused']),
        }),
      ),
    }),
    errors: ['STORE_WRITE_FAILED', 'STORE_READ_FAILED'],
    access: 'write',
  }),
  'gallery.restore': defineCall({
    summary: 'Brings back what one call of gallery.trash moved. A file whose place is taken by now stays in the trash.',
    input: z.strictObject({ trashId: z.string().max(100) }),
    output: z.object({ restored: z.int(), failed: z.int() }),
    errors: ['GALLERY_TRASH_GONE', 'STORE_WRITE_FAILED'],
    access: 'write',
  }),
} as const;
