import { type KeptMinute, keptMinuteSchema } from '#contract/models/telemetry-series.ts';
import type { SeriesStore } from '#core/ports/event-store.ts';
import { type SeriesBook, type StoredMinute, seriesSteps } from './series-book.ts';
import type { SlotStats } from './time-ring.ts';

/** Five digits are more than any sensor has. */
const shortened = (value: number): number => Number(value.toPrecision(5));

/** A minute as a short line: each measure is its average, minimum and maximum. */
export const minuteLine = ({ minute, subjects }: StoredMinute): string => {
  const cells = Object.entries(subjects).map(([key, stats]) => [
    key,
    stats.map((one) => (one === null ? null : [one.average, one.minimum, one.maximum].map(shortened))),
  ]);
  return JSON.stringify({ minute, subjects: Object.fromEntries(cells) });
};

const toStats = (cell: KeptMinute['subjects'][string][number]): SlotStats | null =>
  cell === null ? null : { average: cell[0], minimum: cell[1], maximum: cell[2] };

const parse = (line: string): StoredMinute | null => {
  try {
    const { data } = keptMinuteSchema.safeParse(JSON.parse(line));
    if (data === undefined) return null;
    const subjects = Object.entries(data.subjects).map(([key, cells]) => [key, cells.map(toStats)] as const);
    return { minute: data.minute, subjects: Object.fromEntries(subjects) };
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
};

const minutesADay = 1440;

/** Puts the minutes of the last day back into the book. Damaged lines and those of other days are left out. */
export const restoreMinutes = async (book: SeriesBook, store: SeriesStore, now: number): Promise<void> => {
  const present = Math.floor(now / seriesSteps.day);
  for await (const line of store.read()) {
    // Read off before anything is parsed, since most lines of a long-running studio are older.
    const minute = Number(/^\{"minute":(\d+)/.exec(line)?.[1] ?? Number.NaN);
    if (!(minute > present - minutesADay && minute <= present)) continue;
    const stored = parse(line);
    if (stored !== null) book.restore(stored);
  }
};
