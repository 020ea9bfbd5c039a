import { ActionIcon, Button, Group, Skeleton, Stack, Title, Tooltip } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconChevronDown, IconListDetails, IconX } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { memo, type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { JobView } from '#contract/models/job.ts';
import { EmptyPage } from '../components/empty-page.tsx';
import { ErrorPanel } from '../components/error-panel.tsx';
import { Meter } from '../components/meter.tsx';
import { StateGlyph } from '../components/state-glyph.tsx';
import { useSend } from '../instances/use-instance-actions.tsx';
import { useJobs } from '../studio-client/queries.ts';
import { formatLoad } from '../text/format.ts';
import { frame } from '../theme/tokens.ts';
import { JobTimes, JobWhere, WaitingReason } from './job-facts.tsx';
import { JobFailure } from './job-failure.tsx';
import { isRunning, isUnfinished, presentJob, sortJobs } from './job-presentation.ts';
import { JobPreview } from './job-preview.tsx';
import { JobResults } from './job-results.tsx';
import classes from './jobs.module.css';

const JobProgress = ({ job }: { job: JobView }): ReactNode => {
  const { t } = useTranslation();
  if (job.state === 'queued') return <WaitingReason job={job} />;
  if (!isRunning(job)) return null;
  const fraction = job.progress?.fraction ?? 0;
  return (
    <span className={classes.progress}>
      <span className={classes.node}>{job.progress?.classType || t('instances.card.loadingNode')}</span>
      <Meter kind="progress" fraction={fraction} label={t('jobs.progressOf', { title: job.title })} />
      <span className={classes.percent}>{formatLoad(fraction * 100)}</span>
    </span>
  );
};

const JobRow = memo(({ job }: { readonly job: JobView }): ReactNode => {
  const { t } = useTranslation();
  const send = useSend();
  const [open, setOpen] = useState(false);
  const { shape, colour } = presentJob(job.state);
  const hasDetails = job.error !== null || job.nodeErrors.length > 0 || job.outputs.length > 0;
  const toggleLabel = open ? t('jobs.hideDetails') : t('jobs.details');
  return (
    <li className={classes.job} data-job-id={job.id}>
      <div className={classes.row}>
        <div className={classes.thumb}>
          <JobPreview job={job} />
        </div>
        <span className={classes.state}>
          <StateGlyph shape={shape} colour={colour} />
          {t(`jobs.state.${job.state}`)}
        </span>
        <span className={classes.title} title={job.title}>
          {job.title || t('jobs.untitled')}
        </span>
        <span className={classes.where}>
          <JobWhere job={job} />
        </span>
        <span className={classes.middle}>
          <JobProgress job={job} />
        </span>
        <span className={classes.times}>
          <JobTimes job={job} />
        </span>
        <Group gap={0} wrap="nowrap" justify="flex-end" className={classes.rowActions ?? ''}>
          {isUnfinished(job) ? (
            <Tooltip label={t('jobs.cancel')}>
              <ActionIcon
                aria-label={`${t('jobs.cancel')}: ${job.title || t('jobs.untitled')}`}
                onClick={() => void send('jobs.cancel', { jobId: job.id })}
              >
                <IconX size={frame.icon} aria-hidden />
              </ActionIcon>
            </Tooltip>
          ) : null}
          {hasDetails ? (
            <Tooltip label={toggleLabel}>
              <ActionIcon
                className={classes.unfold ?? ''}
                data-open={open}
                aria-label={`${toggleLabel}: ${job.title || t('jobs.untitled')}`}
                aria-expanded={open}
                onClick={() => setOpen(!open)}
              >
                <IconChevronDown size={frame.icon} aria-hidden />
              </ActionIcon>
            </Tooltip>
          ) : null}
        </Group>
      </div>
      {open ? (
        <Stack gap="sm" className={classes.unfolded ?? ''}>
          {job.error !== null || job.nodeErrors.length > 0 ? <JobFailure job={job} /> : null}
          {job.outputs.length > 0 ? <JobResults job={job} /> : null}
        </Stack>
      ) : null}
    </li>
  );
});
JobRow.displayName = 'JobRow';

const Section = ({ title, jobs }: { title: string; jobs: readonly JobView[] }): ReactNode =>
  jobs.length === 0 ? null : (
    <section aria-label={title}>
      <Title order={3} mb="xs" className={classes.sectionTitle ?? ''}>
        {`${title} · ${jobs.length}`}
      </Title>
      <ul className={classes.list}>
        {jobs.map((job) => (
          <JobRow key={job.id} job={job} />
        ))}
      </ul>
    </section>
  );

const skeletons = ['a', 'b', 'c', 'd'] as const;

/** Every job that the studio remembers: running on top, waiting in order, finished below. */
export const JobsPage = (): ReactNode => {
  const { t } = useTranslation();
  const send = useSend();
  const query = useJobs();
  const jobs = query.data?.jobs;
  const sorted = sortJobs(jobs ?? []);
  const clear = async (): Promise<void> => {
    const answer = await send('jobs.clearFinished', {});
    if (answer !== undefined) notifications.show({ message: t('jobs.cleared', { count: answer.removed }) });
  };
  return (
    <Stack gap="lg">
      <Group justify="space-between">
        <Title order={1}>{t('jobs.title')}</Title>
        {sorted.finished.length === 0 ? null : (
          <Button variant="default" onClick={() => void clear()}>
            {t('jobs.clearFinished')}
          </Button>
        )}
      </Group>
      {jobs === undefined && query.error !== null ? (
        <ErrorPanel error={query.error} title={t('jobs.failedToLoad')}>
          <Button onClick={() => void query.refetch()}>{t('frame.actions.retry')}</Button>
        </ErrorPanel>
      ) : null}
      {jobs === undefined && query.error === null ? (
        <Stack gap="xs" role="status" aria-label={t('jobs.loading')}>
          {skeletons.map((key) => (
            <Skeleton key={key} className={classes.skeleton ?? ''} radius="md" />
          ))}
        </Stack>
      ) : null}
      {jobs !== undefined && jobs.length === 0 ? (
        <EmptyPage icon={IconListDetails} title={t('jobs.empty.title')} means={t('jobs.empty.means')}>
          <Button component={Link} to="/run">
            {t('jobs.empty.action')}
          </Button>
        </EmptyPage>
      ) : null}
      <Section title={t('jobs.sections.running')} jobs={sorted.running} />
      <Section title={t('jobs.sections.waiting')} jobs={sorted.waiting} />
      <Section title={t('jobs.sections.finished')} jobs={sorted.finished} />
    </Stack>
  );
};
