import { Button } from '@mantine/core';
import { memo, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { JobView } from '#contract/models/job.ts';
import { Meter } from '../../components/meter.tsx';
import { StateGlyph } from '../../components/state-glyph.tsx';
import { useSend } from '../../instances/use-instance-actions.tsx';
import { useJob } from '../../studio-client/queries.ts';
import { JobTimes, JobWhere, WaitingReason } from '../job-facts.tsx';
import { JobFailure } from '../job-failure.tsx';
import { isRunning, isUnfinished, presentJob } from '../job-presentation.ts';
import { JobPreview } from '../job-preview.tsx';
import { JobResults } from '../job-results.tsx';
import classes from './run.module.css';

const Running = ({ job }: { job: JobView }): ReactNode => {
  const { t } = useTranslation();
  const { progress } = job;
  const title = job.title || t('jobs.untitled');
  const steps =
    progress !== null && progress.max > 1 ? t('instances.card.step', { value: progress.value, max: progress.max }) : '';
  return (
    <div className={classes.running}>
      <div className={classes.bigPreview}>
        <JobPreview job={job} />
      </div>
      <div className={classes.runningText}>
        <span className={classes.node}>{progress?.classType || t('instances.card.loadingNode')}</span>
        <Meter kind="progress" fraction={progress?.fraction ?? 0} label={t('jobs.progressOf', { title })} />
        <span className={classes.quiet}>
          {steps} <JobTimes job={job} />
        </span>
      </div>
    </div>
  );
};

/** One run: what it is, where, how far; its results or what went wrong. */
export const RunCard = memo(({ jobId }: { readonly jobId: string }): ReactNode => {
  const { t } = useTranslation();
  const send = useSend();
  const job = useJob(jobId);
  if (job === null) return null;
  const { shape, colour } = presentJob(job.state);
  return (
    <article className={classes.run} data-job-id={job.id}>
      <header className={classes.runHead}>
        <StateGlyph shape={shape} colour={colour} />
        <span className={classes.runState}>{t(`jobs.state.${job.state}`)}</span>
        <span className={classes.runTitle} title={job.title}>
          {job.title || t('jobs.untitled')}
        </span>
        <span className={classes.quiet}>
          <JobWhere job={job} />
        </span>
        {isUnfinished(job) ? (
          <Button
            size="xs"
            variant="default"
            className={classes.cancel ?? ''}
            onClick={() => void send('jobs.cancel', { jobId: job.id })}
          >
            {t('jobs.cancelShort')}
          </Button>
        ) : (
          <span className={classes.quiet}>
            <JobTimes job={job} />
          </span>
        )}
      </header>
      {isRunning(job) ? <Running job={job} /> : null}
      {job.state === 'queued' ? (
        <p className={classes.quiet}>
          <WaitingReason job={job} />
        </p>
      ) : null}
      {job.outputs.length > 0 ? <JobResults job={job} /> : null}
      {job.error !== null || job.nodeErrors.length > 0 ? <JobFailure job={job} /> : null}
    </article>
  );
});
RunCard.displayName = 'RunCard';
