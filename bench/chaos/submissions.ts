import { setTimeout as wait } from 'node:timers/promises';
import { callStudio } from '../../test/studio-client.ts';
import { plainPrompt, samplingPrompt } from '../../test/studio-jobs.ts';
import type { Victims } from './kill-something.ts';

/**
 * Jobs have ids that say which they are, so that a submission whose answer was lost with the studio can be repeated, and none be taken
 * twice: a single job the one with its index, and job n of a batch the nth from the index of the batch's id on. Files are `chaos-<index>`.
 */
export const idOf = (kind: 'a' | 'b', index: number): string =>
  `c0000000-0000-4000-${kind}000-${String(index).padStart(12, '0')}`;
export const fileOf = (index: number): string => `chaos-${index}`;

const numberIn = (id: string, kind: 'a' | 'b'): number | null => {
  const index = Number(id.slice(-12));
  return Number.isSafeInteger(index) && idOf(kind, index) === id ? index : null;
};

/** Which submission a row is of; null for a row that nobody asked for. */
export const indexOfJob = (id: string, batch: string | null, batchIndex: number): number | null => {
  if (batch === null) return numberIn(id, 'a');
  const first = numberIn(batch, 'b');
  return first === null ? null : first + batchIndex;
};

const repeatPauseMs = 50;
const repeatLimitMs = 120_000;

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
/** The connection broke, the answer broke off, or the studio is on its way up or down. */
const isGone = (error: unknown): boolean =>
  error instanceof TypeError || error instanceof SyntaxError || /HTTP (429|503) /.test(textOf(error));

/** Makes a call until it is answered, by whichever studio lives then; an error that means "it is done" ends it as well. */
export const untilAnswered = async (call: () => Promise<unknown>, isDone: (text: string) => boolean): Promise<void> => {
  const deadline = performance.now() + repeatLimitMs;
  for (;;) {
    try {
      await call();
      return;
    } catch (error) {
      if (isDone(textOf(error))) return;
      if (!isGone(error) || performance.now() > deadline) throw error;
      await wait(repeatPauseMs);
    }
  }
};

const isTaken = (text: string): boolean => text.includes('"taken"');

const promptOf = (index: number) => (index % 4 === 0 ? plainPrompt(fileOf(index)) : samplingPrompt(fileOf(index), 20));

export interface Submissions {
  /** Accepted or underway. */
  readonly taken: () => number;
  readonly left: () => number;
  /** Submits so many jobs, or what is left of them, at once and answers when all are accepted. */
  readonly singles: (count: number) => Promise<void>;
  /** The same as one batch. */
  readonly batch: (count: number) => Promise<void>;
}

/** Hands out `total` jobs, each of which is accepted exactly once, whatever dies in the meantime. */
export const createSubmissions = (victims: Victims, total: number): Submissions => {
  let next = 0;
  const take = (count: number): readonly number[] => {
    const indexes = Array.from({ length: Math.min(count, total - next) }, (_, index) => next + index);
    next += indexes.length;
    return indexes;
  };
  const submitOne = (index: number): Promise<void> =>
    untilAnswered(
      () => callStudio(victims.studio, 'jobs.submit', { id: idOf('a', index), prompt: promptOf(index), kind: 'batch' }),
      isTaken,
    );
  return {
    taken: () => next,
    left: () => total - next,
    singles: async (count) => {
      await Promise.all(take(count).map(submitOne));
    },
    batch: async (count) => {
      const indexes = take(count);
      const [first] = indexes;
      if (first === undefined) return;
      const prompt = samplingPrompt('chaos', 12);
      const parameters = [{ nodeId: '9', inputName: 'filename_prefix', values: indexes.map(fileOf) }];
      const input = { id: idOf('b', first), prompt, parameters };
      await untilAnswered(() => callStudio(victims.studio, 'jobs.submitBatch', input), isTaken);
    },
  };
};
