import type { GalleryDay } from '#contract/models/gallery.ts';

/** Every time zone is a whole number of these away from UTC. */
export const quarterMs = 900_000;
/** The longest day, one in which clocks are set back, has 25 hours. */
const longestDayQuarters = 101;
const mostKnownDays = 10_000;

interface Day {
  readonly name: string;
  readonly firstQuarter: number;
}

const formatOf = (timeZone: string): Intl.DateTimeFormat => {
  const options = { year: 'numeric', month: '2-digit', day: '2-digit' } as const;
  try {
    return new Intl.DateTimeFormat('en-CA', { ...options, timeZone });
  } catch (error) {
    // A zone that nobody knows.
    if (error instanceof RangeError) return new Intl.DateTimeFormat('en-CA', { ...options, timeZone: 'UTC' });
    throw error;
  }
};

/** Counts by quarters of an hour (newest first) to counts by day of one time zone. Days that were seen are remembered. */
export type CountDays = (quarters: readonly (readonly [quarter: number, count: number])[]) => GalleryDay[];

export const createDayCounter = (timeZone: string): CountDays => {
  const format = formatOf(timeZone);
  const known = new Map<number, Day>();
  const nameOf = (quarter: number): string => {
    const parts = Object.fromEntries(format.formatToParts(quarter * quarterMs).map(({ type, value }) => [type, value]));
    return `${parts['year']}-${parts['month']}-${parts['day']}`;
  };
  /** Formatting is slow, so the beginning of a day is searched for by halves instead of asking for each quarter. */
  const dayOf = (quarter: number): Day => {
    const remembered = known.get(quarter);
    if (remembered !== undefined) return remembered;
    const name = nameOf(quarter);
    let before = quarter - longestDayQuarters;
    let firstQuarter = quarter;
    while (firstQuarter - before > 1) {
      const middle = Math.floor((firstQuarter + before) / 2);
      if (nameOf(middle) === name) firstQuarter = middle;
      else before = middle;
    }
    if (known.size >= mostKnownDays) known.clear();
    const day = { name, firstQuarter };
    known.set(quarter, day);
    return day;
  };
  return (quarters) => {
    const days: GalleryDay[] = [];
    let current: Day | null = null;
    let count = 0;
    for (const [quarter, added] of quarters) {
      if (current !== null && quarter < current.firstQuarter) {
        days.push({ day: current.name, count });
        current = null;
        count = 0;
      }
      current ??= dayOf(quarter);
      count += added;
    }
    if (current !== null) days.push({ day: current.name, count });
    return days;
  };
};
