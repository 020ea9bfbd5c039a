import { ActionIcon, Button, Group, Menu, Skeleton, Title, Tooltip } from '@mantine/core';
import { IconDots, IconPlayerPlay, IconPlayerStop, IconPlus, IconRefresh } from '@tabler/icons-react';
import { type ReactNode, useDeferredValue, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { TopicState } from '#contract/topics.ts';
import { ErrorPanel } from '../components/error-panel.tsx';
import { useRunCommand } from '../shell/use-commands.ts';
import { useGpus, useInstances } from '../studio-client/queries.ts';
import { frame } from '../theme/tokens.ts';
import { arrangeInstances } from './arrange-instances.ts';
import { isFiltering, matchesFilter } from './instance-filter.ts';
import classes from './instances-page.module.css';
import { InstanceRowHead } from './list/instance-row.tsx';
import { FilteredOut, NoInstances } from './no-instances.tsx';
import { BulkBar } from './panel/bulk-bar.tsx';
import { DeleteMarked } from './panel/delete-marked.tsx';
import { InstanceLines } from './panel/instance-lines.tsx';
import { PanelBar } from './panel/panel-bar.tsx';
import { useMarked, useMarking } from './panel/use-marks.ts';
import { usePanel } from './panel/use-panel.ts';
import { useStable } from './panel/use-stable.ts';

const PageHead = ({ data }: { data: TopicState<'instances'> | undefined }): ReactNode => {
  const { t } = useTranslation();
  const run = useRunCommand();
  const some = (data?.instances.length ?? 0) > 0;
  return (
    <Group justify="space-between" wrap="nowrap" gap="md">
      <Title order={1}>{t('instances.title')}</Title>
      <Group gap="xs" wrap="nowrap">
        {some ? (
          <Menu>
            <Menu.Target>
              <ActionIcon size="lg" aria-label={t('instances.more')}>
                <IconDots size={frame.icon} aria-hidden />
              </ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item
                leftSection={<IconPlayerPlay size={frame.iconSmall} />}
                onClick={() => run('instances.startAll')}
              >
                {t('instances.startAll')}
              </Menu.Item>
              <Menu.Item
                leftSection={<IconPlayerStop size={frame.iconSmall} />}
                onClick={() => run('instances.stopAll')}
              >
                {t('instances.stopAll')}
              </Menu.Item>
              <Menu.Item leftSection={<IconRefresh size={frame.iconSmall} />} onClick={() => run('instances.refresh')}>
                {t('instances.refresh')}
              </Menu.Item>
            </Menu.Dropdown>
          </Menu>
        ) : null}
        <Tooltip label={t('instances.create')}>
          <Button leftSection={<IconPlus size={frame.icon} aria-hidden />} onClick={() => run('instance.create')}>
            {t('instances.create')}
          </Button>
        </Tooltip>
      </Group>
    </Group>
  );
};

const skeletons = ['a', 'b', 'c'] as const;

/** Placeholders of the size of what comes, so that nothing jumps. */
const LoadingCards = (): ReactNode => {
  const { t } = useTranslation();
  return (
    <div className={classes.grid} role="status" aria-label={t('instances.loading')}>
      {skeletons.map((key) => (
        <Skeleton key={key} className={classes.skeleton ?? ''} radius="md" />
      ))}
    </div>
  );
};

const Panel = ({ data }: { data: TopicState<'instances'> }): ReactNode => {
  const { t } = useTranslation();
  const { panel, change } = usePanel();
  const gpus = useGpus();
  const [isAsking, setIsAsking] = useState(false);
  const { instances, activeInstanceId } = data;
  // Typing goes first: what is shown follows when there is time.
  const filter = useDeferredValue(panel);
  const shown = useMemo(() => instances.filter((view) => matchesFilter(view, filter)), [instances, filter]);
  const groups = useStable(useMemo(() => arrangeInstances(shown, filter, gpus), [shown, filter, gpus]));
  const shownIds = useMemo(() => groups.flatMap(({ instanceIds }) => instanceIds), [groups]);
  const marking = useMarking(shownIds);
  const ids = useMarked();
  const active = instances.find(({ configuration }) => configuration.id === activeInstanceId);
  const summary = [
    t('instances.summary', { shown: shown.length, total: instances.length }),
    active === undefined
      ? t('instances.balancedSummary')
      : t('instances.activeSummary', { name: active.configuration.name }),
  ];
  const askToDelete = (): void => setIsAsking(true);
  return (
    <>
      <PanelBar panel={panel} onChange={change} summary={summary.join(' · ')} />
      <div className={classes.content}>
        {shown.length === 0 && isFiltering(filter) ? (
          <FilteredOut onFilter={change} />
        ) : (
          <>
            {panel.layout === 'list' ? <InstanceRowHead /> : null}
            <InstanceLines groups={groups} layout={panel.layout} marking={marking} onDelete={askToDelete} />
          </>
        )}
      </div>
      <BulkBar instances={instances} shownCount={shownIds.length} marking={marking} onDelete={askToDelete} />
      <DeleteMarked
        opened={isAsking}
        marked={instances.filter(({ configuration }) => ids.has(configuration.id))}
        onClose={() => setIsAsking(false)}
      />
    </>
  );
};

/** The fleet at a glance. */
export const InstancesPage = (): ReactNode => {
  const { t } = useTranslation();
  const query = useInstances();
  const { data } = query;
  return (
    <>
      <PageHead data={data} />
      {data === undefined && query.error !== null ? (
        <div className={classes.failed}>
          <ErrorPanel error={query.error} title={t('instances.failed.title')}>
            <Button onClick={() => void query.refetch()} loading={query.isFetching}>
              {t('frame.actions.retry')}
            </Button>
          </ErrorPanel>
        </div>
      ) : null}
      {data === undefined && query.error === null ? (
        <div className={classes.failed}>
          <LoadingCards />
        </div>
      ) : null}
      {data !== undefined && data.instances.length === 0 ? <NoInstances /> : null}
      {data !== undefined && data.instances.length > 0 ? <Panel data={data} /> : null}
    </>
  );
};
