import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { InstanceView } from '#contract/models/instance.ts';
import type { JobView } from '#contract/models/job.ts';
import { Meter } from '../../components/meter.tsx';
import { remainingMs } from '../../jobs/job-presentation.ts';
import { JobPreview } from '../../jobs/job-preview.tsx';
import { useNow } from '../../state/app-context.tsx';
import { useActiveJob } from '../../studio-client/queries.ts';
import { useTopic } from '../../studio-client/use-topic.ts';
import { formatClock, formatLoad } from '../../text/format.ts';
import classes from './instance-card.module.css';

const TimeLeft = ({ job }: { job: JobView }): ReactNode => {
  const { t } = useTranslation();
  const left = remainingMs(job, useNow());
  return left === null ? null : <span>{t('instances.card.left', { time: formatClock(left) })}</span>;
};

interface WaitingWork {
  readonly count: number;
  /** Whether more may wait than the window of jobs shows. */
  readonly more: boolean;
}

/** Jobs that are meant for an instance: handed over, asked for it, or better off waiting for it than going elsewhere. */
export const waitingFor = (jobs: readonly JobView[], instanceId: string, shown: string | undefined): number =>
  jobs.filter(
    (job) =>
      job.id !== shown &&
      ((job.state === 'queued' && (job.requestedInstanceId ?? job.placement?.waitsFor) === instanceId) ||
        (job.instanceId === instanceId && (job.state === 'assigned' || job.state === 'running'))),
  ).length;

const useWaiting = (view: InstanceView): WaitingWork => {
  const { id } = view.configuration;
  const shown = view.runningJobIds[0];
  const seen = useTopic('jobs', {
    select: ({ jobs }) => ({
      count: waitingFor(jobs, id, shown),
      queued: jobs.filter(({ state }) => state === 'queued').length,
    }),
  }).data ?? { count: 0, queued: 0 };
  const queued = useTopic('queue', { select: ({ counts }) => counts.queued }).data ?? 0;
  return { count: seen.count, more: seen.count > 0 && queued > seen.queued };
};

const WaitingText = ({ view, waiting }: { view: InstanceView; waiting: WaitingWork }): ReactNode => {
  const { t } = useTranslation();
  if (view.draining !== null) return t(`instances.middle.draining.${view.draining}`);
  if (waiting.count === 0) return null;
  return t(waiting.more ? 'instances.card.thenMore' : 'instances.card.then', { count: waiting.count });
};

/** The newest job that this instance finished with a picture. */
const useLastResult = (instanceId: string): JobView | null =>
  useTopic('jobs', {
    select: ({ jobs }) =>
      jobs
        .filter((job) => job.instanceId === instanceId && job.outputs.some(({ kind }) => kind === 'image'))
        .reduce<JobView | null>(
          (newest, job) => ((job.finishedAt ?? 0) >= (newest?.finishedAt ?? 0) ? job : newest),
          null,
        ),
  }).data ?? null;

const RunningJob = ({ view, job, waiting }: { view: InstanceView; job: JobView; waiting: WaitingWork }): ReactNode => {
  const { t } = useTranslation();
  const { progress } = job;
  const title = job.title || t('jobs.untitled');
  const node = progress?.classType || t('instances.card.loadingNode');
  const step =
    progress !== null && progress.max > 1 ? t('instances.card.step', { value: progress.value, max: progress.max }) : '';
  const percent = formatLoad((progress?.fraction ?? 0) * 100);
  return (
    <div className={classes.jobText}>
      <div className={classes.jobLine}>
        <span className={classes.node} title={node}>
          {node}
        </span>
        <span className={classes.figure}>{step}</span>
      </div>
      <div className={classes.jobLine}>
        <Meter kind="progress" fraction={progress?.fraction ?? 0} label={t('jobs.progressOf', { title })} />
        <span className={classes.percent}>{percent}</span>
      </div>
      <div className={classes.jobTitle} title={title}>
        {title}
      </div>
      <div className={classes.jobLine}>
        <span className={classes.noteMeans}>
          <WaitingText view={view} waiting={waiting} />
        </span>
        <span className={classes.figure}>
          <TimeLeft job={job} />
        </span>
      </div>
    </div>
  );
};

const NoJob = ({ last, paused }: { last: JobView | null; paused: boolean }): ReactNode => {
  const { t } = useTranslation();
  return (
    <div className={classes.jobText}>
      <div className={classes.noteTitle}>{paused ? t('instances.middle.paused') : t('instances.card.noJob')}</div>
      <div className={classes.noteMeans}>
        {paused ? t('instances.middle.pausedMeans') : t('instances.card.noJobMeans')}
      </div>
      {last === null || paused ? null : (
        <div className={classes.jobTitle} title={last.title}>
          {`${t('instances.card.lastResult')}: ${last.title || t('jobs.untitled')}`}
        </div>
      )}
    </div>
  );
};

/** What a serving instance works on, with its picture; else its last result. */
export const CardJob = ({ view, paused }: { view: InstanceView; paused: boolean }): ReactNode => {
  const job = useActiveJob(view.runningJobIds[0]);
  const last = useLastResult(view.configuration.id);
  const waiting = useWaiting(view);
  return (
    <div className={classes.job}>
      <div className={classes.preview}>
        <JobPreview job={job ?? last} />
      </div>
      {job === null ? <NoJob last={last} paused={paused} /> : <RunningJob view={view} job={job} waiting={waiting} />}
    </div>
  );
};
