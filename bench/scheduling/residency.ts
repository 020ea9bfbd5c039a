import type { ModelFile, Residency } from './trace.ts';

/** The model files that one card holds. */
export interface CardMemory {
  missing(files: readonly ModelFile[]): readonly ModelFile[];
  /** The files are used: they are held from now on, and others make room. */
  use(files: readonly ModelFile[]): void;
  clear(): void;
}

export const createCardMemory = (residency: Residency, memoryBytes: number): CardMemory => {
  /** Least recently used first. */
  const held = new Map<string, number>();

  const makeRoom = (bytes: number): void => {
    let used = bytes;
    for (const size of held.values()) used += size;
    for (const [name, size] of held) {
      if (used <= memoryBytes) return;
      held.delete(name);
      used -= size;
    }
  };

  return {
    missing: (files) => files.filter(({ name }) => !held.has(name)),
    use(files) {
      if (residency === 'last-set') held.clear();
      for (const { name, bytes } of files) {
        held.delete(name);
        if (residency === 'memory') makeRoom(bytes);
        held.set(name, bytes);
      }
    },
    clear: () => held.clear(),
  };
};
