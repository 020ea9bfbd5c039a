import type { MetricSeries, TelemetrySeries } from '#contract/models/telemetry-series.ts';
import { formatBytes, formatLoad, formatResponseTime, formatTemperature, formatWatts } from '../../text/format.ts';
import type { ChartLine } from './chart-data.ts';

export const chartNames = ['vram', 'load', 'temperature', 'power', 'memory', 'cpu', 'queue', 'response'] as const;
export type ChartName = (typeof chartNames)[number];

/** What one chart shows. */
export interface ChartContents {
  readonly name: ChartName;
  readonly main: ChartLine;
  /** A second, quieter line: what the whole card uses. */
  readonly behind: ChartLine | null;
  /** The axis begins at 0 and ends here, or where the values end. */
  readonly full: number | null;
  readonly format: (value: number) => string;
  readonly inBytes: boolean;
}

const lineOf = (metric: MetricSeries | undefined): ChartLine | null =>
  metric === undefined ? null : { values: metric.average, low: metric.minimum ?? null, high: metric.maximum ?? null };

const whole = (value: number): string => String(Math.round(value * 10) / 10);

const isMeasured = (line: ChartLine | null): line is ChartLine =>
  line !== null && line.values.some((value) => value !== null);

/** The charts of an instance; those of which nothing was ever read are left out. */
export const chartsOf = (series: TelemetrySeries, vramTotalBytes: number | null): readonly ChartContents[] => {
  const { instance, gpus } = series;
  const card = gpus[0];
  const vram = lineOf(instance.vramUsedBytes);
  const cardVram = lineOf(card?.memoryUsedBytes);
  const one = (
    name: ChartName,
    metric: MetricSeries | undefined,
    format: (value: number) => string,
    full: number | null,
  ) => ({
    name,
    main: lineOf(metric),
    behind: null,
    full,
    format,
    inBytes: name === 'memory',
  });
  const candidates = [
    {
      name: 'vram' as const,
      main: isMeasured(vram) ? vram : cardVram,
      behind: isMeasured(vram) && isMeasured(cardVram) ? cardVram : null,
      full: vramTotalBytes,
      format: formatBytes,
      inBytes: true,
    },
    one('load', card?.loadPercent, formatLoad, 100),
    one('temperature', card?.temperatureCelsius, formatTemperature, 90),
    one('power', card?.powerWatts, formatWatts, null),
    one('memory', instance.memoryBytes, formatBytes, null),
    one('cpu', instance.cpuPercent, formatLoad, 100),
    one('queue', instance.queueRemaining, whole, 4),
    one('response', instance.responseTimeMs, formatResponseTime, 100),
  ];
  return candidates.flatMap((chart) => (isMeasured(chart.main) ? [{ ...chart, main: chart.main }] : []));
};
