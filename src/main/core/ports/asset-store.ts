import type { DocumentStore } from './stores.ts';

/** A file that a client gave the gateway through the official API, by the hash of its bytes. */
export interface AssetRecord {
  readonly id: string;
  /** `blake3:<hex>` */
  readonly hash: string;
  readonly sizeBytes: number;
  readonly contentType: string;
  /** Where the client has it; its last part names the file for workflows. */
  readonly filePath: string;
  readonly tags: readonly string[];
  /** Epoch milliseconds. */
  readonly createdAt: number;
  readonly uploadId: string;
}

export type AssetStore = DocumentStore<{ readonly assets: readonly AssetRecord[] }>;
