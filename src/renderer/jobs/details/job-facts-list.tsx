import { Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { JobView } from '#contract/models/job.ts';
import { Copyable } from '../../components/copyable.tsx';
import { formatMoment } from '../../text/format.ts';
import { useInstanceName } from '../job-facts.tsx';
import classes from './details.module.css';

const Fact = ({ name, children }: { name: string; children: ReactNode }): ReactNode => (
  <>
    <dt className={classes.factName}>{name}</dt>
    <dd className={classes.factValue}>{children}</dd>
  </>
);

/** The plain facts about a job. */
export const JobFactsList = ({ job }: { job: JobView }): ReactNode => {
  const { t } = useTranslation();
  const ran = useInstanceName(job.instanceId);
  const asked = useInstanceName(job.requestedInstanceId);
  const facts = 'placement.facts';
  return (
    <section aria-label={t(`${facts}.title`)}>
      <Title order={3} mb="xs">
        {t(`${facts}.title`)}
      </Title>
      <dl className={classes.facts}>
        {ran === null ? null : <Fact name={t(`${facts}.instance`)}>{ran}</Fact>}
        <Fact name={t(`${facts}.asked`)}>{asked ?? t('queue.actions.balanced')}</Fact>
        <Fact name={t(`${facts}.priority`)}>{job.priority}</Fact>
        <Fact name={t(`${facts}.kind`)}>{t(`${facts}.kinds.${job.kind}`)}</Fact>
        {job.batchId === null ? null : (
          <Fact name={t(`${facts}.batch`)}>
            <Link to="/jobs" search={{ batch: job.batchId }} className={classes.link}>
              {t('queue.batch.open')}
            </Link>
          </Fact>
        )}
        <Fact name={t(`${facts}.tries`)}>{job.tries}</Fact>
        {job.deaths === 0 ? null : <Fact name={t(`${facts}.deaths`)}>{job.deaths}</Fact>}
        <Fact name={t(`${facts}.submitted`)}>{formatMoment(job.submittedAt)}</Fact>
        {job.finishedAt === null ? null : <Fact name={t(`${facts}.finished`)}>{formatMoment(job.finishedAt)}</Fact>}
        {job.estimate === null ? null : (
          <Fact name={t(`${facts}.expected`)}>{formatMoment(job.estimate.finishAt)}</Fact>
        )}
        {job.clientId === null ? null : <Fact name={t(`${facts}.client`)}>{job.clientId}</Fact>}
        <Fact name={t(`${facts}.id`)}>
          <Copyable value={job.id} label={t('frame.actions.copy')} mono>
            {job.id}
          </Copyable>
        </Fact>
      </dl>
    </section>
  );
};
