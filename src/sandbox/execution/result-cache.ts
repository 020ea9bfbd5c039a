import type { CacheMode } from '../command-line/sandbox-options.ts';
import type { NodeResult } from '../nodes/node-definition.ts';

/** A result as it is kept: with what the node showed, and the id that the node had then. */
export interface CachedResult {
  readonly result: NodeResult;
  readonly nodeId: string;
}

export interface ResultCache {
  /** Tells which keys the coming prompt uses. */
  startPrompt(keys: ReadonlySet<string>): void;
  get(key: string): CachedResult | undefined;
  put(key: string, entry: CachedResult): void;
  /** After a node ran: the moment at which RAM pressure is looked at. */
  afterNode(): void;
  clear(): void;
}

/**
 * Keeps node results between prompts as ComfyUI's cache modes do (comfyui-protocol.md 5.2): `classic` forgets what the
 * coming prompt does not use, `ram` does so after each node that ran while free memory is below its threshold, `lru`
 * keeps the newest, `none` keeps nothing.
 */
export const createResultCache = (mode: CacheMode, freeMemoryBytes: () => number): ResultCache => {
  const entries = new Map<string, CachedResult>();
  let current: ReadonlySet<string> = new Set();
  const touch = (key: string): void => {
    const entry = entries.get(key);
    if (entry === undefined) return;
    entries.delete(key);
    entries.set(key, entry);
  };
  const dropUnused = (): void => {
    for (const key of entries.keys()) if (!current.has(key)) entries.delete(key);
  };
  const dropOldest = (maxEntries: number): void => {
    for (const key of entries.keys()) {
      if (entries.size <= maxEntries) return;
      if (!current.has(key)) entries.delete(key);
    }
  };
  return {
    startPrompt(keys) {
      current = keys;
      for (const key of keys) touch(key);
      if (mode.kind === 'classic') dropUnused();
      if (mode.kind === 'lru') dropOldest(mode.maxEntries);
    },
    get: (key) => entries.get(key),
    put(key, entry) {
      if (mode.kind !== 'none') entries.set(key, entry);
    },
    afterNode() {
      if (mode.kind === 'ram' && freeMemoryBytes() < mode.inactiveFreeBytes) dropUnused();
      if (mode.kind === 'lru') dropOldest(mode.maxEntries);
    },
    clear: () => entries.clear(),
  };
};
