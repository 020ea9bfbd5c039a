import type { MetricSeries, SeriesRange, TelemetrySeries } from '#contract/models/telemetry-series.ts';
import { fixtureNow, gigabytes } from './instance-fixtures.ts';

const steps = { hour: 5000, day: 60_000 } as const;
const counts = { hour: 720, day: 1440 } as const;

/** Work in turns: up for the length of a job, down between two. */
const working = (index: number): number => {
  const place = (index % 61) / 61;
  return place < 0.7 ? 0.82 + 0.16 * Math.sin(index * 0.9) * Math.sin(index * 0.13) : 0.04 + 0.03 * Math.sin(index);
};

const line = (moments: readonly number[], range: SeriesRange, valueAt: (index: number) => number): MetricSeries => {
  const average = moments.map((_, index) => Math.max(0, valueAt(index)));
  if (range === 'hour') return { average };
  return {
    average,
    minimum: average.map((value, index) => value * (0.62 + 0.2 * Math.sin(index * 0.7))),
    maximum: average.map((value, index) => value * (1.1 + 0.08 * Math.sin(index * 1.3))),
  };
};

/** Measurements of a card that works in turns, with a time in which nothing ran. */
export const drawnSeries = (range: SeriesRange, gpuIndexes: readonly number[], since = 0): TelemetrySeries => {
  const stepMs = steps[range];
  const last = Math.floor(fixtureNow / stepMs);
  const at = Array.from({ length: counts[range] }, (_, index) => (last - counts[range] + 1 + index) * stepMs).filter(
    (_, index) => index >= since && (index < counts[range] * 0.26 || index > counts[range] * 0.3),
  );
  const metric = (valueAt: (index: number) => number): MetricSeries => line(at, range, valueAt);
  return {
    range,
    stepMs,
    gapMs: 3 * stepMs,
    at,
    instance: {
      vramUsedBytes: metric((index) => gigabytes(9 + 9 * working(index - 8))),
      memoryBytes: metric((index) => gigabytes(5.2 + 0.9 * Math.sin(index / 90))),
      cpuPercent: metric((index) => 20 + 90 * working(index)),
      queueRemaining: metric((index) => Math.round(3 + 3 * Math.sin(index / 40))),
      responseTimeMs: metric((index) => 22 + 60 * working(index) * (1 + Math.sin(index * 2.1))),
    },
    gpus: gpuIndexes.map((index) => ({
      index,
      memoryUsedBytes: metric((step) => gigabytes(9.6 + 9 * working(step - 8))),
      loadPercent: metric((step) => Math.min(100, 100 * working(step))),
      temperatureCelsius: metric((step) => 46 + 25 * working(step - 20)),
      powerWatts: metric((step) => 40 + 350 * working(step)),
    })),
  };
};
