import type { StoreChange } from '#core/ports/job-store.ts';
import type { ClientTurns, Place } from './client-turns.ts';

/** Gives out ComfyUI's queue numbers and the ranks that follow from them (comfyui-protocol.md 4.1). */
export interface QueueNumbers {
  /** For a new job, which stands there from now on. */
  next(
    wish: { readonly number?: number; readonly front?: boolean },
    place: Place,
  ): { readonly number: number; readonly rank: number };
  /** Uses up a number for a submission that makes no job, as ComfyUI does: gaps are normal there. */
  skip(): void;
  /** The job was not taken after all. */
  withdraw(jobId: string): void;
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
export const createQueueNumbers = (frontRank: (priority: number) => number, turns: ClientTurns): QueueNumbers => {
  let counter = 0;
  let written = 0;

  const numbersFor: QueueNumbers['next'] = ({ number, front }, place) => {
    if (number !== undefined) return { number, rank: number };
    const at = counter;
    counter += 1;
    if (front === true) return { number: -at, rank: Math.min(-at, frontRank(place.priority)) };
    return { number: at, rank: turns.rankFor(place, at) };
  };

  return {
    next: (wish, place) => {
      const numbers = numbersFor(wish, place);
      // It counts before it is on disk: the next job of its client comes behind it.
      turns.stands(place, numbers.rank);
      return numbers;
    },
    skip: () => {
      counter += 1;
    },
    withdraw: turns.left,
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
