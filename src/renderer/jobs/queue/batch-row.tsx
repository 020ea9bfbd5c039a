import { ActionIcon, Button, Tooltip, UnstyledButton } from '@mantine/core';
import { IconChevronRight, IconReload, IconStack2, IconX } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { memo, type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { BatchView } from '#contract/models/batch.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { Meter } from '../../components/meter.tsx';
import { useJobPage, useLiveBatch } from '../../studio-client/queries.ts';
import { formatCount, formatList, formatPart } from '../../text/format.ts';
import { frame } from '../../theme/tokens.ts';
import { BatchTimes } from '../batch-times.tsx';
import { JobCountsLine } from '../job-counts-line.tsx';
import classes from './batch-row.module.css';
import { JobRow } from './job-row.tsx';
import listClasses from './queue.module.css';
import { useJobActions } from './use-job-actions.ts';

const unfoldedRows = 8;

/** The first jobs of a batch, those that run on top, and the way to all of them. */
const BatchJobs = ({ batch }: { batch: BatchView }): ReactNode => {
  const { t } = useTranslation();
  const states = { active: ['assigned', 'running'] as const, rest: ['queued', 'parked', 'failed'] as const };
  const active = useJobPage({ batchId: batch.id, states: [...states.active], limit: unfoldedRows }).data?.jobs ?? [];
  const rest = useJobPage({ batchId: batch.id, states: [...states.rest], limit: unfoldedRows }).data?.jobs ?? [];
  const ended = useJobPage({ batchId: batch.id, states: ['succeeded', 'cancelled'], limit: unfoldedRows }).data?.jobs;
  const shown = [...active, ...rest, ...(ended ?? [])].slice(0, unfoldedRows);
  return (
    <div className={classes.unfolded}>
      <ul className={classes.jobs} aria-label={t('queue.batch.of', { title: batch.title || t('jobs.untitled') })}>
        {shown.map((job) => (
          <li key={job.id} className={listClasses.item} data-job-id={job.id}>
            <JobRow job={job} list={`batch-${batch.id}`} place={null} onCheck={null} />
          </li>
        ))}
      </ul>
      {shown.length < batch.total ? (
        <Button
          size="xs"
          variant="subtle"
          color="gray"
          c="dimmed"
          className={classes.all ?? ''}
          renderRoot={(props) => <Link {...props} to="/jobs" search={{ batch: batch.id }} />}
        >
          {t('queue.showAll', { total: formatCount(batch.total) })}
        </Button>
      ) : null}
    </div>
  );
};

const BatchActions = ({ batch }: { batch: BatchView }): ReactNode => {
  const { t } = useTranslation();
  const actions = useJobActions();
  const [asking, setAsking] = useState(false);
  const { failed, parked, queued, assigned, running } = batch.counts;
  const open = queued + assigned + running;
  const title = batch.title || t('jobs.untitled');
  return (
    <span className={classes.actions}>
      {failed + parked === 0 ? null : (
        <Tooltip label={t('queue.batch.retryFailed', { count: failed + parked })}>
          <ActionIcon
            className={classes.quiet ?? ''}
            aria-label={`${t('queue.batch.retryFailed', { count: failed + parked })}: ${title}`}
            onClick={() => void actions.retryBatch(batch.id)}
          >
            <IconReload size={frame.icon} stroke={1.6} aria-hidden />
          </ActionIcon>
        </Tooltip>
      )}
      {open === 0 ? null : (
        <Tooltip label={t('queue.batch.cancelRest')}>
          <ActionIcon
            className={classes.quiet ?? ''}
            aria-label={`${t('queue.batch.cancelRest')}: ${title}`}
            onClick={() => setAsking(true)}
          >
            <IconX size={frame.icon} stroke={1.6} aria-hidden />
          </ActionIcon>
        </Tooltip>
      )}
      <ConfirmDialog
        opened={asking}
        title={t('queue.batch.cancelRest')}
        question={t('queue.batch.cancelQuestion', { count: open, title })}
        means={t('queue.batch.cancelMeans')}
        confirm={t('queue.batch.cancelRest')}
        cancel={t('frame.actions.close')}
        dangerous
        onConfirm={() => {
          setAsking(false);
          void actions.cancelBatch(batch.id);
        }}
        onClose={() => setAsking(false)}
      />
    </span>
  );
};

const LoadedRow = ({ batch }: { batch: BatchView }): ReactNode => {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const title = batch.title || t('jobs.untitled');
  const parameters = formatList(batch.parameters.map(({ inputName, count }) => `${inputName} × ${formatCount(count)}`));
  return (
    <li className={classes.batch} data-batch-id={batch.id}>
      <div className={classes.row}>
        <UnstyledButton className={classes.head} aria-expanded={open} onClick={() => setOpen(!open)}>
          <IconChevronRight size={frame.iconSmall} className={classes.chevron} data-open={open} aria-hidden />
          <IconStack2 size={frame.icon} stroke={1.6} className={classes.icon} aria-hidden />
          <span className={classes.names}>
            <span className={classes.title} title={title}>
              {title}
            </span>
            <span className={classes.parameters} title={parameters}>
              {parameters}
            </span>
          </span>
        </UnstyledButton>
        <span className={classes.counts}>
          <JobCountsLine counts={batch.counts} />
        </span>
        <span className={classes.progress}>
          <Meter kind="progress" fraction={batch.fraction} label={t('queue.batch.progress', { title })} />
          <span className={classes.percent}>{formatPart(batch.fraction)}</span>
        </span>
        <span className={classes.times}>
          <BatchTimes batch={batch} />
        </span>
        <BatchActions batch={batch} />
      </div>
      {open ? <BatchJobs batch={batch} /> : null}
    </li>
  );
};

/** A batch on one row; unfolded it shows its jobs. Renders again only when its own data changed. */
export const BatchRow = memo(({ batchId }: { readonly batchId: string }): ReactNode => {
  const batch = useLiveBatch(batchId);
  return batch === null ? null : <LoadedRow batch={batch} />;
});
BatchRow.displayName = 'BatchRow';
