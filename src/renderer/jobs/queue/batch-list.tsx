import { Button, Title } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useBatches } from '../../studio-client/queries.ts';
import { formatCount } from '../../text/format.ts';
import { BatchRow } from './batch-row.tsx';
import classes from './queue.module.css';

const shownAtFirst = 5;

/** Batches that are under way, each on one row that unfolds; done ones only where there is room. */
export const BatchList = (): ReactNode => {
  const { t } = useTranslation();
  const [all, setAll] = useState(false);
  const batches = useBatches();
  if (batches.length === 0) return null;
  const ordered = [
    ...batches.filter(({ finishedAt }) => finishedAt === null),
    ...batches.filter(({ finishedAt }) => finishedAt !== null),
  ];
  const shown = all ? ordered : ordered.slice(0, shownAtFirst);
  return (
    <section aria-label={t('queue.sections.batches')}>
      <header className={classes.sectionHead}>
        <Title order={3} className={classes.sectionTitle ?? ''}>
          {t('queue.sections.batches')} <span className={classes.tabCount}>{formatCount(batches.length)}</span>
        </Title>
        {shown.length === ordered.length ? null : (
          <Button size="xs" variant="subtle" color="gray" c="dimmed" onClick={() => setAll(true)}>
            {t('queue.showAll', { total: formatCount(ordered.length) })}
          </Button>
        )}
      </header>
      <ul className={classes.list}>
        {shown.map(({ id }) => (
          <BatchRow key={id} batchId={id} />
        ))}
      </ul>
    </section>
  );
};
