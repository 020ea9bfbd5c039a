import type { AssetRecord } from '#core/ports/asset-store.ts';

/** Links do not end; the official API wants to know when. */
const linkMs = 86_400_000;

const iso = (at: number): string => new Date(at).toISOString();

/** Where the bytes of an asset are, as a link of the host that is asked, and how long that is sure to be so. */
export const contentLink = (assetId: string, now: number) => ({
  url: `/api/v2/assets/${assetId}/content`,
  url_expires_at: iso(now + linkMs),
});

/** An uploaded asset as a client reads it. */
export const assetDocument = (record: AssetRecord, now: number, createdNew?: boolean) => ({
  id: record.id,
  hash: record.hash,
  size_bytes: record.sizeBytes,
  content_type: record.contentType,
  file_path: record.filePath,
  ...(createdNew === undefined ? {} : { created_new: createdNew }),
  created_at: iso(record.createdAt),
  ...contentLink(record.id, now),
  expires_at: null,
});
