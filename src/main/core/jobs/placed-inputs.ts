/** Where an instance stored a file that it was sent. */
export interface StoredPlace {
  readonly filename: string;
  readonly subfolder: string;
  readonly type: string;
}

/** What one run of an instance's program got from this studio, by place and content. */
export interface PlacedFiles {
  get(key: string): StoredPlace | undefined;
  set(key: string, stored: StoredPlace): void;
  /** Something of it was not there any more: nothing of it is believed from now on. */
  clear(): void;
}

/** Remembers what instances have, so that a file that many jobs use is sent to each instance once. */
export interface PlacedInputs {
  /** A new run of the program begins with nothing: its `temp` folder is emptied, and who knows what happened in between. */
  of(instance: { readonly instanceId: string; readonly readyAt: number | null }): PlacedFiles;
}

/** Files that are remembered for one instance; the oldest go first. */
const maxFiles = 2000;

const createPlacedFiles = (): PlacedFiles => {
  const files = new Map<string, StoredPlace>();
  return {
    get: (key) => files.get(key),
    set: (key, stored) => {
      files.delete(key);
      files.set(key, stored);
      const oldest = files.keys().next();
      if (files.size > maxFiles && oldest.done !== true) files.delete(oldest.value);
    },
    clear: () => files.clear(),
  };
};

export const createPlacedInputs = (): PlacedInputs => {
  const runs = new Map<string, { readonly readyAt: number; readonly files: PlacedFiles }>();
  return {
    of: ({ instanceId, readyAt }) => {
      if (readyAt === null) return createPlacedFiles();
      const known = runs.get(instanceId);
      if (known?.readyAt === readyAt) return known.files;
      const files = createPlacedFiles();
      runs.set(instanceId, { readyAt, files });
      return files;
    },
  };
};
