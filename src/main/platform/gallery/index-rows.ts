import { z } from 'zod';
import {
  type GalleryDetails,
  type GalleryItem,
  galleryItemStates,
  galleryKindSchema,
  gallerySamplerSchema,
  galleryWorkKindSchema,
} from '#contract/models/gallery.ts';
import type { GalleryLocation, PromptFacts } from '#core/ports/gallery.ts';
import type { Row } from '../jobs-database/sqlite-values.ts';

/** Columns of a row as lists show it. */
export const itemColumns = `id, kind, state, name, title, excerpt, width, height, size_bytes, created_at, modified_at,
  instance_id, job_id, folder_id`;

const itemRow = z
  .object({
    id: z.number(),
    kind: galleryKindSchema,
    state: z.enum(galleryItemStates),
    name: z.string(),
    title: z.string(),
    excerpt: z.string(),
    width: z.number().nullable(),
    height: z.number().nullable(),
    size_bytes: z.number().nullable(),
    created_at: z.number(),
    modified_at: z.number().nullable(),
    instance_id: z.string().nullable(),
    job_id: z.string().nullable(),
    folder_id: z.number().nullable(),
  })
  .transform(
    (row): GalleryItem => ({
      id: row.id,
      kind: row.kind,
      state: row.state,
      name: row.name,
      title: row.title,
      text: row.excerpt,
      width: row.width,
      height: row.height,
      sizeBytes: row.size_bytes,
      createdAt: row.created_at,
      version: versionOf(row.modified_at, row.size_bytes),
      instanceId: row.instance_id,
      jobId: row.job_id,
      isFile: row.folder_id !== null,
    }),
  );

const versionOf = (modifiedAt: number | null, sizeBytes: number | null): string =>
  modifiedAt === null ? '0' : `${Math.round(modifiedAt).toString(36)}-${(sizeBytes ?? 0).toString(36)}`;

/** Every row was written by this program, so a row that does not fit is an error. */
export const readItem = (row: Row): GalleryItem => itemRow.parse(row);

const locationRow = z.object({
  storage: z.enum(['output', 'temp', 'job']),
  path: z.string().nullable(),
  subfolder: z.string(),
  job_index: z.number().nullable(),
});

export const locationColumns = `${itemColumns}, storage, subfolder, job_index,
  (SELECT path FROM folders WHERE folders.id = items.folder_id) AS path`;

export const readLocation = (row: Row): GalleryLocation => {
  const { id, kind, state, name, version, jobId } = readItem(row);
  const { storage, path, subfolder, job_index: jobIndex } = locationRow.parse(row);
  return { id, storage, folder: path, subfolder, name, kind, state, version, jobId, jobIndex };
};

const factsSchema = z.object({
  positive: z.string(),
  negative: z.string(),
  models: z.array(z.string()),
  samplers: z.array(gallerySamplerSchema),
});

const noFacts = { positive: '', negative: '', models: [], samplers: [] };

/** What is kept of the facts beside the columns. */
export const factsText = ({ positive, negative, models, samplers }: PromptFacts): string =>
  JSON.stringify({ positive, negative, models, samplers });

const detailsRow = z.object({
  known_from: z.enum(['job', 'file', 'none']),
  facts: z.string().nullable(),
  workflow_key: z.string().nullable(),
  workflow_kind: galleryWorkKindSchema.nullable(),
  node_count: z.number().nullable(),
});

/** `join` puts the parts of a path together. */
export const readDetails = (row: Row, join: (...parts: string[]) => string): GalleryDetails => {
  const { folder, subfolder, storage } = readLocation(row);
  const item = readItem(row);
  const {
    known_from: knownFrom,
    facts,
    workflow_key: key,
    workflow_kind: kind,
    node_count: nodeCount,
  } = detailsRow.parse(row);
  const inFolder = folder === null ? null : join(folder, ...subfolder.split('/').filter((part) => part !== ''));
  return {
    ...item,
    storage,
    knownFrom,
    folder: inFolder,
    path: inFolder === null ? null : join(inFolder, item.name),
    ...(facts === null ? noFacts : factsSchema.parse(JSON.parse(facts))),
    workflow: key === null || kind === null || nodeCount === null ? null : { key, kind, nodeCount },
  };
};
