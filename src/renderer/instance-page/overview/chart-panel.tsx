import { useComputedColorScheme } from '@mantine/core';
import { lazy, type ReactNode, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { extentOf } from './chart-data.ts';
import type { ChartContents } from './charts-of.ts';
import classes from './overview.module.css';

const TimeChart = lazy(async () => ({ default: (await import('./time-chart.tsx')).TimeChart }));

interface ChartPanelProps {
  readonly chart: ChartContents;
  readonly at: readonly number[];
  readonly gapMs: number;
  readonly spanMs: number;
  readonly syncKey: string;
  readonly hoverAt: number | null;
  readonly onHover: (at: number | null) => void;
}

/** The value of the step that a moment lies in; the latest one where no moment is meant. */
const valueAt = ({ chart, at, hoverAt }: ChartPanelProps): number | null => {
  if (hoverAt === null) return chart.main.values.at(-1) ?? null;
  const index = at.findLastIndex((moment) => moment <= hoverAt);
  return index === -1 ? null : (chart.main.values[index] ?? null);
};

/** A chart with its name and its value, now or under the crosshair, and the whole of it in a sentence for a screen reader. */
export const ChartPanel = (props: ChartPanelProps): ReactNode => {
  const { t } = useTranslation();
  const scheme = useComputedColorScheme('dark');
  const { chart, at, gapMs, spanMs, syncKey, onHover } = props;
  const name = t(`instancePage.charts.${chart.name}`);
  const value = valueAt(props);
  const extent = extentOf(chart.main.values);
  const format = (amount: number | null): string => (amount === null ? '–' : chart.format(amount));
  const description =
    extent === null
      ? t('instancePage.charts.describeEmpty', { name })
      : t('instancePage.charts.describe', {
          name,
          now: format(extent.now),
          lowest: format(extent.lowest),
          highest: format(extent.highest),
        });
  return (
    <div className={classes.chart} role="img" aria-label={description}>
      <div className={classes.chartHead} aria-hidden>
        <span className={classes.chartName}>{name}</span>
        {chart.behind === null ? null : <span className={classes.chartKey}>{t('instancePage.charts.wholeCard')}</span>}
        <span className={classes.chartValue}>{format(value)}</span>
      </div>
      <div className={classes.plot}>
        <Suspense>
          <TimeChart
            chart={chart}
            at={at}
            gapMs={gapMs}
            spanMs={spanMs}
            scheme={scheme}
            syncKey={syncKey}
            onHover={onHover}
          />
        </Suspense>
      </div>
    </div>
  );
};
