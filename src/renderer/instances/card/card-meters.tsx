import { Text, Tooltip } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { InstanceView } from '#contract/models/instance.ts';
import { Meter } from '../../components/meter.tsx';
import { useGpuReading, useGpus, useInstanceReading } from '../../studio-client/queries.ts';
import { formatBytes, formatLoad, formatTemperature, formatUsage } from '../../text/format.ts';
import { deviceFacts } from '../device-text.ts';
import { readySince } from '../instance-presentation.ts';
import classes from './instance-card.module.css';

interface Memory {
  readonly used: number;
  readonly total: number;
}

const memoryOf = (used: number | null | undefined, total: number | null | undefined): Memory | null =>
  typeof used === 'number' && typeof total === 'number' && total > 0 ? { used, total } : null;

/** VRAM, load and temperature; below them what the process itself uses. Numbers come from the telemetry topic alone. */
export const CardMeters = ({ view }: { view: InstanceView }): ReactNode => {
  const { t } = useTranslation();
  const reading = useInstanceReading(view.configuration.id);
  const gpu = useGpuReading(deviceFacts(view, useGpus()).gpuIndex);
  const serves = readySince(view.state) !== null;
  const memory =
    memoryOf(gpu?.memoryUsedBytes, gpu?.memoryTotalBytes) ??
    (serves ? memoryOf(reading?.vramUsedBytes, reading?.vramTotalBytes) : null);
  const usage = memory === null ? '–' : formatUsage(memory.used, memory.total);
  const live = serves ? reading : null;
  return (
    <div className={classes.meters}>
      <div className={classes.meterRow}>
        <Text span inherit c="dimmed">
          {t('instances.card.vram')}
        </Text>
        <Meter
          kind="level"
          fraction={memory === null ? null : memory.used / memory.total}
          label={t('instances.card.vram')}
          valueText={usage}
        />
        <span className={classes.figure}>{usage}</span>
        <Tooltip label={t('instances.card.load')}>
          <span className={classes.loadFigure}>{formatLoad(gpu?.loadPercent ?? null)}</span>
        </Tooltip>
        <Tooltip label={t('instances.card.temperature')}>
          <span className={classes.loadFigure}>{formatTemperature(gpu?.temperatureCelsius ?? null)}</span>
        </Tooltip>
      </div>
      <div className={classes.quietRow}>
        <span>{t('instances.card.cpuLoad', { value: formatLoad(live?.cpuPercent ?? null) })}</span>
        <span>
          {t('instances.card.memory', {
            value: typeof live?.memoryBytes === 'number' ? formatBytes(live.memoryBytes) : '–',
          })}
        </span>
        <span>{t('instances.card.queue', { count: live?.queueRemaining ?? 0 })}</span>
      </div>
    </div>
  );
};
