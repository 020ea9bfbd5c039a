/** What one slot says of one measure; null where it was not measured. */
export interface SlotStats {
  readonly average: number;
  readonly minimum: number;
  readonly maximum: number;
}

/** One slot that holds something. */
export interface Slot {
  /** Number of the step since the epoch. */
  readonly step: number;
  readonly stats: readonly (SlotStats | null)[];
}

/**
 * The latest steps of some measures in memory of a fixed size. A slot carries the number of its step, so that nothing is shifted or
 * wiped when time goes on: what is too old, or in the future after a clock was set back, is simply not read, and is there again when
 * the clock returns.
 */
export interface TimeRing {
  /** Counts a reading into the step of its time. */
  add(at: number, readings: readonly (number | null)[]): void;
  /** Puts a whole slot back, as it was read before. */
  restore(slot: Slot): void;
  slot(step: number): Slot | null;
  /** What lies within the ring's length before `now`, oldest first. */
  read(now: number): readonly Slot[];
  readonly stepMs: number;
}

interface TimeRingOptions {
  readonly stepMs: number;
  readonly slots: number;
  readonly measures: number;
  /** Whether the smallest and the largest reading of a step are kept beside the average. */
  readonly spread: boolean;
}

const empty = -1;

export const createTimeRing = ({ stepMs, slots, measures, spread }: TimeRingOptions): TimeRing => {
  const steps = new Float64Array(slots).fill(empty);
  const averages = new Float32Array(slots * measures).fill(Number.NaN);
  const minimums = spread ? new Float32Array(slots * measures).fill(Number.NaN) : averages;
  const maximums = spread ? new Float32Array(slots * measures).fill(Number.NaN) : averages;
  /** Readings of the step that is being filled; a step that is come back to counts as one reading. */
  const counts = new Uint16Array(measures);
  let filling = empty;

  const place = (step: number): number => step % slots;

  const claim = (step: number): number => {
    const index = place(step);
    if (step !== filling) {
      filling = step;
      counts.fill(steps[index] === step ? 1 : 0);
    }
    if (steps[index] !== step) {
      steps[index] = step;
      averages.fill(Number.NaN, index * measures, (index + 1) * measures);
      minimums.fill(Number.NaN, index * measures, (index + 1) * measures);
      maximums.fill(Number.NaN, index * measures, (index + 1) * measures);
    }
    return index * measures;
  };

  const addReading = (cell: number, measure: number, reading: number): void => {
    const before = averages[cell] ?? Number.NaN;
    const count = Number.isNaN(before) ? 0 : (counts[measure] ?? 0);
    averages[cell] = count === 0 ? reading : before + (reading - before) / (count + 1);
    counts[measure] = Math.min(count + 1, 65_535);
    if (!spread) return;
    const [low, high] = [minimums[cell] ?? Number.NaN, maximums[cell] ?? Number.NaN];
    minimums[cell] = Number.isNaN(low) ? reading : Math.min(low, reading);
    maximums[cell] = Number.isNaN(high) ? reading : Math.max(high, reading);
  };

  const slotAt = (index: number): Slot => ({
    step: steps[index] ?? empty,
    stats: Array.from({ length: measures }, (_, measure) => {
      const cell = index * measures + measure;
      const average = averages[cell] ?? Number.NaN;
      if (Number.isNaN(average)) return null;
      return { average, minimum: minimums[cell] ?? average, maximum: maximums[cell] ?? average };
    }),
  });

  return {
    stepMs,
    add: (at, readings) => {
      if (!Number.isFinite(at) || at < 0) return;
      const first = claim(Math.floor(at / stepMs));
      for (let measure = 0; measure < measures; measure += 1) {
        const reading = readings[measure] ?? null;
        if (reading !== null) addReading(first + measure, measure, reading);
      }
    },
    restore: ({ step, stats }) => {
      if (!Number.isInteger(step) || step < 0) return;
      const first = claim(step);
      for (let measure = 0; measure < measures; measure += 1) {
        const one = stats[measure] ?? null;
        if (one === null) continue;
        averages[first + measure] = one.average;
        minimums[first + measure] = spread ? one.minimum : one.average;
        maximums[first + measure] = spread ? one.maximum : one.average;
        counts[measure] = 1;
      }
    },
    slot: (step) => (step >= 0 && steps[place(step)] === step ? slotAt(place(step)) : null),
    read: (now) => {
      const last = Math.floor(now / stepMs);
      const found: Slot[] = [];
      for (let step = Math.max(0, last - slots + 1); step <= last; step += 1) {
        if (steps[place(step)] === step) found.push(slotAt(place(step)));
      }
      return found;
    },
  };
};
