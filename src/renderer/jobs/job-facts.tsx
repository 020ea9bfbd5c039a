import { Tooltip } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { JobView } from '#contract/models/job.ts';
import { useNow } from '../state/app-context.tsx';
import { useInstance } from '../studio-client/queries.ts';
import { useTopic } from '../studio-client/use-topic.ts';
import { formatAgo, formatClock, formatDuration, formatMoment, formatRoughly, formatSpread } from '../text/format.ts';
import { expectedOf, isUnfinished, remainingMs } from './job-presentation.ts';

/** The name of an instance; its id when it is gone. */
export const useInstanceName = (instanceId: string | null): string | null => {
  const view = useInstance(instanceId ?? '');
  return instanceId === null ? null : (view?.configuration.name ?? instanceId);
};

/** The instance of a job by name: the one that has it, else the one that was asked for. */
export const JobWhere = ({ job }: { job: JobView }): ReactNode => {
  const { t } = useTranslation();
  return useInstanceName(job.instanceId ?? job.requestedInstanceId) ?? t('jobs.balanced');
};

/** How long until it is done, with the spread of what was measured; by the pace so far where there is no estimate. */
export const JobExpected = ({ job }: { job: JobView }): ReactNode => {
  const { t } = useTranslation();
  const now = useNow();
  const expected = expectedOf(job.estimate, now);
  if (expected === null) {
    const left = remainingMs(job, now);
    return left === null ? null : t('instances.card.left', { time: formatClock(left) });
  }
  const spread = formatSpread(expected.earliestMs, expected.latestMs);
  return (
    <Tooltip label={t('queue.aboutMeans', { at: formatMoment(now + expected.finishMs) })}>
      <span>
        {t('queue.about', { time: formatRoughly(expected.finishMs) })}
        {spread === '' ? null : <span data-spread>{`, ${spread}`}</span>}
      </span>
    </Tooltip>
  );
};

/** How long a job took, where that is known, and when it ended. */
export const JobEnded = ({ job }: { job: JobView }): ReactNode => {
  const { t } = useTranslation();
  const now = useNow();
  const at = job.finishedAt ?? job.submittedAt;
  const took =
    job.startedAt === null || job.finishedAt === null
      ? ''
      : `${t('jobs.took', { time: formatDuration(job.finishedAt - job.startedAt) })} · `;
  return (
    <Tooltip label={formatMoment(at)}>
      <span>
        {took === '' ? null : <span data-spread>{took}</span>}
        {formatAgo(at, now)}
      </span>
    </Tooltip>
  );
};

/** Time left while it runs or waits; how long it took and when it ended afterwards. */
export const JobTimes = ({ job }: { job: JobView }): ReactNode =>
  isUnfinished(job) ? <JobExpected job={job} /> : <JobEnded job={job} />;

/** Why a job still waits, in one sentence. */
export const WaitingReason = ({ job }: { job: JobView }): ReactNode => {
  const { t } = useTranslation();
  const { placement } = job;
  const target = placement?.waitsFor ?? job.requestedInstanceId;
  const name = useInstanceName(target) ?? t('placement.someInstance');
  const runs = useTopic('instances', {
    select: ({ instances }) => instances.some(({ status }) => status === 'running'),
  }).data;
  const reason = placement?.waiting ?? null;
  if (reason === null) {
    if (runs === false) return t('placement.waiting.no-instance');
    return job.requestedInstanceId === null ? t('placement.waiting.its-turn') : t('placement.waitingPinned', { name });
  }
  const sentence = t(`placement.waiting.${reason}`, { name });
  const waitMs = placement?.scores.find(({ instanceId }) => instanceId === placement.waitsFor)?.waitMs ?? 0;
  if (waitMs <= 0 || reason !== 'warm-instance') return sentence;
  return t('placement.waitingTime', { sentence, time: formatRoughly(waitMs) });
};
