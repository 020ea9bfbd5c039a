import type { Clock } from '#core/ports/clock.ts';

/** Lets everything else have its turn between two pieces of long work. */
export const pause = (clock: Pick<Clock, 'schedule'>): Promise<void> =>
  new Promise((resolve) => {
    clock.schedule(0, resolve);
  });

/** The items in pieces of a size that the event loop bears. */
export const inPieces = <Item>(items: readonly Item[], size: number): readonly (readonly Item[])[] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, index) => items.slice(index * size, (index + 1) * size));
