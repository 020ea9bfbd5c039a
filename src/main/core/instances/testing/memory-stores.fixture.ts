import { StudioError } from '#contract/errors.ts';
import type { RunRecord, RunRecordStore } from '#core/ports/process-host.ts';
import type { FleetDocument, FleetStore, SecretStore } from '#core/ports/stores.ts';

/** A disk in memory that outlives a fleet, so that a second studio can be opened on it. */
export interface MemoryStores {
  readonly fleet: FleetStore;
  readonly runRecords: RunRecordStore;
  readonly secrets: SecretStore;
  document: FleetDocument;
  /** Saves fail with STORE_WRITE_FAILED while true. */
  isFull: boolean;
  readonly records: Map<string, RunRecord>;
  readonly secretValues: Map<string, string>;
}

export const createMemoryStores = (): MemoryStores => {
  const records = new Map<string, RunRecord>();
  const secretValues = new Map<string, string>();
  const stores: MemoryStores = {
    document: { instances: [], activeInstanceId: null },
    isFull: false,
    records,
    secretValues,
    fleet: {
      load: () => Promise.resolve({ document: stores.document, notices: [] }),
      save: (document) => {
        if (stores.isFull) return Promise.reject(new StudioError('STORE_WRITE_FAILED'));
        stores.document = document;
        return Promise.resolve();
      },
    },
    runRecords: {
      list: () => Promise.resolve([...records.values()]),
      write: (record) => {
        records.set(record.instanceId, record);
        return Promise.resolve();
      },
      remove: (instanceId) => {
        records.delete(instanceId);
        return Promise.resolve();
      },
    },
    secrets: {
      get: (name) => Promise.resolve(secretValues.get(name) ?? null),
      set: (name, secret) => {
        secretValues.set(name, secret);
        return Promise.resolve();
      },
      remove: (name) => {
        secretValues.delete(name);
        return Promise.resolve();
      },
    },
  };
  return stores;
};
