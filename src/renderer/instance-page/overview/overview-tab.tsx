import { Button, Group, SegmentedControl, Skeleton, Stack, Text, Title } from '@mantine/core';
import { IconChartLine } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { InstanceView } from '#contract/models/instance.ts';
import { type SeriesRange, seriesRanges, type TelemetrySeries } from '#contract/models/telemetry-series.ts';
import { EmptyPage } from '../../components/empty-page.tsx';
import { ErrorPanel } from '../../components/error-panel.tsx';
import { CardMiddle } from '../../instances/card/card-middle.tsx';
import { deviceFacts } from '../../instances/device-text.ts';
import { readySince } from '../../instances/instance-presentation.ts';
import { useNow } from '../../state/app-context.tsx';
import { useGpuReading, useGpus, useInstanceReading } from '../../studio-client/queries.ts';
import { describeCode } from '../../text/describe-error.ts';
import { formatTimeOfDay } from '../../text/format.ts';
import { usePageAddress } from '../page-address.ts';
import { spanMs } from './chart-data.ts';
import { ChartPanel } from './chart-panel.tsx';
import { chartsOf } from './charts-of.ts';
import { FactsStrip } from './facts-strip.tsx';
import classes from './overview.module.css';
import { SeriesTable } from './series-table.tsx';
import { useLiveSeries } from './use-live-series.ts';

const Warnings = ({ view }: { view: InstanceView }): ReactNode => {
  const { t } = useTranslation();
  if (view.warnings.length === 0) return null;
  return (
    <section className={classes.warnings} aria-label={t('instancePage.warnings')}>
      {view.warnings.map(({ code, details }) => {
        const text = describeCode(code, details);
        return (
          <div key={code}>
            <Text fw={600}>{text.happened}</Text>
            <Text c="dimmed" size="xs">{`${text.means} ${text.do}`}</Text>
          </div>
        );
      })}
    </section>
  );
};

const Controls = ({ hoverAt, isServing }: { hoverAt: number | null; isServing: boolean }): ReactNode => {
  const { t } = useTranslation();
  const { search, change } = usePageAddress();
  const now = useNow();
  return (
    <Group justify="space-between" gap="sm">
      <Group gap="sm">
        <Title order={2}>{t('instancePage.charts.title')}</Title>
        <Text size="xs" c="dimmed" className={classes.moment ?? ''}>
          {hoverAt === null
            ? isServing
              ? t('instancePage.charts.live')
              : ''
            : t('instancePage.charts.crosshair', { time: formatTimeOfDay(hoverAt, now) })}
        </Text>
      </Group>
      <Group gap="sm">
        <SegmentedControl
          size="xs"
          aria-label={t('instancePage.charts.range')}
          value={search.range ?? 'hour'}
          data={seriesRanges.map((value) => ({ value, label: t(`instancePage.charts.${value}`) }))}
          onChange={(value) => change({ range: value === 'day' ? 'day' : undefined })}
        />
        <SegmentedControl
          size="xs"
          aria-label={t('instancePage.charts.as')}
          value={search.as ?? 'chart'}
          data={(['chart', 'table'] as const).map((value) => ({ value, label: t(`instancePage.charts.${value}`) }))}
          onChange={(value) => change({ as: value === 'table' ? 'table' : undefined })}
        />
      </Group>
    </Group>
  );
};

interface LoadedProps {
  readonly view: InstanceView;
  readonly series: TelemetrySeries;
  readonly hoverAt: number | null;
  readonly onHover: (at: number | null) => void;
}

const Loaded = ({ view, series, hoverAt, onHover }: LoadedProps): ReactNode => {
  const { t } = useTranslation();
  const { search } = usePageAddress();
  const { id } = view.configuration;
  const { gpuIndex } = deviceFacts(view, useGpus());
  const cardTotal = useGpuReading(gpuIndex)?.memoryTotalBytes ?? null;
  const ownTotal = useInstanceReading(id)?.vramTotalBytes ?? null;
  const charts = chartsOf(series, cardTotal ?? ownTotal);
  if (charts.length === 0) {
    return (
      <EmptyPage
        icon={IconChartLine}
        title={t('instancePage.charts.empty.title')}
        means={t('instancePage.charts.empty.means')}
      />
    );
  }
  return (
    <>
      {search.as === 'table' ? (
        <SeriesTable series={series} charts={charts} />
      ) : (
        <div className={classes.charts}>
          {charts.map((chart) => (
            <ChartPanel
              key={chart.name}
              chart={chart}
              at={series.at}
              gapMs={series.gapMs}
              spanMs={spanMs(series.range)}
              syncKey={id}
              hoverAt={hoverAt}
              onHover={onHover}
            />
          ))}
        </div>
      )}
      {gpuIndex === null ? (
        <Text size="xs" c="dimmed">
          {t('instancePage.charts.noGpu')}
        </Text>
      ) : null}
    </>
  );
};

/** Work or trouble, which the frame sets off; a state without either draws a frame of its own. */
const hasNews = ({ state, runningJobIds }: InstanceView): boolean =>
  runningJobIds.length > 0 || ('reason' in state && state.reason !== null);

/** How the instance is now, and how it was over the last hour or day. */
export const OverviewTab = ({ view }: { view: InstanceView }): ReactNode => {
  const { t } = useTranslation();
  const { search } = usePageAddress();
  const [hoverAt, setHoverAt] = useState<number | null>(null);
  const range: SeriesRange = search.range ?? 'hour';
  const { gpuIndex } = deviceFacts(view, useGpus());
  const { series, error, retry } = useLiveSeries(view.configuration.id, gpuIndex, range);
  return (
    <Stack gap="md">
      <FactsStrip view={view} />
      <Warnings view={view} />
      <section className={hasNews(view) ? classes.now : undefined} aria-label={t('instancePage.now')}>
        <CardMiddle view={view} />
      </section>
      <Controls hoverAt={hoverAt} isServing={readySince(view.state) !== null} />
      {series === undefined && error !== null ? (
        <ErrorPanel error={error} title={t('instancePage.charts.failed')}>
          <Button onClick={retry}>{t('frame.actions.retry')}</Button>
        </ErrorPanel>
      ) : null}
      {series === undefined && error === null ? <Skeleton className={classes.skeleton ?? ''} /> : null}
      {series === undefined ? null : <Loaded view={view} series={series} hoverAt={hoverAt} onHover={setHoverAt} />}
    </Stack>
  );
};
