import { Button } from '@mantine/core';
import { memo, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { JobView } from '#contract/models/job.ts';
import { Meter } from '../../components/meter.tsx';
import { StateGlyph } from '../../components/state-glyph.tsx';
import { useSend } from '../../instances/use-instance-actions.tsx';
import { JobTimes, JobWhere } from '../job-facts.tsx';
import { JobFailure } from '../job-failure.tsx';
import { isRunning, presentJob } from '../job-presentation.ts';
import { JobPreview } from '../job-preview.tsx';
import { JobResults } from '../job-results.tsx';
import classes from './run.module.css';

const Running = ({ job }: { job: JobView }): ReactNode => {
  const { t } = useTranslation();
  const { progress } = job;
  const title = job.title || t('jobs.untitled');
  return (
    <>
      <div className={classes.bigPreview}>
        <JobPreview job={job} />
      </div>
      <div className={classes.captionLine}>
        <span className={classes.node}>{progress?.classType || t('instances.card.loadingNode')}</span>
        <span className={classes.quiet}>
          {progress !== null && progress.max > 1
            ? t('instances.card.step', { value: progress.value, max: progress.max })
            : ''}
        </span>
      </div>
      <div className={classes.meter}>
        <Meter kind="progress" fraction={progress?.fraction ?? 0} label={t('jobs.progressOf', { title })} />
      </div>
    </>
  );
};

/** One run: its picture as it becomes, then its results; or what went wrong. */
export const RunCardView = memo(({ job }: { readonly job: JobView }): ReactNode => {
  const { t } = useTranslation();
  const send = useSend();
  const { shape, colour } = presentJob(job.state);
  const failed = job.error !== null || job.nodeErrors.length > 0;
  return (
    <article className={classes.run} data-job-id={job.id} data-wide={failed || job.outputs.length > 1}>
      <header className={classes.captionLine}>
        <span className={classes.runState}>
          <StateGlyph shape={shape} colour={colour} />
          {t(`jobs.state.${job.state}`)}
        </span>
        <span className={classes.where}>
          <JobWhere job={job} />
        </span>
      </header>
      {isRunning(job) ? <Running job={job} /> : null}
      {job.outputs.length > 0 && !isRunning(job) ? (
        <JobResults job={job} size={job.outputs.length === 1 ? 'fill' : 'large'} />
      ) : null}
      {failed ? <JobFailure job={job} /> : null}
      <div className={classes.runTitle} title={job.title}>
        {job.title || t('jobs.untitled')}
      </div>
      <div className={classes.captionLine}>
        <span className={classes.quiet}>
          <JobTimes job={job} />
        </span>
        {isRunning(job) ? (
          <Button size="xs" variant="default" onClick={() => void send('jobs.cancel', { jobId: job.id })}>
            {t('jobs.cancelShort')}
          </Button>
        ) : null}
      </div>
    </article>
  );
});
RunCardView.displayName = 'RunCardView';
