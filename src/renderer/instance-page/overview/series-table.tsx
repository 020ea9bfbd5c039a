import { Table } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { TelemetrySeries } from '#contract/models/telemetry-series.ts';
import { useNow } from '../../state/app-context.tsx';
import { formatTimeOfDay } from '../../text/format.ts';
import { tableRows } from './chart-data.ts';
import type { ChartContents } from './charts-of.ts';
import classes from './overview.module.css';

/** The same measurements as the charts, as numbers. */
export const SeriesTable = ({
  series,
  charts,
}: {
  readonly series: TelemetrySeries;
  readonly charts: readonly ChartContents[];
}): ReactNode => {
  const { t } = useTranslation();
  const now = useNow();
  const rows = tableRows(
    series.range,
    series.at,
    charts.map(({ main }) => main.values),
  );
  return (
    <Table.ScrollContainer minWidth={0} className={classes.tableFrame ?? ''}>
      <Table aria-label={t('instancePage.charts.tableLabel')} className={classes.table ?? ''} stickyHeader={false}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">{t('instancePage.charts.time')}</Table.Th>
            {charts.map(({ name }) => (
              <Table.Th key={name} scope="col" className={classes.number ?? ''}>
                {t(`instancePage.charts.${name}`)}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map(({ from, averages }) => (
            <Table.Tr key={from}>
              <Table.Th scope="row">{formatTimeOfDay(from, now)}</Table.Th>
              {charts.map(({ name, format }, index) => {
                const value = averages[index] ?? null;
                return (
                  <Table.Td key={name} className={classes.number ?? ''}>
                    {value === null ? '–' : format(value)}
                  </Table.Td>
                );
              })}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
};
