import { Tooltip } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { InstanceView } from '#contract/models/instance.ts';
import { useNow } from '../../state/app-context.tsx';
import { useInstanceReading } from '../../studio-client/queries.ts';
import { formatAgo, formatDuration, formatMoment, formatPercent, formatResponseTime } from '../../text/format.ts';
import { readySince, versionOf } from '../instance-presentation.ts';
import classes from './instance-card.module.css';

const Uptime = ({ view, since }: { view: InstanceView; since: number }): ReactNode => {
  const { t } = useTranslation();
  const now = useNow();
  const process = t('instances.card.processMeans', { pid: view.pid ?? '–', version: versionOf(view.state) || '–' });
  const hint = `${t('instances.card.uptimeMeans', { at: formatMoment(since) })}\n${process}`;
  return (
    <Tooltip label={hint}>
      <span>{t('instances.card.up', { time: formatDuration(now - since) })}</span>
    </Tooltip>
  );
};

const LastUsed = ({ at }: { at: number | null }): ReactNode => {
  const { t } = useTranslation();
  const now = useNow();
  if (at === null) return <span>{t('instances.card.neverUsed')}</span>;
  return (
    <Tooltip label={formatMoment(at)}>
      <span>{t('instances.card.used', { time: formatAgo(at, now) })}</span>
    </Tooltip>
  );
};

/** Uptime, work done, success, response time and last use. */
export const CardFacts = ({ view }: { view: InstanceView }): ReactNode => {
  const { t } = useTranslation();
  const { totalWorkflows, successfulWorkflows, failedWorkflows, lastUsedAt } = view.statistics;
  const ended = successfulWorkflows + failedWorkflows;
  const responseTimeMs = useInstanceReading(view.configuration.id)?.responseTimeMs ?? null;
  const since = readySince(view.state);
  return (
    <div className={classes.quietRow}>
      {since === null ? null : <Uptime view={view} since={since} />}
      <span>{t('instances.card.jobs', { count: totalWorkflows })}</span>
      {ended === 0 ? null : (
        <Tooltip label={t('instances.card.successMeans', { ok: successfulWorkflows, total: ended })}>
          <span>{formatPercent(successfulWorkflows, ended)}</span>
        </Tooltip>
      )}
      {since === null ? null : (
        <Tooltip label={t('instances.card.responseTime', { value: formatResponseTime(responseTimeMs) })}>
          <span>{formatResponseTime(responseTimeMs)}</span>
        </Tooltip>
      )}
      <LastUsed at={lastUsedAt} />
    </div>
  );
};
