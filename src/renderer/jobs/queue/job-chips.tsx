import { Tooltip } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconStack2 } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { JobView } from '#contract/models/job.ts';
import { useLiveBatch } from '../../studio-client/queries.ts';
import { formatCount } from '../../text/format.ts';
import { frame } from '../../theme/tokens.ts';
import classes from './job-row.module.css';

const BatchChip = ({ batchId, index }: { batchId: string; index: number }): ReactNode => {
  const { t } = useTranslation();
  const batch = useLiveBatch(batchId);
  const facts = { index: formatCount(index + 1), total: batch === null ? '?' : formatCount(batch.total) };
  const title = batch?.title || t('jobs.untitled');
  return (
    <Tooltip label={t('queue.batchPartMeans', { ...facts, title })}>
      <Link
        to="/jobs"
        search={(old) => ({ ...old, batch: batchId, job: undefined })}
        className={classes.chip}
        aria-label={t('queue.batchPartMeans', { ...facts, title })}
      >
        <IconStack2 size={frame.iconSmall} aria-hidden />
        {batch === null ? facts.index : t('queue.batchPart', facts)}
      </Link>
    </Tooltip>
  );
};

/** What is special about a job: its batch, its priority, how often it was tried. */
export const JobChips = ({ job }: { job: JobView }): ReactNode => {
  const { t } = useTranslation();
  const { batchId, batchIndex, priority, tries, deaths } = job;
  const Arrow = priority > 0 ? IconArrowUp : IconArrowDown;
  return (
    <span className={classes.chips}>
      {batchId === null || batchIndex === null ? null : <BatchChip batchId={batchId} index={batchIndex} />}
      {priority === 0 ? null : (
        <span
          className={classes.chip}
          role="img"
          aria-label={t('queue.priority', { priority })}
          title={t('queue.priority', { priority })}
        >
          <Arrow size={frame.iconTiny} aria-hidden />
          {Math.abs(priority)}
        </span>
      )}
      {tries > 1 ? <span className={classes.minorChip}>{t('jobs.tries', { count: tries })}</span> : null}
      {deaths > 0 ? (
        <span className={classes.minorChip} title={t('queue.deathsMeans', { count: deaths })}>
          {t('queue.deaths', { count: deaths })}
        </span>
      ) : null}
    </span>
  );
};
