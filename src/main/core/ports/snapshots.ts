import type { Snapshot } from '#contract/models/configuration.ts';
import type { Settings } from '#contract/models/settings.ts';
import type { FleetDocument } from './stores.ts';

/** A state of the stored documents; null for one that it does not hold. */
export interface SnapshotContents {
  readonly fleet: FleetDocument | null;
  readonly settings: Settings | null;
}

/**
 * Earlier states: those that were kept on purpose, and the rings of backups of the documents. A bounded number is kept; the oldest
 * goes first.
 */
export interface SnapshotStore {
  /** Newest first. Files that cannot be read are left out. */
  list(): Promise<readonly Snapshot[]>;
  /** SNAPSHOT_NOT_FOUND, STORE_CORRUPT, STORE_NEWER_VERSION. */
  read(snapshotId: string): Promise<SnapshotContents>;
  /** STORE_WRITE_FAILED. */
  add(
    reason: Snapshot['reason'],
    contents: { readonly fleet: FleetDocument; readonly settings: Settings },
  ): Promise<Snapshot>;
}
