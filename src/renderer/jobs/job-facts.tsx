import { Tooltip } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { JobView } from '#contract/models/job.ts';
import { useNow } from '../state/app-context.tsx';
import { useInstance } from '../studio-client/queries.ts';
import { useTopic } from '../studio-client/use-topic.ts';
import { formatAgo, formatClock, formatDuration, formatMoment } from '../text/format.ts';
import { isUnfinished, remainingMs } from './job-presentation.ts';

/** The instance of a job by name: the one that has it, else the one that was asked for. */
export const JobWhere = ({ job }: { job: JobView }): ReactNode => {
  const { t } = useTranslation();
  const id = job.instanceId ?? job.requestedInstanceId;
  const view = useInstance(id ?? '');
  return id === null ? t('jobs.balanced') : (view?.configuration.name ?? id);
};

/** Time so far and left while it runs; how long it took and when it ended afterwards. */
export const JobTimes = ({ job }: { job: JobView }): ReactNode => {
  const { t } = useTranslation();
  const now = useNow();
  if (isUnfinished(job)) {
    const left = remainingMs(job, now);
    if (left !== null) return t('instances.card.left', { time: formatClock(left) });
    return formatAgo(job.submittedAt, now);
  }
  const took =
    job.startedAt === null || job.finishedAt === null
      ? ''
      : `${t('jobs.took', { time: formatDuration(job.finishedAt - job.startedAt) })} · `;
  return (
    <Tooltip label={formatMoment(job.finishedAt ?? job.submittedAt)}>
      <span>{`${took}${formatAgo(job.finishedAt ?? job.submittedAt, now)}`}</span>
    </Tooltip>
  );
};

const mostReasons = 3;

/** Why a job still waits, in one sentence. */
export const WaitingReason = ({ job }: { job: JobView }): ReactNode => {
  const { t } = useTranslation();
  const instances = useTopic('instances', { select: (state) => state.instances }).data ?? [];
  const rejected = job.placement?.rejected ?? [];
  const requested = instances.find(({ configuration }) => configuration.id === job.requestedInstanceId);
  if (requested !== undefined) return t('jobs.waitsFor', { name: requested.configuration.name });
  if (instances.every(({ status }) => status !== 'running')) return t('jobs.waitingReasons.noInstance');
  if (rejected.length === 0) return t('jobs.waitingReasons.none');
  const nameOf = (id: string): string =>
    instances.find(({ configuration }) => configuration.id === id)?.configuration.name ?? id;
  const reasons = rejected
    .slice(0, mostReasons)
    .map(({ instanceId, reason }) => `${nameOf(instanceId)} ${t(`jobs.waitingReasons.${reason}`)}`);
  const more = rejected.length > mostReasons ? ', …' : '';
  return t('jobs.waitingBecause', { reasons: `${reasons.join(', ')}${more}` });
};
