import type { Trace } from '../trace.ts';

/** From `from` on all cards that are up do so much work for a card of speed 1 in a millisecond. */
export interface CapacityStep {
  readonly from: number;
  readonly speed: number;
  /** Cards that are up. */
  readonly cards: number;
}

/** What the cards of a trace can do at most over time: deaths take a card out, its return brings it back at once. */
export const capacityOf = ({ cards, outages }: Trace): readonly CapacityStep[] => {
  const times = [...new Set([0, ...outages.flatMap(({ downAt, upAt }) => [downAt, upAt])])].sort((a, b) => a - b);
  return times.map((from) => {
    const down = new Set(
      outages.flatMap(({ cardId, downAt, upAt }) => (downAt <= from && from < upAt ? [cardId] : [])),
    );
    const up = cards.filter(({ id }) => !down.has(id));
    return { from, speed: up.reduce((sum, { speed }) => sum + speed, 0), cards: up.length };
  });
};

/** When so much work is done that begins at `start` and is shared by all cards without any loss; Infinity when never. */
export const timeOfWork = (steps: readonly CapacityStep[], start: number, work: number): number => {
  let left = work;
  for (const [index, { from, speed }] of steps.entries()) {
    const until = steps[index + 1]?.from ?? Number.POSITIVE_INFINITY;
    const begin = Math.max(from, start);
    if (until <= begin) continue;
    if (speed * (until - begin) >= left) return speed === 0 ? begin : begin + left / speed;
    left -= speed * (until - begin);
  }
  return Number.POSITIVE_INFINITY;
};
