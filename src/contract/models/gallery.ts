import { z } from 'zod';
import { instanceIdSchema } from './instance.ts';
import { jobIdSchema } from './job.ts';

/** `animation`: a picture with more than one frame. `other`: a result that no browser shows. */
export const galleryKinds = ['image', 'animation', 'video', 'audio', 'text', 'other'] as const;
export const galleryKindSchema = z.enum(galleryKinds);
export type GalleryKind = z.infer<typeof galleryKindSchema>;

/**
 * `unread`: found, not looked into yet. `writing`: its end is missing and it changed a moment ago. `damaged`: it cannot be read to its
 * end.
 */
export const galleryItemStates = ['unread', 'ready', 'writing', 'damaged'] as const;

export const galleryItemIdSchema = z.int().positive();

/** One result: a file of an output folder, or what a job gave without one. */
export const galleryItemSchema = z.object({
  id: galleryItemIdSchema,
  kind: galleryKindSchema,
  state: z.enum(galleryItemStates),
  name: z.string().describe('File name without its folder; empty for a text that a job gave'),
  title: z.string().describe('What it is of: the title of its job, else the beginning of its prompt'),
  text: z.string().describe('The beginning of a text; empty for anything else'),
  width: z.int().positive().nullable(),
  height: z.int().positive().nullable(),
  sizeBytes: z.int().nonnegative().nullable(),
  createdAt: z.number(),
  version: z.string().describe('Another one whenever the content is another one'),
  instanceId: instanceIdSchema.nullable(),
  jobId: jobIdSchema.nullable().describe('null for a file that no known job made'),
  isFile: z.boolean().describe('Whether it is a file on this machine, which can be moved to the trash'),
});
export type GalleryItem = z.infer<typeof galleryItemSchema>;

/** One sampling step of the graph that made a result. */
export const gallerySamplerSchema = z.object({
  nodeId: z.string(),
  classType: z.string(),
  seed: z.string().nullable().describe('As text: seeds have up to 64 bits'),
  steps: z.number().nullable(),
  cfg: z.number().nullable(),
  sampler: z.string().nullable(),
  scheduler: z.string().nullable(),
  denoise: z.number().nullable(),
});
export type GallerySampler = z.infer<typeof gallerySamplerSchema>;

/** What kind of work a workflow does, as far as its nodes tell. */
export const galleryWorkKinds = [
  'text-to-image',
  'image-to-image',
  'inpaint',
  'upscale',
  'video',
  'audio',
  'other',
] as const;
export const galleryWorkKindSchema = z.enum(galleryWorkKinds);
export type GalleryWorkKind = z.infer<typeof galleryWorkKindSchema>;

export const galleryWorkflowSchema = z.object({
  key: z.string().describe('The same for graphs of the same nodes and links, whatever their values'),
  kind: galleryWorkKindSchema,
  nodeCount: z.int(),
});
export type GalleryWorkflow = z.infer<typeof galleryWorkflowSchema>;

/** All that is known of one result. */
export const galleryDetailsSchema = galleryItemSchema.extend({
  folder: z.string().nullable().describe('Absolute; null for what is no file on this machine'),
  path: z.string().nullable(),
  storage: z.enum(['output', 'temp', 'job']).describe('temp: gone when the instance starts again. job: no file'),
  knownFrom: z.enum(['job', 'file', 'none']).describe('Where the prompt was read'),
  positive: z.string(),
  negative: z.string(),
  models: z.array(z.string()).describe('folder/name'),
  samplers: z.array(gallerySamplerSchema),
  workflow: galleryWorkflowSchema.nullable(),
});
export type GalleryDetails = z.infer<typeof galleryDetailsSchema>;

/** Which results a list holds. Times are epoch milliseconds, `before` not included. */
export const galleryFilterSchema = z.object({
  kinds: z.array(galleryKindSchema).max(galleryKinds.length).optional(),
  instanceId: instanceIdSchema.optional(),
  workflowKey: z.string().max(64).optional(),
  model: z.string().max(400).optional(),
  since: z.number().optional(),
  before: z.number().optional(),
  text: z.string().max(200).optional().describe('Each word must stand in the prompt, the title or the name'),
});
export type GalleryFilter = z.infer<typeof galleryFilterSchema>;

export const galleryPageSchema = galleryFilterSchema.extend({
  offset: z.int().nonnegative().default(0),
  limit: z.int().min(1).max(200).default(100),
});
export type GalleryPage = z.infer<typeof galleryPageSchema>;

/** A filter and the time zone whose days are counted, such as Europe/Berlin. */
export const galleryDaysSchema = galleryFilterSchema.extend({ timeZone: z.string().max(100).default('UTC') });
export type GalleryDays = z.infer<typeof galleryDaysSchema>;

export const galleryDaySchema = z.object({
  day: z.string().describe('2026-11-21, newest first'),
  count: z.int(),
});
export type GalleryDay = z.infer<typeof galleryDaySchema>;

/** What there is to filter by, most used first. */
export const galleryFacetsSchema = z.object({
  workflows: z.array(galleryWorkflowSchema.extend({ count: z.int(), title: z.string().describe('Of the newest') })),
  models: z.array(z.object({ name: z.string(), count: z.int() })),
  instances: z.array(z.object({ instanceId: instanceIdSchema, count: z.int() })),
  kinds: z.array(z.object({ kind: galleryKindSchema, count: z.int() })),
});
export type GalleryFacets = z.infer<typeof galleryFacetsSchema>;

/** The gallery as a whole. */
export const galleryStatusSchema = z.object({
  total: z.int(),
  revision: z.int().describe('Another one after every change of the index'),
  isScanning: z.boolean(),
  unread: z.int().describe('Files whose content is still to be looked into'),
  isTruncated: z.boolean().describe('There are more files than the gallery keeps in mind'),
  unreachableFolders: z.array(z.string()),
  canRestore: z.boolean().describe('Whether what goes to the trash can be brought back with gallery.restore'),
});
export type GalleryStatus = z.infer<typeof galleryStatusSchema>;

const keyOf = ({ kinds, ...rest }: GalleryFilter): Record<string, unknown> => ({
  kinds: kinds?.toSorted(),
  ...Object.fromEntries(Object.entries(rest).toSorted(([one], [other]) => (one < other ? -1 : 1))),
});

const read = <Value>(schema: z.ZodType<Value>, key: string): Value | null => {
  try {
    return schema.safeParse(JSON.parse(key)).data ?? null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
};

/** The key of the topic `galleryPage` for a page, the same for the same page. */
export const galleryPageKey = (page: z.input<typeof galleryPageSchema>): string =>
  JSON.stringify(keyOf(galleryPageSchema.parse(page)));
/** The page that a key names, or null for a key that names none. */
export const readGalleryPageKey = (key: string): GalleryPage | null => read(galleryPageSchema, key);

/** The key of the topic `galleryDays`. */
export const galleryDaysKey = (days: z.input<typeof galleryDaysSchema>): string =>
  JSON.stringify(keyOf(galleryDaysSchema.parse(days)));
export const readGalleryDaysKey = (key: string): GalleryDays | null => read(galleryDaysSchema, key);
