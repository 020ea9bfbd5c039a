import { ActionIcon, Checkbox, Tooltip } from '@mantine/core';
import { IconGripVertical, IconPin, IconReload, IconX } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { type MouseEvent, memo, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { JobView } from '#contract/models/job.ts';
import { Meter } from '../../components/meter.tsx';
import { StateGlyph } from '../../components/state-glyph.tsx';
import { useViewState } from '../../state/app-context.tsx';
import { describeCode } from '../../text/describe-error.ts';
import { formatPart } from '../../text/format.ts';
import { frame } from '../../theme/tokens.ts';
import { JobTimes, JobWhere, useInstanceName, WaitingReason } from '../job-facts.tsx';
import { isRunning, isUnfinished, presentJob } from '../job-presentation.ts';
import { JobPreview } from '../job-preview.tsx';
import { JobChips } from './job-chips.tsx';
import { JobMenu } from './job-menu.tsx';
import classes from './job-row.module.css';
import { useJobActions } from './use-job-actions.ts';

/** What the state word alone does not say: why it waits, why it failed, what to do, what came out. */
const StateReason = ({ job }: { job: JobView }): ReactNode => {
  const { t } = useTranslation();
  if (job.state === 'queued') return <WaitingReason job={job} />;
  if (job.state === 'parked' && job.reason !== null) {
    return `${t(`placement.reason.${job.reason.code}`)} · ${t(`placement.advice.${job.reason.code}`)}`;
  }
  if (job.error !== null) return describeCode(job.error.code, job.error.details, job.error.message).happened;
  if (job.reason !== null && job.state !== 'succeeded') return t(`placement.reason.${job.reason.code}`);
  if (job.state !== 'succeeded') return null;
  return job.outputs.length === 0 ? t('jobs.noResults') : t('queue.files', { count: job.outputs.length });
};

const StateLine = ({ job }: { job: JobView }): ReactNode => {
  const { t } = useTranslation();
  const { shape, colour } = presentJob(job.state);
  return (
    <span className={classes.stateLine}>
      <StateGlyph shape={shape} colour={colour} />
      <span className={classes.stateWord} data-state={colour}>
        {t(`jobs.state.${job.state}`)}
      </span>
      <span className={classes.ellipsis}>
        <StateReason job={job} />
      </span>
    </span>
  );
};

const Progress = ({ job }: { job: JobView }): ReactNode => {
  const { t } = useTranslation();
  const fraction = job.progress?.fraction ?? 0;
  return (
    <span className={classes.progress}>
      <span className={classes.node} title={job.progress?.classType ?? ''}>
        {job.progress?.classType || t('instances.card.loadingNode')}
      </span>
      <Meter
        kind="progress"
        fraction={fraction}
        label={t('jobs.progressOf', { title: job.title || t('jobs.untitled') })}
      />
      <span className={classes.percent}>{formatPart(fraction)}</span>
    </span>
  );
};

const Where = ({ job }: { job: JobView }): ReactNode => {
  const { t } = useTranslation();
  const asked = useInstanceName(job.requestedInstanceId);
  return (
    <>
      {asked === null ? null : (
        <Tooltip label={t('queue.pinned', { name: asked })}>
          <IconPin size={frame.iconSmall} aria-label={t('queue.pinned', { name: asked })} className={classes.pin} />
        </Tooltip>
      )}
      <span className={classes.ellipsis}>
        <JobWhere job={job} />
      </span>
    </>
  );
};

const QuickAction = ({ job }: { job: JobView }): ReactNode => {
  const { t } = useTranslation();
  const actions = useJobActions();
  const title = job.title || t('jobs.untitled');
  if (job.state === 'succeeded') return null;
  const [label, Icon, run] = isUnfinished(job)
    ? ([t('queue.actions.cancel'), IconX, () => actions.cancel([job.id])] as const)
    : ([t('queue.actions.retry'), IconReload, () => actions.retry([job.id])] as const);
  return (
    <Tooltip label={label}>
      <ActionIcon className={classes.quiet ?? ''} aria-label={`${label}: ${title}`} onClick={() => void run()}>
        <Icon size={frame.icon} stroke={1.6} aria-hidden />
      </ActionIcon>
    </Tooltip>
  );
};

interface JobRowProps {
  readonly job: JobView;
  /** Which list the row stands in; marks belong to one list. */
  readonly list: string;
  /** Place in the queue, from 1; null where the list does not tell. */
  readonly place: number | null;
  /** Null where rows cannot be marked. */
  readonly onCheck: ((jobId: string, event: MouseEvent) => void) | null;
}

/** One job on one line: what it is, where, how far, how long, what can be done. */
export const JobRow = memo(({ job, list, place, onCheck }: JobRowProps): ReactNode => {
  const { t } = useTranslation();
  const selected = useViewState(({ selection }) => selection.list === list && selection.jobIds.has(job.id));
  const title = job.title || t('jobs.untitled');
  return (
    <div className={classes.row} data-selected={selected} data-running={isRunning(job)}>
      <span className={classes.grip}>
        {job.state === 'queued' && onCheck !== null ? (
          <span draggable data-grip title={t('queue.drag')}>
            <IconGripVertical size={frame.iconSmall} aria-hidden />
          </span>
        ) : null}
      </span>
      {onCheck === null ? (
        <span />
      ) : (
        <Checkbox
          size="xs"
          radius="xs"
          className={classes.check ?? ''}
          classNames={{ input: classes.checkBox ?? '' }}
          aria-label={t('queue.select', { title })}
          checked={selected}
          readOnly
          onClick={(event) => onCheck(job.id, event)}
        />
      )}
      <div className={classes.thumb}>
        {job.state === 'queued' ? (
          <span className={classes.place} aria-label={place === null ? undefined : t('queue.place', { place })}>
            {place}
          </span>
        ) : (
          <JobPreview job={job} />
        )}
      </div>
      <div className={classes.main}>
        <span className={classes.titleLine}>
          <Link
            to="/jobs"
            search={(old) => ({ ...old, job: job.id })}
            className={classes.title}
            title={title}
            aria-label={t('queue.openJob', { title })}
          >
            {title}
          </Link>
          <JobChips job={job} />
        </span>
        <StateLine job={job} />
      </div>
      {isRunning(job) ? <Progress job={job} /> : null}
      <span className={classes.where}>
        <Where job={job} />
      </span>
      <span className={classes.times}>
        <JobTimes job={job} />
      </span>
      <span className={classes.actions}>
        <QuickAction job={job} />
        <JobMenu job={job} />
      </span>
    </div>
  );
});
JobRow.displayName = 'JobRow';
