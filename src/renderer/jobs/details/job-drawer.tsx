import { Button, Drawer, Group, Skeleton, Stack, Text, Title } from '@mantine/core';
import { IconReload, IconX } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { JobView } from '#contract/models/job.ts';
import { ErrorPanel } from '../../components/error-panel.tsx';
import { Meter } from '../../components/meter.tsx';
import { StateGlyph } from '../../components/state-glyph.tsx';
import { useJob } from '../../studio-client/queries.ts';
import { formatPart } from '../../text/format.ts';
import { frame } from '../../theme/tokens.ts';
import { JobTimes } from '../job-facts.tsx';
import { JobFailure } from '../job-failure.tsx';
import { isRunning, isUnfinished, presentJob } from '../job-presentation.ts';
import { JobPreview } from '../job-preview.tsx';
import { JobResults } from '../job-results.tsx';
import { useJobActions } from '../queue/use-job-actions.ts';
import classes from './details.module.css';
import { JobFactsList } from './job-facts-list.tsx';
import { JobTimeline } from './job-timeline.tsx';
import { PlacementPanel } from './placement-panel.tsx';

const StateLine = ({ job }: { job: JobView }): ReactNode => {
  const { t } = useTranslation();
  const actions = useJobActions();
  const { shape, colour } = presentJob(job.state);
  return (
    <div className={classes.stateLine}>
      <span className={classes.state}>
        <StateGlyph shape={shape} colour={colour} />
        {t(`jobs.state.${job.state}`)}
      </span>
      <span className={classes.times}>
        <JobTimes job={job} />
      </span>
      {isUnfinished(job) ? (
        <Button
          size="xs"
          variant="default"
          leftSection={<IconX size={frame.iconSmall} aria-hidden />}
          onClick={() => void actions.cancel([job.id])}
        >
          {t('queue.actions.cancel')}
        </Button>
      ) : job.state === 'succeeded' ? null : (
        <Button
          size="xs"
          leftSection={<IconReload size={frame.iconSmall} aria-hidden />}
          onClick={() => void actions.retry([job.id])}
        >
          {t('queue.actions.retry')}
        </Button>
      )}
    </div>
  );
};

const Running = ({ job }: { job: JobView }): ReactNode => {
  const { t } = useTranslation();
  const fraction = job.progress?.fraction ?? 0;
  return (
    <Stack gap="xs">
      <div className={classes.preview}>
        <JobPreview job={job} />
      </div>
      <Group gap="sm" wrap="nowrap">
        <Text fw={500} truncate>
          {job.progress?.classType || t('instances.card.loadingNode')}
        </Text>
        <Meter kind="progress" fraction={fraction} label={t('jobs.progressOf', { title: job.title })} />
        <Text className={classes.figure ?? ''}>{formatPart(fraction)}</Text>
      </Group>
    </Stack>
  );
};

/** Why the job is parked, or what became of an earlier try. */
const ReasonNote = ({ job }: { job: JobView }): ReactNode => {
  const { t } = useTranslation();
  if (job.reason === null) return null;
  const sentence = t(`placement.reason.${job.reason.code}`);
  return (
    <div className={classes.note} data-state={job.state}>
      <Text fw={500}>{`${t(`jobs.state.${job.state}`)}: ${sentence}`}</Text>
      <Text c="dimmed">{t(`placement.advice.${job.reason.code}`)}</Text>
    </div>
  );
};

const Details = ({ job }: { job: JobView }): ReactNode => {
  const { t } = useTranslation();
  return (
    <Stack gap="lg">
      <StateLine job={job} />
      {isRunning(job) ? <Running job={job} /> : null}
      <ReasonNote job={job} />
      {job.error !== null || job.nodeErrors.length > 0 ? <JobFailure job={job} /> : null}
      {job.outputs.length === 0 ? null : (
        <section aria-label={t('placement.results')}>
          <Title order={3} mb="xs">
            {t('placement.results')}
          </Title>
          <JobResults job={job} />
        </section>
      )}
      <PlacementPanel job={job} />
      <JobTimeline job={job} />
      <JobFactsList job={job} />
    </Stack>
  );
};

const LoadedDetails = ({ jobId }: { jobId: string }): ReactNode => {
  const { t } = useTranslation();
  const query = useJob(jobId);
  if (query.data === undefined && query.error !== null) return <ErrorPanel error={query.error} />;
  if (query.data === undefined) return <Skeleton className={classes.skeleton ?? ''} />;
  if (query.data === null) return <Text c="dimmed">{t('placement.gone')}</Text>;
  return <Details job={query.data} />;
};

const DrawerTitle = ({ jobId }: { jobId: string }): ReactNode => {
  const { t } = useTranslation();
  const job = useJob(jobId).data;
  if (job === undefined || job === null) return t('placement.drawer');
  return <span title={job.title}>{job.title || t('jobs.untitled')}</span>;
};

interface JobDrawerProps {
  /** Null while it is closed. */
  readonly jobId: string | null;
  readonly onClose: () => void;
}

/** Everything about one job: its state, why it is where it is, what happened, its results. */
export const JobDrawer = ({ jobId, onClose }: JobDrawerProps): ReactNode => (
  <Drawer
    opened={jobId !== null}
    onClose={onClose}
    size="var(--at-details-width)"
    title={jobId === null ? '' : <DrawerTitle jobId={jobId} />}
  >
    {jobId === null ? null : <LoadedDetails key={jobId} jobId={jobId} />}
  </Drawer>
);
