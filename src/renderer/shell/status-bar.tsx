import { Tooltip, VisuallyHidden } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Gpu } from '#contract/models/gpu.ts';
import type { TopicState } from '#contract/topics.ts';
import { Copyable } from '../components/copyable.tsx';
import { Meter } from '../components/meter.tsx';
import { StateGlyph } from '../components/state-glyph.tsx';
import { shortDeviceName } from '../instances/device-text.ts';
import { useGpuReading, useGpus, useStudio } from '../studio-client/queries.ts';
import { useTopic } from '../studio-client/use-topic.ts';
import { formatGigabytes, formatLoad, formatUsage, formatWatts } from '../text/format.ts';
import classes from './frame.module.css';
import { sumGpus } from './gpu-totals.ts';

const GpuMeter = ({ gpu }: { gpu: Gpu }): ReactNode => {
  const { t } = useTranslation();
  const reading = useGpuReading(gpu.index);
  const used = reading?.memoryUsedBytes ?? null;
  const total = reading?.memoryTotalBytes ?? gpu.memoryTotalBytes;
  const known = used !== null && total !== null && total > 0;
  const label = t('frame.status.gpu', { index: gpu.index });
  const hint = [
    shortDeviceName(gpu.name),
    known ? formatUsage(used, total) : t('frame.status.memoryUnknown'),
    t('frame.status.load', { load: formatLoad(reading?.loadPercent ?? null) }),
    t('frame.status.power', { power: formatWatts(reading?.powerWatts ?? null) }),
  ].join(' · ');
  return (
    <Tooltip label={hint}>
      <div className={classes.gpu}>
        <span>{label}</span>
        <span className={classes.gpuMeter}>
          <Meter kind="level" fraction={known ? used / total : null} label={label} valueText={hint} />
        </span>
        <span>
          {known
            ? `${Math.round(Number(formatGigabytes(used)))}/${Math.round(Number(formatGigabytes(total)))} GB`
            : '–'}
        </span>
        <span>
          {typeof reading?.temperatureCelsius === 'number' ? `${Math.round(reading.temperatureCelsius)}°` : ''}
        </span>
      </div>
    </Tooltip>
  );
};

interface FleetTotals {
  readonly running: number;
  readonly instances: number;
  readonly trouble: number;
}

const totalsOf = ({ instances }: TopicState<'instances'>): FleetTotals => ({
  running: instances.filter(({ status }) => status === 'running').length,
  instances: instances.length,
  trouble: instances.filter(({ status, health }) => status === 'error' || health === 'unhealthy').length,
});

/** All instances and GPUs as one: how many run, what is wrong, and, of several GPUs, their memory and power together. */
const Totals = ({ gpuCount }: { gpuCount: number }): ReactNode => {
  const { t } = useTranslation();
  const fleet = useTopic('instances', { select: totalsOf }).data;
  const gpus = useTopic('telemetry', { select: (state) => sumGpus(state.gpus) }).data;
  if (fleet === undefined || fleet.instances === 0) return null;
  const { running, instances, trouble } = fleet;
  return (
    <Link to="/instances" className={classes.totals}>
      <VisuallyHidden>{t('frame.status.fleet')}</VisuallyHidden>
      <span>{t('frame.status.fleetRunning', { running, count: instances })}</span>
      {trouble === 0 ? null : (
        <span className={classes.totalsTrouble}>
          <StateGlyph shape="triangle" colour="error" />
          {t('frame.status.fleetTrouble', { count: trouble })}
        </span>
      )}
      {gpuCount < 2 || gpus === undefined || gpus.totalBytes === 0 ? null : (
        <span className={classes.totalsMemory}>{formatUsage(gpus.usedBytes, gpus.totalBytes)}</span>
      )}
      {gpuCount < 2 || gpus === undefined || gpus.watts === null ? null : (
        <span className={classes.totalsMemory}>{formatWatts(gpus.watts)}</span>
      )}
    </Link>
  );
};

/** The bottom of every page: the GPUs, the fleet as a whole, the address for ComfyUI clients, the version. */
export const StatusBar = (): ReactNode => {
  const { t } = useTranslation();
  const gpus = useGpus();
  const studio = useStudio();
  const gateway = studio?.addresses.gateway ?? null;
  return (
    <div className={classes.statusBar}>
      <div className={classes.gpus}>
        {gpus.map((gpu) => (
          <GpuMeter key={gpu.index} gpu={gpu} />
        ))}
        {gpus.length === 0 && studio !== undefined ? <span>{t('frame.status.noGpu')}</span> : null}
      </div>
      <div className={classes.statusEnd}>
        <Totals gpuCount={gpus.length} />
        {gateway === null ? (
          studio === undefined ? null : (
            <span>{t('frame.status.gatewayOff')}</span>
          )
        ) : (
          <span className={classes.gateway}>
            <span className={classes.gatewayWord}>{t('frame.status.gateway')}</span>
            <Copyable value={gateway} label={t('frame.status.gatewayMeans')}>
              {gateway.replace(/^https?:\/\//, '')}
            </Copyable>
          </span>
        )}
        {studio === undefined ? null : <span>{t('frame.status.version', { version: studio.version })}</span>}
      </div>
    </div>
  );
};
