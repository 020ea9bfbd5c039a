import type { Clock } from '#core/ports/clock.ts';

/** What became of a wait: its value, its failure, or nothing in time. */
export type Limited<Value> =
  | { readonly kind: 'done'; readonly value: Value }
  | { readonly kind: 'failed'; readonly error: unknown }
  | { readonly kind: 'late' };

/** Waits for a promise at most `limitMs`. Never rejects; a promise that settles late is heard, so that its failure is not lost. */
export const limited = <Value>(promise: Promise<Value>, limitMs: number, clock: Clock): Promise<Limited<Value>> =>
  new Promise((resolve) => {
    const cancel = clock.schedule(limitMs, () => {
      resolve({ kind: 'late' });
    });
    promise.then(
      (value) => {
        cancel();
        resolve({ kind: 'done', value });
      },
      (error: unknown) => {
        cancel();
        resolve({ kind: 'failed', error });
      },
    );
  });

/** Resolves after `delayMs`. */
export const pause = (delayMs: number, clock: Clock): Promise<void> =>
  new Promise((resolve) => {
    clock.schedule(delayMs, resolve);
  });
