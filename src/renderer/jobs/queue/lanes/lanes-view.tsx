import { Button, Skeleton, VisuallyHidden } from '@mantine/core';
import { IconLayoutList } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { type LaneMinutes, lanesKey } from '#contract/models/lanes.ts';
import { EmptyPage } from '../../../components/empty-page.tsx';
import { ErrorPanel } from '../../../components/error-panel.tsx';
import { useInstances } from '../../../studio-client/queries.ts';
import { useTopic } from '../../../studio-client/use-topic.ts';
import { useQueueNavigation } from '../use-queue-navigation.ts';
import { LaneBoard } from './lane-board.tsx';
import classes from './lanes.module.css';

const usualMinutes: LaneMinutes = 15;
const skeletonRows = ['one', 'two', 'three', 'four'] as const;

const LanesSkeleton = (): ReactNode => {
  const { t } = useTranslation();
  return (
    <div role="status" className={classes.skeletons}>
      <VisuallyHidden>{t('queue.rowsLoading')}</VisuallyHidden>
      {skeletonRows.map((row) => (
        <Skeleton key={row} className={classes.skeleton ?? ''} />
      ))}
    </div>
  );
};

const NoLanes = (): ReactNode => {
  const { t } = useTranslation();
  return (
    <EmptyPage icon={IconLayoutList} title={t('lanes.empty.title')} means={t('lanes.empty.means')}>
      <Button component={Link} to="/instances">
        {t('lanes.empty.action')}
      </Button>
    </EmptyPage>
  );
};

/** The queue over time: one row a GPU, what it did, does and will do. */
export const LanesView = (): ReactNode => {
  const { t } = useTranslation();
  const { search, go } = useQueueNavigation();
  const minutes = search.span ?? usualMinutes;
  const instances = useInstances();
  const lanes = useTopic('lanes', { key: lanesKey(minutes), select: (state) => state, keepPrevious: true });
  const error = lanes.data === undefined ? lanes.error : null;
  if (error !== null) {
    return (
      <ErrorPanel error={error} title={t('lanes.failed')}>
        <Button onClick={() => void lanes.refetch()}>{t('frame.actions.retry')}</Button>
      </ErrorPanel>
    );
  }
  if (lanes.data === undefined || instances.data === undefined) return <LanesSkeleton />;
  if (instances.data.instances.length === 0 && lanes.data.blocks.length === 0) return <NoLanes />;
  return (
    <LaneBoard
      lanes={lanes.data}
      instances={instances.data.instances}
      minutes={minutes}
      onZoom={(span) => go({ span: span === usualMinutes ? undefined : span })}
    />
  );
};
