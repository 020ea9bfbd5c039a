import { useEffect, useMemo, useState } from 'react';
import type { Telemetry } from '#contract/models/gpu.ts';
import type { SeriesRange, TelemetrySeries } from '#contract/models/telemetry-series.ts';
import { useAnswer } from '../../studio-client/use-call.ts';
import { useTopic } from '../../studio-client/use-topic.ts';
import { withLiveSamples } from './chart-data.ts';

interface LiveSeries {
  readonly series: TelemetrySeries | undefined;
  readonly error: unknown;
  readonly retry: () => void;
}

/** What the studio counts itself takes the place of what was counted here after this time. */
const renewMs = 60_000;
/** Two minutes at the quickest pace. */
const samplesKept = 240;
const noSamples: readonly Telemetry[] = [];

/** Measurements over time that grow with every sample of the telemetry topic. */
export const useLiveSeries = (instanceId: string, gpuIndex: number | null, range: SeriesRange): LiveSeries => {
  const gpuIndexes = gpuIndex === null ? [] : [gpuIndex];
  const answer = useAnswer(
    'telemetry.series',
    { instanceId, gpuIndexes, range },
    { refetchIntervalMs: renewMs, keepPrevious: true },
  );
  const latest = useTopic('telemetry', { select: (sample) => sample }).data;
  const [samples, setSamples] = useState(noSamples);
  useEffect(() => {
    if (latest === undefined) return;
    setSamples((before) => (before.at(-1)?.at === latest.at ? before : [...before, latest].slice(-samplesKept)));
  }, [latest]);
  const { data } = answer;
  const series = useMemo(
    () => (data === undefined ? undefined : withLiveSamples(data, samples, instanceId)),
    [data, samples, instanceId],
  );
  return { series, error: answer.error, retry: () => void answer.refetch() };
};
