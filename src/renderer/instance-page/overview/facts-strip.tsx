import { Tooltip } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { InstanceView } from '#contract/models/instance.ts';
import { readySince, versionOf } from '../../instances/instance-presentation.ts';
import { useNow } from '../../state/app-context.tsx';
import { formatAgo, formatCount, formatDuration, formatMoment, formatPercent } from '../../text/format.ts';
import classes from './overview.module.css';

const Fact = ({ name, value, hint }: { name: string; value: string; hint?: string }): ReactNode => (
  <div className={classes.fact}>
    <dt>{name}</dt>
    <dd>
      {hint === undefined ? (
        value
      ) : (
        <Tooltip label={hint}>
          <span>{value}</span>
        </Tooltip>
      )}
    </dd>
  </div>
);

/** Uptime, work done and the process in one row. */
export const FactsStrip = ({ view }: { view: InstanceView }): ReactNode => {
  const { t } = useTranslation();
  const now = useNow();
  const { totalWorkflows, successfulWorkflows, failedWorkflows, restarts, lastUsedAt } = view.statistics;
  const ended = successfulWorkflows + failedWorkflows;
  const since = readySince(view.state);
  return (
    <dl className={classes.facts} aria-label={t('instancePage.facts.label')}>
      {since === null ? (
        <Fact name={t('instancePage.facts.uptime')} value="–" />
      ) : (
        <Fact
          name={t('instancePage.facts.uptime')}
          value={formatDuration(now - since)}
          hint={t('instances.card.uptimeMeans', { at: formatMoment(since) })}
        />
      )}
      <Fact name={t('instancePage.facts.jobs')} value={formatCount(totalWorkflows)} />
      {ended === 0 ? (
        <Fact name={t('instancePage.facts.success')} value={t('instancePage.facts.none')} />
      ) : (
        <Fact
          name={t('instancePage.facts.success')}
          value={formatPercent(successfulWorkflows, ended)}
          hint={t('instances.card.successMeans', { ok: successfulWorkflows, total: ended })}
        />
      )}
      <Fact name={t('instancePage.facts.restarts')} value={formatCount(restarts)} />
      {lastUsedAt === null ? (
        <Fact name={t('instancePage.facts.lastUsed')} value={t('instancePage.facts.never')} />
      ) : (
        <Fact
          name={t('instancePage.facts.lastUsed')}
          value={formatAgo(lastUsedAt, now)}
          hint={formatMoment(lastUsedAt)}
        />
      )}
      <Fact name={t('instancePage.facts.process')} value={view.pid === null ? '–' : String(view.pid)} />
      <Fact name={t('instancePage.facts.version')} value={versionOf(view.state) || '–'} />
    </dl>
  );
};
