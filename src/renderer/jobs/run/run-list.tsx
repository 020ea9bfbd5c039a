import { ActionIcon, Button, Group, Stack, Text, Title, Tooltip } from '@mantine/core';
import { IconSparkles, IconX } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { JobView } from '#contract/models/job.ts';
import { EmptyPage } from '../../components/empty-page.tsx';
import { StateGlyph } from '../../components/state-glyph.tsx';
import { useSend } from '../../instances/use-instance-actions.tsx';
import { useViewState } from '../../state/app-context.tsx';
import { useJob, useKnownJobs } from '../../studio-client/queries.ts';
import { frame } from '../../theme/tokens.ts';
import { JobWhere, WaitingReason } from '../job-facts.tsx';
import { isUnfinished, presentJob, sortJobs } from '../job-presentation.ts';
import { BatchCard } from './batch-card.tsx';
import classes from './run.module.css';
import { RunCardView } from './run-card.tsx';

/** A run that waits: one line with the reason. */
const WaitingRun = ({ job }: { job: JobView }): ReactNode => {
  const { t } = useTranslation();
  const send = useSend();
  const { shape, colour } = presentJob(job.state);
  return (
    <li className={classes.waiting} data-job-id={job.id}>
      <StateGlyph shape={shape} colour={colour} label={t(`jobs.state.${job.state}`)} />
      <span className={classes.runTitle} title={job.title}>
        {job.title || t('jobs.untitled')}
      </span>
      <span className={classes.waitingReason}>
        <WaitingReason job={job} />
      </span>
      <span className={classes.quiet}>
        <JobWhere job={job} />
      </span>
      <Tooltip label={t('jobs.cancel')}>
        <ActionIcon aria-label={t('jobs.cancel')} onClick={() => void send('jobs.cancel', { jobId: job.id })}>
          <IconX size={frame.icon} aria-hidden />
        </ActionIcon>
      </Tooltip>
    </li>
  );
};

/** Keeps one job up to date as long as the list shows it. */
const WatchedJob = ({ jobId }: { jobId: string }): ReactNode => {
  useJob(jobId);
  return null;
};

/** What this window started: what runs and what is done as pictures, what waits in lines below. */
export const RunList = (): ReactNode => {
  const { t } = useTranslation();
  const started = useViewState((state) => state.startedJobIds);
  const clear = useViewState((state) => state.clearStartedJobs);
  const batches = useViewState((state) => state.startedBatchIds);
  const mine = useKnownJobs(started);
  const { running, waiting, finished } = sortJobs(mine);
  const done = mine.filter((job) => !isUnfinished(job)).length;
  const failed = mine.filter(({ state }) => state === 'failed').length;
  return (
    <section className={classes.runs} aria-label={t('jobs.run.progress')}>
      {started.map((jobId) => (
        <WatchedJob key={jobId} jobId={jobId} />
      ))}
      {mine.length === 0 && batches.length === 0 ? (
        <EmptyPage icon={IconSparkles} title={t('jobs.run.progress')} means={t('jobs.run.progressMeans')} />
      ) : (
        <Stack gap="sm">
          <Group justify="space-between" gap="sm">
            <Title order={2}>{t('jobs.run.progress')}</Title>
            <Group gap="sm">
              <Text c="dimmed" aria-live="polite">
                {mine.length === 0 ? '' : t('jobs.run.summary', { done, count: mine.length })}
                {failed === 0 ? '' : ` · ${t('jobs.run.failed', { count: failed })}`}
              </Text>
              <Button size="xs" variant="subtle" color="gray" onClick={clear}>
                {t('jobs.run.clear')}
              </Button>
            </Group>
          </Group>
          {waiting.length === 0 ? null : (
            <ul className={classes.waitingList}>
              {waiting.map((job) => (
                <WaitingRun key={job.id} job={job} />
              ))}
            </ul>
          )}
          {batches.map((batchId) => (
            <BatchCard key={batchId} batchId={batchId} />
          ))}
          <div className={classes.gallery}>
            {[...running, ...finished].map((job) => (
              <RunCardView key={job.id} job={job} />
            ))}
          </div>
        </Stack>
      )}
    </section>
  );
};
