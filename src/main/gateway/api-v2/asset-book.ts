import type { AssetRecord, AssetStore } from '#core/ports/asset-store.ts';
import type { Cancel } from '#core/ports/clock.ts';
import type { InputStore } from '#core/ports/input-store.ts';
import type { Logger } from '#core/ports/logger.ts';

/** Beyond so many the oldest that no job waits for is let go. */
export const maxAssets = 10_000;

/** Files that clients of the official API gave the gateway: each has an id and names bytes by their hash. */
export interface AssetBook {
  find(assetId: string): AssetRecord | undefined;
  /** The newest one with these bytes. */
  byHash(hash: string): AssetRecord | undefined;
  /** On disk when it resolves. STORE_WRITE_FAILED, and then it is not there. */
  add(record: AssetRecord): Promise<void>;
  /** Whether it was there and is gone. `in-use` where a job waits for its bytes. */
  remove(assetId: string): Promise<'removed' | 'in-use' | 'unknown'>;
}

export interface AssetBookDependencies {
  readonly store: AssetStore;
  readonly inputs: Pick<InputStore, 'has' | 'hold' | 'holders'>;
  readonly logger: Logger;
}

/** Reads what an earlier gateway kept; assets whose bytes are gone are left out. */
export const openAssetBook = async ({ store, inputs, logger }: AssetBookDependencies): Promise<AssetBook> => {
  const records = new Map<string, AssetRecord>();
  const releases = new Map<string, Cancel>();

  const keep = (record: AssetRecord): void => {
    records.set(record.id, record);
    releases.set(record.id, inputs.hold(record.uploadId));
  };
  const drop = (assetId: string): void => {
    records.delete(assetId);
    releases.get(assetId)?.();
    releases.delete(assetId);
  };
  /** Others than assets hold it: a job that waits for it or runs with it. */
  const isInUse = ({ uploadId }: AssetRecord): boolean => {
    let own = 0;
    for (const other of records.values()) if (other.uploadId === uploadId) own += 1;
    return inputs.holders(uploadId) > own;
  };
  const save = (): Promise<void> => store.save({ assets: [...records.values()] });

  const { document } = await store.load();
  for (const record of document.assets) if (inputs.has(record.uploadId)) keep(record);

  const makeRoom = (): void => {
    for (const record of records.values()) {
      if (records.size < maxAssets) return;
      if (!isInUse(record)) drop(record.id);
    }
  };

  return {
    find: (assetId) => records.get(assetId),
    byHash: (hash) => [...records.values()].findLast((record) => record.hash === hash),
    add: async (record) => {
      makeRoom();
      keep(record);
      try {
        await save();
      } catch (error) {
        drop(record.id);
        throw error;
      }
    },
    remove: async (assetId) => {
      const record = records.get(assetId);
      if (record === undefined) return 'unknown';
      if (isInUse(record)) return 'in-use';
      drop(assetId);
      await save().catch((error: unknown) => {
        // It comes back with the next start at worst, and can be removed again.
        logger.warn('The list of assets could not be written.', { error: String(error) });
      });
      return 'removed';
    },
  };
};
