import { Skeleton, Title } from '@mantine/core';
import { type ReactNode, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import type { JobEvent, JobView } from '#contract/models/job.ts';
import { ErrorPanel } from '../../components/error-panel.tsx';
import { useAnswer } from '../../studio-client/use-call.ts';
import { formatDuration, formatMoment } from '../../text/format.ts';
import { locales, pageLanguage } from '../../text/language.ts';
import type { StateColour } from '../../theme/tokens.ts';
import { useInstanceName } from '../job-facts.tsx';
import classes from './details.module.css';

const colours: { readonly [Type in JobEvent['type']]: StateColour } = {
  submitted: 'stopped',
  assigned: 'changing',
  sent: 'changing',
  accepted: 'changing',
  started: 'running',
  loaded: 'running',
  lost: 'error',
  requeued: 'paused',
  uncertain: 'paused',
  collected: 'running',
  parked: 'paused',
  retried: 'changing',
  changed: 'stopped',
  succeeded: 'running',
  failed: 'error',
  cancelled: 'stopped',
};

const EventRow = ({ event, previousAt }: { event: JobEvent; previousAt: number | null }): ReactNode => {
  const { t } = useTranslation();
  const name = useInstanceName(event.instanceId) ?? t('placement.someInstance');
  const key = event.type === 'failed' ? 'failedEvent' : event.type;
  const moment = new Date(event.at);
  return (
    <li className={classes.event}>
      <span className={classes.dot} data-state={colours[event.type]} />
      <time className={classes.eventTime} dateTime={moment.toISOString()} title={formatMoment(event.at)}>
        {moment.toLocaleTimeString(locales[pageLanguage()])}
      </time>
      <span className={classes.eventText} title={name}>
        {t(`placement.events.${key}`, { name })}
      </span>
      <span className={classes.eventAfter}>
        {previousAt === null || event.at - previousAt < 1000 ? '' : `+ ${formatDuration(event.at - previousAt)}`}
      </span>
    </li>
  );
};

/** What happened to a job, oldest first; asked anew whenever its state changes. */
export const JobTimeline = ({ job }: { job: JobView }): ReactNode => {
  const { t } = useTranslation();
  const query = useAnswer('jobs.events', { jobId: job.id });
  const { refetch } = query;
  useEffect(() => void refetch(), [refetch, job.state, job.tries, job.instanceId]);
  return (
    <section aria-label={t('placement.events.title')}>
      <Title order={3} mb="xs">
        {t('placement.events.title')}
      </Title>
      {query.data !== undefined ? (
        <ol className={classes.events}>
          {query.data.events.map((event, index, all) => (
            <EventRow
              // Two events of one kind may share their millisecond.
              // oxlint-disable-next-line react/no-array-index-key
              key={`${event.at}.${index}`}
              event={event}
              previousAt={all[index - 1]?.at ?? null}
            />
          ))}
        </ol>
      ) : query.error === null ? (
        <Skeleton className={classes.panelSkeleton ?? ''} />
      ) : (
        <ErrorPanel error={query.error} title={t('placement.events.failed')} />
      )}
    </section>
  );
};
