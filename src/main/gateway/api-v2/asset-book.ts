import { StudioError } from '#contract/errors.ts';
import type { AssetRecord, AssetStore } from '#core/ports/asset-store.ts';
import type { Cancel } from '#core/ports/clock.ts';
import type { InputStore } from '#core/ports/input-store.ts';
import type { Logger } from '#core/ports/logger.ts';
import type { UploadShelf } from '../files/upload-shelf.ts';
import { isNameOfAsset } from './asset-names.ts';

export interface AssetLimits {
  readonly maxAssets: number;
  /** Of their bytes, the same ones counted once. */
  readonly maxBytes: number;
}

const usualLimits: AssetLimits = { maxAssets: 10_000, maxBytes: 50 * 1024 ** 3 };

/**
 * Files that clients of the official API gave the gateway: each has an id and names bytes by their hash. They stay until somebody removes
 * them; beyond the limits those go first that were not used for the longest time, but none whose bytes a job needs.
 */
export interface AssetBook {
  find(assetId: string): AssetRecord | undefined;
  /** The one with these bytes that was used last. */
  byHash(hash: string): AssetRecord | undefined;
  /** On disk when it resolves. STORE_WRITE_FAILED, also where jobs need all that would have to go, and then it is not there. */
  add(record: AssetRecord): Promise<void>;
  /** It goes later than those that were used before. */
  noteUse(assetId: string): void;
  /** Whether it was there and is gone, with its bytes where no other has the same. `in-use` while a job needs its bytes. */
  remove(assetId: string): Promise<'removed' | 'in-use' | 'unknown'>;
}

export interface AssetBookDependencies {
  readonly store: AssetStore;
  readonly inputs: Pick<InputStore, 'dismiss' | 'has' | 'hold' | 'holders'>;
  /** Where jobs that use assets put them. */
  readonly shelf: Pick<UploadShelf, 'remove'>;
  readonly logger: Logger;
}

/** What is in the book, in the order of use, with what it holds. */
const createPages = ({ inputs, shelf }: Pick<AssetBookDependencies, 'inputs' | 'shelf'>) => {
  const records = new Map<string, AssetRecord>();
  const releases = new Map<string, Cancel>();
  /** Assets by their bytes. */
  const shares = new Map<string, number>();
  let bytes = 0;

  const keep = (record: AssetRecord): void => {
    const { id, uploadId, sizeBytes } = record;
    releases.set(id, inputs.hold(uploadId, 'book'));
    records.set(id, record);
    const others = shares.get(uploadId) ?? 0;
    if (others === 0) bytes += sizeBytes;
    shares.set(uploadId, others + 1);
  };
  const drop = ({ id, uploadId, sizeBytes, hash }: AssetRecord): void => {
    records.delete(id);
    releases.get(id)?.();
    releases.delete(id);
    const others = (shares.get(uploadId) ?? 1) - 1;
    shares.set(uploadId, others);
    if (others > 0) return;
    shares.delete(uploadId);
    bytes -= sizeBytes;
    shelf.remove((file) => file.uploadId === uploadId && isNameOfAsset(file, hash));
    inputs.dismiss(uploadId);
  };
  const isNeeded = ({ uploadId }: AssetRecord): boolean => inputs.holders(uploadId, 'job') > 0;

  return {
    records,
    keep,
    drop,
    isNeeded,
    /** Lets go of what is beyond the limits; false where jobs need too much of it. */
    makeRoom: ({ maxAssets, maxBytes }: AssetLimits, coming: AssetRecord | null): boolean => {
      const fits = (): boolean => {
        const isMore = coming !== null && !shares.has(coming.uploadId);
        const wanted = coming === null ? 0 : 1;
        return records.size + wanted <= maxAssets && bytes + (isMore ? coming.sizeBytes : 0) <= maxBytes;
      };
      for (const record of records.values()) {
        if (fits()) return true;
        if (!isNeeded(record)) drop(record);
      }
      return fits();
    },
  };
};

const noRoom = (): StudioError =>
  new StudioError('STORE_WRITE_FAILED', 'There is no room for another asset: jobs need those that are there.');

/** Reads what an earlier gateway kept; assets whose bytes are gone are left out. */
export const openAssetBook = async (
  { store, inputs, shelf, logger }: AssetBookDependencies,
  limits: AssetLimits = usualLimits,
): Promise<AssetBook> => {
  const pages = createPages({ inputs, shelf });
  const { records, keep, drop, isNeeded } = pages;
  const save = (): Promise<void> => store.save({ assets: [...records.values()] });

  const { document } = await store.load();
  for (const record of document.assets) if (inputs.has(record.uploadId)) keep(record);
  pages.makeRoom(limits, null);

  return {
    find: (assetId) => records.get(assetId),
    byHash: (hash) => [...records.values()].findLast((record) => record.hash === hash),
    add: async (record) => {
      const isTooLarge = record.sizeBytes > limits.maxBytes;
      if (isTooLarge || !pages.makeRoom(limits, record)) throw noRoom();
      keep(record);
      try {
        await save();
      } catch (error) {
        drop(record);
        throw error;
      }
    },
    noteUse: (assetId) => {
      const record = records.get(assetId);
      if (record === undefined || !records.delete(assetId)) return;
      records.set(assetId, record);
    },
    remove: async (assetId) => {
      const record = records.get(assetId);
      if (record === undefined) return 'unknown';
      if (isNeeded(record)) return 'in-use';
      drop(record);
      await save().catch((error: unknown) => {
        // It comes back with the next start at worst, and can be removed again.
        logger.warn('The list of assets could not be written.', { error: String(error) });
      });
      return 'removed';
    },
  };
};
