import { z } from 'zod';

export const seriesRanges = ['hour', 'day'] as const;
export const seriesRangeSchema = z.enum(seriesRanges);
export type SeriesRange = z.infer<typeof seriesRangeSchema>;

const values = z.array(z.number().nullable());

/** One measure over time, a value for each moment of `at`; null where it was not measured. */
export const metricSeriesSchema = z.object({
  average: values,
  minimum: values.optional().describe('Of each minute; absent for the last hour'),
  maximum: values.optional(),
});
export type MetricSeries = z.infer<typeof metricSeriesSchema>;

export const instanceMetrics = [
  'vramUsedBytes',
  'memoryBytes',
  'cpuPercent',
  'queueRemaining',
  'responseTimeMs',
] as const;
export type InstanceMetric = (typeof instanceMetrics)[number];

export const gpuMetrics = ['memoryUsedBytes', 'loadPercent', 'temperatureCelsius', 'powerWatts'] as const;
export type GpuMetric = (typeof gpuMetrics)[number];

const metric = metricSeriesSchema;

const keptCell = z.tuple([z.number(), z.number(), z.number()]).nullable();

/** A minute of measurements as it is kept on the disk: average, minimum and maximum of each measure of each subject. */
export const keptMinuteSchema = z.object({
  minute: z.int().nonnegative(),
  subjects: z.record(z.string().max(80), z.array(keptCell).max(8)),
});
export type KeptMinute = z.infer<typeof keptMinuteSchema>;

export const telemetrySeriesSchema = z.object({
  range: seriesRangeSchema,
  stepMs: z.int().positive().describe('Time that one value stands for'),
  gapMs: z.int().positive().describe('Moments further apart than this have nothing between them'),
  at: z.array(z.number()).describe('Epoch milliseconds, growing: where each step begins'),
  instance: z.object({
    vramUsedBytes: metric,
    memoryBytes: metric,
    cpuPercent: metric,
    queueRemaining: metric,
    responseTimeMs: metric,
  }),
  gpus: z.array(
    z.object({
      index: z.int().nonnegative(),
      memoryUsedBytes: metric,
      loadPercent: metric,
      temperatureCelsius: metric,
      powerWatts: metric,
    }),
  ),
});
export type TelemetrySeries = z.infer<typeof telemetrySeriesSchema>;
