/** An expected value and how far off it usually is; both in the same unit. */
export interface Guess {
  readonly mean: number;
  readonly spread: number;
}

/** A running average that forgets: exact over the first few values, then the newest count most. */
export interface Average extends Guess {
  readonly count: number;
}

/** The weight of a new value once there are many: about the last five count. */
const newestWeight = 0.2;
/** What a single value says about the spread. */
const spreadOfOne = 0.3;
/** A count beyond this changes nothing. */
const countLimit = 1000;

export const firstValue = (value: number): Average => ({ mean: value, spread: value * spreadOfOne, count: 1 });

/** The average with one more value. */
export const withValue = (average: Average | undefined, value: number): Average => {
  if (average === undefined) return firstValue(value);
  const count = Math.min(countLimit, average.count + 1);
  const weight = Math.max(1 / count, newestWeight);
  const difference = value - average.mean;
  const variance = (1 - weight) * (average.spread ** 2 + weight * difference ** 2);
  return { mean: average.mean + weight * difference, spread: Math.sqrt(variance), count };
};

/** The averages of several instances with one more value for one of them. */
export const withMeasured = (
  averages: ReadonlyMap<string, Average> | undefined,
  instanceId: string,
  value: number,
): ReadonlyMap<string, Average> => new Map(averages).set(instanceId, withValue(averages?.get(instanceId), value));
