import { z } from 'zod';
import type { AssetRecord, AssetStore } from '#core/ports/asset-store.ts';
import { createDocumentStore, type DocumentStoreDependencies } from './document-store.ts';
import type { DocumentDefinition } from './stored-document.ts';

const recordSchema: z.ZodType<AssetRecord> = z.object({
  id: z.uuid(),
  hash: z.string(),
  sizeBytes: z.int().nonnegative(),
  contentType: z.string(),
  filePath: z.string(),
  tags: z.array(z.string()),
  createdAt: z.number(),
  uploadId: z.string(),
});

const definition: DocumentDefinition<{ readonly assets: readonly AssetRecord[] }> = {
  name: 'assets',
  schema: z.object({ assets: z.array(recordSchema) }),
  upgrades: [],
  empty: { assets: [] },
};

/** What clients of the official API gave the gateway, in `<data folder>/assets.json`; one older state is kept. */
export const createAssetStore = (dependencies: DocumentStoreDependencies): AssetStore =>
  createDocumentStore(definition, { ...dependencies, backupsKept: 1 });
