import { createRecentMap } from './recent-map.ts';

const modelsRemembered = 500;
/** A job counts half as much after this time times ln 2. */
const memoryMs = 300_000;

interface Arrivals {
  readonly count: number;
  readonly at: number;
}

/** How often jobs come that use the same models, the latest counting most. */
export interface Popularity {
  came(loaderKey: string, at: number): void;
  /** Jobs a millisecond. */
  rate(loaderKey: string, now: number): number;
}

const decayed = ({ count, at }: Arrivals, now: number): number => count * Math.exp(-Math.max(0, now - at) / memoryMs);

export const createPopularity = (): Popularity => {
  const models = createRecentMap<Arrivals>(modelsRemembered);
  return {
    came: (loaderKey, at) => {
      const before = models.get(loaderKey);
      const now = Math.max(at, before?.at ?? at);
      models.set(loaderKey, { count: (before === undefined ? 0 : decayed(before, now)) + 1, at: now });
    },
    rate: (loaderKey, now) => {
      const arrivals = models.get(loaderKey);
      return arrivals === undefined ? 0 : decayed(arrivals, now) / memoryMs;
    },
  };
};
