import type { StoreChange } from '#core/ports/job-store.ts';

/** Gives out ComfyUI's queue numbers and the ranks that follow from them (comfyui-protocol.md 4.1). */
export interface QueueNumbers {
  next(
    wish: { readonly number?: number; readonly front?: boolean },
    priority: number,
  ): { readonly number: number; readonly rank: number };
  /** Ranks behind everything that waits and before all that is submitted later; `lastRank` is the highest that waits. */
  atEnd(count: number, lastRank: number | null): readonly number[];
  /** Ranks for everything that waits, before all that is submitted later. */
  forAll(count: number): readonly number[];
  /** What has to be written so that no number is given out again after a restart. */
  changes(): readonly StoreChange[];
  /** Goes on where an earlier studio stopped. */
  restore(stored: unknown): void;
}

const factName = 'nextNumber';
export const queueNumberFact = factName;

/** `frontRank` answers the rank before everything that waits with a priority. */
export const createQueueNumbers = (frontRank: (priority: number) => number): QueueNumbers => {
  let counter = 0;
  let written = 0;
  return {
    next: ({ number, front }, priority) => {
      if (number !== undefined) return { number, rank: number };
      const at = counter;
      counter += 1;
      return front === true ? { number: -at, rank: Math.min(-at, frontRank(priority)) } : { number: at, rank: at };
    },
    atEnd: (count, lastRank) => {
      const first = Math.max(counter, Math.floor(lastRank ?? counter) + 1);
      counter = first + count;
      return Array.from({ length: count }, (_, index) => first + index);
    },
    forAll: (count) => Array.from({ length: count }, (_, index) => counter - count + index),
    changes: () => {
      if (written === counter) return [];
      written = counter;
      return [{ kind: 'fact', name: factName, value: counter }];
    },
    restore: (stored) => {
      if (typeof stored === 'number' && Number.isFinite(stored)) counter = Math.max(counter, Math.ceil(stored));
      written = counter;
    },
  };
};
