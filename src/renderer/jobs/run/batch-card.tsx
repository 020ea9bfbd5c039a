import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { memo, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Meter } from '../../components/meter.tsx';
import { useJobPage } from '../../studio-client/queries.ts';
import { formatCount, formatPart } from '../../text/format.ts';
import { BatchTimes } from '../batch-times.tsx';
import { JobCountsLine } from '../job-counts-line.tsx';
import { useBatch } from '../queue/use-batch.ts';
import classes from './run.module.css';
import { RunCardView } from './run-card.tsx';

const picturesShown = 12;

/** A batch that this window started: how far it is, and its newest pictures. */
export const BatchCard = memo(({ batchId }: { readonly batchId: string }): ReactNode => {
  const { t } = useTranslation();
  const batch = useBatch(batchId);
  const running = useJobPage({ batchId, states: ['running', 'assigned'], limit: picturesShown }).data?.jobs ?? [];
  const done =
    useJobPage({ batchId, states: ['succeeded', 'failed', 'parked'], limit: picturesShown }).data?.jobs ?? [];
  if (batch === null) return null;
  const title = batch.title || t('jobs.untitled');
  return (
    <article className={classes.batch} aria-label={t('queue.batch.of', { title })}>
      <header className={classes.captionLine}>
        <span className={classes.runTitle} title={title}>
          {title}
        </span>
        <span className={classes.quiet}>{t('jobs.run.batch', { total: formatCount(batch.total) })}</span>
        <Button
          size="xs"
          variant="default"
          renderRoot={(props) => <Link {...props} to="/jobs" search={{ batch: batchId }} />}
        >
          {t('jobs.run.openQueue')}
        </Button>
      </header>
      <div className={classes.captionLine}>
        <Meter kind="progress" fraction={batch.fraction} label={t('queue.batch.progress', { title })} />
        <span className={classes.quiet}>{formatPart(batch.fraction)}</span>
      </div>
      <div className={classes.captionLine}>
        <span className={classes.batchCounts}>
          <JobCountsLine counts={batch.counts} />
        </span>
        <span className={classes.quiet}>
          <BatchTimes batch={batch} />
        </span>
      </div>
      <div className={classes.gallery}>
        {[...running, ...done].slice(0, picturesShown).map((job) => (
          <RunCardView key={job.id} job={job} />
        ))}
      </div>
    </article>
  );
});
BatchCard.displayName = 'BatchCard';
