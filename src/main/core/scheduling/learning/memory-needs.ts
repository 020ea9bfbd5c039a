import type { WorkflowShape } from '../scheduler-interface.ts';
import { createRecentMap, type RecentMap } from './recent-map.ts';

const shapesRemembered = 2000;

/** Cards of one size report totals that differ by a little: this much counts as the same size. */
const sameSizeShare = 0.02;

/** How much memory a card must have, learned from the cards that were too small. */
export interface MemoryNeeds {
  /** The shape did not fit into a card of this size. */
  tooSmall(shape: WorkflowShape, vramTotalBytes: number): void;
  /** The least total memory that it is known to need; null when nothing is known. */
  need(shape: WorkflowShape): number | null;
  /** In bytes, by fingerprint. */
  readonly fingerprints: RecentMap<number>;
}

/** Of equal prompts only: a larger picture or another LoRA may be what did not fit. */
export const createMemoryNeeds = (): MemoryNeeds => {
  const needs = createRecentMap<number>(shapesRemembered);
  return {
    tooSmall: ({ fingerprint }, vramTotalBytes) => {
      const need = Math.ceil(vramTotalBytes * (1 + sameSizeShare));
      needs.set(fingerprint, Math.max(need, needs.get(fingerprint) ?? 0));
    },
    need: ({ fingerprint }) => needs.get(fingerprint) ?? null,
    fingerprints: needs,
  };
};
