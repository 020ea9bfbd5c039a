import type { Telemetry } from '#contract/models/gpu.ts';
import {
  gpuMetrics,
  instanceMetrics,
  type MetricSeries,
  type TelemetrySeries,
} from '#contract/models/telemetry-series.ts';

export type Values = readonly (number | null)[];

/** One line of a chart. */
export interface ChartLine {
  readonly values: Values;
  /** Smallest and largest of each step, where they are known. */
  readonly low: Values | null;
  readonly high: Values | null;
}

const rangeMs = { hour: 3_600_000, day: 86_400_000 } as const;

const stepOf = (at: number, stepMs: number): number => Math.floor(at / stepMs) * stepMs;

const averageOf = (readings: readonly (number | null)[]): number | null => {
  const known = readings.filter((reading) => reading !== null);
  return known.length === 0 ? null : known.reduce((sum, reading) => sum + reading, 0) / known.length;
};

const grown = (
  metric: MetricSeries,
  kept: { readonly from: number; readonly to: number },
  steps: readonly (readonly (number | null)[])[],
): MetricSeries => {
  const part = (values: Values): (number | null)[] => values.slice(kept.from, kept.to);
  const added = (pick: (known: readonly number[]) => number): (number | null)[] =>
    steps.map((readings) => {
      const known = readings.filter((reading) => reading !== null);
      return known.length === 0 ? null : pick(known);
    });
  const average = [...part(metric.average), ...steps.map(averageOf)];
  if (metric.minimum === undefined || metric.maximum === undefined) return { average };
  return {
    average,
    minimum: [...part(metric.minimum), ...added((known) => Math.min(...known))],
    maximum: [...part(metric.maximum), ...added((known) => Math.max(...known))],
  };
};

/**
 * What the studio answered, and what came over the topic since: later samples in steps of the same length, and what has left the range
 * at the other end taken away. A step that the answer ends with is left as it was answered.
 */
export const withLiveSamples = (
  series: TelemetrySeries,
  samples: readonly Telemetry[],
  instanceId: string,
): TelemetrySeries => {
  const { stepMs, at } = series;
  const lastKnown = at.at(-1) ?? Number.NEGATIVE_INFINITY;
  const later = samples.filter((sample) => stepOf(sample.at, stepMs) > lastKnown);
  if (later.length === 0) return series;
  const steps = [...new Set(later.map((sample) => stepOf(sample.at, stepMs)))].toSorted((a, b) => a - b);
  const start = (steps.at(-1) ?? 0) - rangeMs[series.range];
  const from = at.findIndex((moment) => moment > start);
  const kept = { from: from === -1 ? at.length : from, to: at.length };
  const bySteps = (read: (sample: Telemetry) => number | null): readonly (readonly (number | null)[])[] =>
    steps.map((step) => later.filter((sample) => stepOf(sample.at, stepMs) === step).map(read));
  const instance = { ...series.instance };
  for (const name of instanceMetrics) {
    instance[name] = grown(
      instance[name],
      kept,
      bySteps(({ instances }) => instances[instanceId]?.[name] ?? null),
    );
  }
  const gpus = series.gpus.map((gpu) => {
    const card = { ...gpu };
    for (const name of gpuMetrics) {
      card[name] = grown(
        card[name],
        kept,
        bySteps((sample) => sample.gpus.find(({ index }) => index === gpu.index)?.[name] ?? null),
      );
    }
    return card;
  });
  return { ...series, at: [...at.slice(kept.from), ...steps], instance, gpus };
};

/** Moments and lines with a hole wherever nothing was measured for longer than `gapMs`, so that no line leads over it. */
export const withGaps = (
  at: readonly number[],
  gapMs: number,
  lines: readonly Values[],
): { readonly at: readonly number[]; readonly lines: readonly Values[] } => {
  const holes = at.flatMap((moment, index) => {
    const before = at[index - 1];
    return before !== undefined && moment - before > gapMs ? [index] : [];
  });
  if (holes.length === 0) return { at, lines };
  const spread = <Value>(values: readonly Value[], hole: (index: number) => Value): Value[] => {
    let next = 0;
    return values.flatMap((value, index) => {
      if (holes[next] !== index) return [value];
      next += 1;
      return [hole(index), value];
    });
  };
  return {
    // Right after the last measurement, so that the line ends there.
    at: spread(at, (index) => (at[index - 1] ?? 0) + 1),
    lines: lines.map((values) => spread<number | null>(values, () => null)),
  };
};

export interface Extent {
  readonly now: number | null;
  readonly lowest: number;
  readonly highest: number;
}

/** The latest, the smallest and the largest value; null where there is none. */
export const extentOf = (values: Values): Extent | null => {
  const known = values.filter((value) => value !== null);
  if (known.length === 0) return null;
  return {
    now: values.at(-1) ?? null,
    lowest: known.reduce((low, value) => Math.min(low, value), Number.POSITIVE_INFINITY),
    highest: known.reduce((high, value) => Math.max(high, value), Number.NEGATIVE_INFINITY),
  };
};

/** A time of the table: averages over a stretch that a person can read. */
export interface TableRow {
  readonly from: number;
  readonly averages: readonly (number | null)[];
}

const tableStepMs = { hour: 5 * 60_000, day: 60 * 60_000 } as const;

/** Averages over five minutes, of a day over an hour; newest first. */
export const tableRows = (
  range: TelemetrySeries['range'],
  at: readonly number[],
  columns: readonly Values[],
): readonly TableRow[] => {
  const stepMs = tableStepMs[range];
  const places = new Map<number, number[]>();
  at.forEach((moment, index) => {
    const from = stepOf(moment, stepMs);
    places.set(from, [...(places.get(from) ?? []), index]);
  });
  return [...places]
    .toSorted(([first], [second]) => second - first)
    .map(([from, indexes]) => ({
      from,
      averages: columns.map((values) => averageOf(indexes.map((index) => values[index] ?? null))),
    }));
};

export const spanMs = (range: TelemetrySeries['range']): number => rangeMs[range];
