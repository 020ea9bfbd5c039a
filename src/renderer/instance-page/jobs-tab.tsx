import { Button, Stack, Title } from '@mantine/core';
import { IconListDetails } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { type MouseEvent, type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { InstanceView } from '#contract/models/instance.ts';
import type { JobState, JobView } from '#contract/models/job.ts';
import { EmptyPage } from '../components/empty-page.tsx';
import { ErrorPanel } from '../components/error-panel.tsx';
import { JobDrawer } from '../jobs/details/job-drawer.tsx';
import { JobRow } from '../jobs/queue/job-row.tsx';
import { ListSkeleton } from '../jobs/queue/list-skeleton.tsx';
import { useJobPage } from '../studio-client/queries.ts';
import { useTopic } from '../studio-client/use-topic.ts';
import { formatCount } from '../text/format.ts';
import classes from './instance-page.module.css';
import { usePageAddress } from './page-address.ts';

const firstShown = 10;
const moreShown = 50;
/** Most of one page of the topic; what is older stands on the page of all jobs. */
const mostShown = 200;

const Rows = ({ title, total, jobs }: { title: string; total: number; jobs: readonly JobView[] }): ReactNode => (
  <>
    <Title order={2} size="h3" mb="xs">
      {`${title} · ${formatCount(total)}`}
    </Title>
    <ul className={classes.jobList} aria-label={title}>
      {jobs.map((job) => (
        <li key={job.id} data-job-id={job.id}>
          <JobRow job={job} list="instance" place={null} onCheck={null} />
        </li>
      ))}
    </ul>
  </>
);

interface ListProps {
  readonly name: 'working' | 'done';
  readonly states: readonly JobState[];
  readonly instanceId: string;
}

const ListOfJobs = ({ name, states, instanceId }: ListProps): ReactNode => {
  const { t } = useTranslation();
  const [limit, setLimit] = useState(firstShown);
  const page = useJobPage({ instanceId, states: [...states], limit });
  if (page.data === undefined && page.error !== null) return <ErrorPanel error={page.error} />;
  if (page.data === undefined) return limit === firstShown ? null : <ListSkeleton />;
  const { total, jobs } = page.data;
  if (total === 0) return null;
  const title = t(`instancePage.jobs.${name}`);
  const rest = Math.min(moreShown, total - jobs.length);
  return (
    <section aria-label={title}>
      <Rows title={title} total={total} jobs={jobs} />
      {rest > 0 && limit < mostShown ? (
        <Button
          mt="xs"
          size="xs"
          variant="subtle"
          color="gray"
          onClick={() => setLimit(Math.min(mostShown, limit + moreShown))}
        >
          {t('instancePage.jobs.more', { count: rest })}
        </Button>
      ) : null}
    </section>
  );
};

const none: readonly JobView[] = [];

/** Those of the next jobs of the queue that asked for the instance, or are better off waiting for it. */
const useWaitingJobs = (instanceId: string): readonly JobView[] =>
  useTopic('jobs', {
    select: ({ jobs }) =>
      jobs.filter(
        (job) => job.state === 'queued' && (job.requestedInstanceId ?? job.placement?.waitsFor) === instanceId,
      ),
  }).data ?? none;

const WaitingJobs = ({ jobs }: { jobs: readonly JobView[] }): ReactNode => {
  const { t } = useTranslation();
  const title = t('instancePage.jobs.waiting');
  return (
    <section aria-label={title}>
      <Rows title={title} total={jobs.length} jobs={jobs} />
    </section>
  );
};

const working: readonly JobState[] = ['assigned', 'running'];
const done: readonly JobState[] = ['succeeded', 'failed', 'cancelled', 'parked'];

/** Jobs of this instance: with it, waiting for it, done by it. A job opens beside the page. */
export const JobsTab = ({ view }: { view: InstanceView }): ReactNode => {
  const { t } = useTranslation();
  const { search, change } = usePageAddress();
  const { id } = view.configuration;
  const all = useJobPage({ instanceId: id, limit: 1 });
  const waiting = useWaitingJobs(id);
  const openHere = (event: MouseEvent): void => {
    if (!(event.target instanceof Element) || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const job = event.target.closest('a')?.closest<HTMLElement>('[data-job-id]')?.dataset['jobId'];
    if (job === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    change({ job });
  };
  if (all.data === undefined && all.error !== null) {
    return <ErrorPanel error={all.error} title={t('jobs.failedToLoad')} />;
  }
  if (all.data === undefined) return <ListSkeleton />;
  if (all.data.total === 0 && waiting.length === 0) {
    return (
      <EmptyPage
        icon={IconListDetails}
        title={t('instancePage.jobs.empty.title')}
        means={t('instancePage.jobs.empty.means')}
      >
        <Button renderRoot={(props) => <Link {...props} to="/run" />}>{t('instancePage.jobs.empty.action')}</Button>
      </EmptyPage>
    );
  }
  return (
    // The links inside are what the keyboard reaches; this only says where they open.
    <div role="presentation" onClickCapture={openHere}>
      <Stack gap="lg">
        <ListOfJobs name="working" states={working} instanceId={id} />
        {waiting.length === 0 ? null : <WaitingJobs jobs={waiting} />}
        <ListOfJobs name="done" states={done} instanceId={id} />
      </Stack>
      <JobDrawer jobId={search.job ?? null} onClose={() => change({ job: undefined })} />
    </div>
  );
};
