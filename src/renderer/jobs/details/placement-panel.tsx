import { Skeleton, Stack, Text, Title } from '@mantine/core';
import { type ReactNode, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import type { JobView } from '#contract/models/job.ts';
import type { CandidateRejection, Placement } from '#contract/models/placement.ts';
import { ErrorPanel } from '../../components/error-panel.tsx';
import { useNow } from '../../state/app-context.tsx';
import { useAnswer } from '../../studio-client/use-call.ts';
import { formatAgo, formatMoment } from '../../text/format.ts';
import { useInstanceName, WaitingReason } from '../job-facts.tsx';
import { CandidateTable } from './candidate-table.tsx';
import { describeRejection } from './describe-rejection.ts';
import classes from './details.module.css';

const Rejection = ({ rejection }: { rejection: CandidateRejection }): ReactNode => {
  const name = useInstanceName(rejection.instanceId);
  return (
    <>
      <dt className={classes.rejectedName} title={name ?? ''}>
        {name}
      </dt>
      <dd className={classes.rejectedWhy}>{describeRejection(rejection)}</dd>
    </>
  );
};

const Rejected = ({ rejected }: { rejected: Placement['rejected'] }): ReactNode => {
  const { t } = useTranslation();
  if (rejected.length === 0) return null;
  return (
    <div>
      <Title order={4} mb="xs">
        {t('placement.rejectedTitle')}
      </Title>
      <dl className={classes.rejected}>
        {rejected.map((rejection) => (
          <Rejection key={rejection.instanceId} rejection={rejection} />
        ))}
      </dl>
    </div>
  );
};

/** Why the instance that was chosen is not the one with the earliest end. */
const Sooner = ({ sooner }: { sooner: NonNullable<Placement['sooner']> }): ReactNode => {
  const { t } = useTranslation();
  const name = useInstanceName(sooner.instanceId) ?? t('placement.someInstance');
  const { otherJobs: count } = sooner;
  return (
    <Text c="dimmed" size="xs">
      {count === 0 ? t('placement.soonerAlone', { name }) : t('placement.sooner', { name, count })}
    </Text>
  );
};

const Verdict = ({ job, placement }: { job: JobView; placement: Placement }): ReactNode => {
  const { t } = useTranslation();
  const now = useNow();
  const decided =
    placement.decidedAt === 0 ? null : t('placement.decided', { time: formatAgo(placement.decidedAt, now) });
  const waits = job.state === 'queued' && placement.waiting !== null;
  return (
    <div>
      <Text fw={500} className={classes.verdict ?? ''}>
        {waits ? <WaitingReason job={{ ...job, placement }} /> : t(`placement.strategy.${placement.strategy}`)}
      </Text>
      <Text c="dimmed" size="xs" title={placement.decidedAt === 0 ? '' : formatMoment(placement.decidedAt)}>
        {waits && placement.waiting !== null ? t(`placement.waitingMeans.${placement.waiting}`) : decided}
      </Text>
      {waits || placement.sooner === null ? null : <Sooner sooner={placement.sooner} />}
    </div>
  );
};

const Panel = ({ job, placement }: { job: JobView; placement: Placement }): ReactNode => {
  const { t } = useTranslation();
  const scored = new Set(placement.scores.map(({ instanceId }) => instanceId));
  return (
    <Stack gap="md">
      <Verdict job={job} placement={placement} />
      {placement.scores.length === 0 ? (
        job.state === 'queued' ? (
          <Text c="dimmed">{t('placement.noCandidates')}</Text>
        ) : null
      ) : (
        <CandidateTable placement={placement} />
      )}
      <Rejected rejected={placement.rejected.filter(({ instanceId }) => !scored.has(instanceId))} />
    </Stack>
  );
};

/** How often the reasons of a job that waits are asked for anew. */
const refreshMs = 3000;

/** Why this GPU, or why still waiting: every instance with what the job would cost there, or what speaks against it. */
export const PlacementPanel = ({ job }: { job: JobView }): ReactNode => {
  const { t } = useTranslation();
  const waits = job.state === 'queued';
  const query = useAnswer('jobs.explain', { jobId: job.id }, waits ? { refetchIntervalMs: refreshMs } : {});
  const { refetch } = query;
  useEffect(() => void refetch(), [refetch, job.state, job.instanceId]);
  const title = waits ? t('placement.titleWaiting') : t('placement.title');
  return (
    <section aria-label={title}>
      <Title order={3} mb="xs">
        {title}
      </Title>
      {query.data !== undefined ? (
        <Panel job={job} placement={query.data.placement} />
      ) : query.error === null ? (
        <Skeleton className={classes.panelSkeleton ?? ''} role="status" aria-label={t('queue.rowsLoading')} />
      ) : (
        <ErrorPanel error={query.error} title={t('placement.failed')} />
      )}
    </section>
  );
};
