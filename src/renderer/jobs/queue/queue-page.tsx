import { Button, Group, SegmentedControl, Stack, Title } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconListDetails } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { lazy, type ReactNode, Suspense, useEffect, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { fromWireError } from '#contract/errors.ts';
import type { QueueView } from '#contract/models/queue.ts';
import { EmptyPage } from '../../components/empty-page.tsx';
import { ErrorPanel } from '../../components/error-panel.tsx';
import { useSend } from '../../instances/use-instance-actions.tsx';
import { useViewState } from '../../state/app-context.tsx';
import { useQueue } from '../../studio-client/queries.ts';
import { queue as queueTexts } from '../../text/en/queue.ts';
import { pageTexts } from '../../text/page-texts.ts';
import { JobDrawer } from '../details/job-drawer.tsx';
import { BatchList } from './batch-list.tsx';
import { JobList } from './job-list.tsx';
import { ListSkeleton } from './list-skeleton.tsx';
import { QueueBar } from './queue-bar.tsx';
import { countAll, filterOf, isWhole, type QueueSearch, type QueueSection } from './queue-search.ts';
import { SectionTabs } from './section-tabs.tsx';
import { ShortJobList } from './short-job-list.tsx';
import { useBatch } from './use-batch.ts';
import { useQueueNavigation } from './use-queue-navigation.ts';

const typingPauseMs = 150;
/** How much of each section the overview shows. */
const overviewLimits = { running: 50, parked: 10, waiting: 10, done: 10 } as const;
const overviewOrder = ['running', 'parked', 'waiting', 'done'] as const;

type ProblemTexts = Readonly<Record<string, { readonly means: string; readonly do: string }>>;

/** Why the store takes no job, and what to do. */
const Problem = ({ queue }: { queue: QueueView }): ReactNode => {
  const { t } = useTranslation();
  const send = useSend();
  const { problem, mode } = queue;
  if (problem === null) return null;
  const problemTexts: ProblemTexts = pageTexts('queue', queueTexts).problems;
  return (
    <ErrorPanel error={fromWireError(problem)} title={t('queue.closed')} words={problemTexts[problem.code]}>
      {/* Storing the mode that holds already tries the store without changing anything. */}
      <Button variant="default" onClick={() => void send('queue.setMode', { mode })}>
        {t('queue.closedTry')}
      </Button>
    </ErrorPanel>
  );
};

const NoJobs = (): ReactNode => {
  const { t } = useTranslation();
  return (
    <EmptyPage icon={IconListDetails} title={t('jobs.empty.title')} means={t('jobs.empty.means')}>
      <Button component={Link} to="/run">
        {t('jobs.empty.action')}
      </Button>
    </EmptyPage>
  );
};

const EmptySection = ({ section, whole }: { section: QueueSection; whole: boolean }): ReactNode => {
  const { t } = useTranslation();
  return whole ? (
    <EmptyPage
      icon={IconListDetails}
      title={t(`queue.empty.${section}.title`)}
      means={t(`queue.empty.${section}.means`)}
    />
  ) : (
    <EmptyPage icon={IconListDetails} title={t('queue.noMatch.title')} means={t('queue.noMatch.means')} />
  );
};

const Lists = ({ search, queue }: { search: QueueSearch; queue: QueueView }): ReactNode => {
  const whole = isWhole(search);
  const { show } = search;
  const filter = useMemo(() => (show === undefined ? null : filterOf(show, search)), [show, search]);
  if (show !== undefined && filter !== null) {
    return (
      <JobList
        key={JSON.stringify(filter)}
        section={show}
        filter={filter}
        whole={whole}
        empty={<EmptySection section={show} whole={whole} />}
      />
    );
  }
  if (whole && countAll(queue.counts) === 0) return <NoJobs />;
  return (
    <Stack gap="lg">
      {whole ? <BatchList /> : null}
      {overviewOrder.map((section) => (
        <ShortJobList
          key={section}
          section={section}
          filter={filterOf(section, search)}
          limit={overviewLimits[section]}
          whole={whole}
        />
      ))}
    </Stack>
  );
};

const useCounts = (search: QueueSearch, queue: QueueView | undefined): QueueView['counts'] | null => {
  const batch = useBatch(search.batch ?? null);
  if ((search.search ?? '') !== '') return null;
  return search.batch === undefined ? (queue?.counts ?? null) : (batch?.counts ?? null);
};

const LanesView = lazy(async () => ({ default: (await import('./lanes/lanes-view.tsx')).LanesView }));

/** One truth as a list or over time. */
const ViewSwitch = (): ReactNode => {
  const { t } = useTranslation();
  const { search, go } = useQueueNavigation();
  return (
    <SegmentedControl
      size="xs"
      aria-label={t('lanes.views.label')}
      value={search.view ?? 'list'}
      data={[
        { value: 'list', label: t('lanes.views.list') },
        { value: 'lanes', label: t('lanes.views.lanes') },
      ]}
      onChange={(value) => go({ view: value === 'lanes' ? 'lanes' : undefined })}
    />
  );
};

interface WorkProps {
  readonly search: QueueSearch;
  readonly queue: QueueView | undefined;
  readonly isFailed: boolean;
}

/** The jobs themselves, in the view that the address names. */
const Work = ({ search, queue, isFailed }: WorkProps): ReactNode => {
  const counts = useCounts(search, queue);
  const isLanes = useQueueNavigation().search.view === 'lanes';
  if (isLanes) {
    return (
      <Suspense fallback={<ListSkeleton />}>
        <LanesView />
      </Suspense>
    );
  }
  return (
    <>
      <SectionTabs counts={counts} />
      {queue === undefined ? isFailed ? null : <ListSkeleton /> : <Lists search={search} queue={queue} />}
    </>
  );
};

/** Every job over all GPUs: what runs, what waits and why, what is done; and the queue as a whole. */
export const QueuePage = (): ReactNode => {
  const { t } = useTranslation();
  const { search, go } = useQueueNavigation();
  const query = useQueue();
  const queue = query.data;
  const [typed] = useDebouncedValue(search.search, typingPauseMs);
  const { show, outcome, batch } = search;
  const shown = useMemo<QueueSearch>(
    () => ({ show, outcome, batch, search: search.search === undefined ? undefined : typed }),
    [show, outcome, batch, search.search, typed],
  );
  const clearSelection = useViewState((state) => state.clearSelection);
  // Marks belong to what is on screen: an action on rows that nobody sees would be a trap.
  useEffect(() => clearSelection, [shown, clearSelection]);
  return (
    <Stack gap="md">
      <Group justify="space-between">
        <Title order={1}>{t('queue.title')}</Title>
        <ViewSwitch />
      </Group>
      {queue === undefined ? null : (
        <>
          <QueueBar queue={queue} />
          <Problem queue={queue} />
        </>
      )}
      {queue === undefined && query.error !== null ? (
        <ErrorPanel error={query.error} title={t('jobs.failedToLoad')}>
          <Button onClick={() => void query.refetch()}>{t('frame.actions.retry')}</Button>
        </ErrorPanel>
      ) : null}
      <Work search={shown} queue={queue} isFailed={query.error !== null} />
      <JobDrawer jobId={search.job ?? null} onClose={() => go({ job: undefined })} />
    </Stack>
  );
};
