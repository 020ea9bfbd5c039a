import { Button, Skeleton, Stack, Tabs } from '@mantine/core';
import { IconGhost2 } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { lazy, type ReactNode, Suspense, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import type { InstanceView } from '#contract/models/instance.ts';
import { EmptyPage } from '../components/empty-page.tsx';
import { ErrorPanel } from '../components/error-panel.tsx';
import { useViewState } from '../state/app-context.tsx';
import { useInstance, useInstances } from '../studio-client/queries.ts';
import classes from './instance-page.module.css';
import { type InstanceTab, instanceTabs, usePageAddress } from './page-address.ts';
import { PageHead } from './page-head.tsx';

const OverviewTab = lazy(async () => ({ default: (await import('./overview/overview-tab.tsx')).OverviewTab }));
const LogsTab = lazy(async () => ({ default: (await import('./logs-tab.tsx')).LogsTab }));
const JobsTab = lazy(async () => ({ default: (await import('./jobs-tab.tsx')).JobsTab }));
const ConfigurationTab = lazy(async () => ({ default: (await import('./configuration-tab.tsx')).ConfigurationTab }));
const EventsTab = lazy(async () => ({ default: (await import('./events/events-tab.tsx')).EventsTab }));
const FilesTab = lazy(async () => ({ default: (await import('./files-tab.tsx')).FilesTab }));

const TabContent = ({ tab, view }: { tab: InstanceTab; view: InstanceView }): ReactNode => {
  switch (tab) {
    case 'overview':
      return <OverviewTab view={view} />;
    case 'logs':
      return <LogsTab view={view} />;
    case 'jobs':
      return <JobsTab view={view} />;
    case 'configuration':
      return <ConfigurationTab view={view} />;
    case 'events':
      return <EventsTab view={view} />;
    case 'files':
      return <FilesTab view={view} />;
  }
};

const LoadedPage = ({ view }: { view: InstanceView }): ReactNode => {
  const { t } = useTranslation();
  const { tab, showTab } = usePageAddress();
  const { id } = view.configuration;
  return (
    <Stack gap="md" className={classes.page ?? ''} data-tab={tab}>
      <PageHead view={view} />
      <Tabs
        value={tab}
        keepMounted={false}
        classNames={{ root: classes.tabs ?? '', panel: classes.panel ?? '' }}
        onChange={(value) => {
          const next = instanceTabs.find((one) => one === value);
          if (next !== undefined) showTab(next);
        }}
      >
        <Tabs.List aria-label={t('instancePage.tabsLabel')}>
          {instanceTabs.map((one) => (
            <Tabs.Tab key={one} value={one}>
              {t(`instancePage.tabs.${one}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value={tab}>
          <Suspense fallback={<Skeleton className={classes.skeleton ?? ''} />}>
            <TabContent key={`${id} ${tab}`} tab={tab} view={view} />
          </Suspense>
        </Tabs.Panel>
      </Tabs>
    </Stack>
  );
};

const Gone = ({ instanceId }: { instanceId: string }): ReactNode => {
  const { t } = useTranslation();
  return (
    <EmptyPage
      icon={IconGhost2}
      title={t('instancePage.gone.title')}
      means={t('instancePage.gone.means', { id: instanceId })}
    >
      <Button renderRoot={(props) => <Link {...props} to="/instances" />}>{t('instancePage.gone.action')}</Button>
    </EmptyPage>
  );
};

/** Everything about one instance. While it is open, the keys for instances mean this one. */
export const InstancePage = (): ReactNode => {
  const { t } = useTranslation();
  const { instanceId } = usePageAddress();
  const query = useInstances();
  const view = useInstance(instanceId);
  const focusInstance = useViewState((state) => state.focusInstance);
  useEffect(() => {
    focusInstance(instanceId);
    return () => focusInstance(null);
  }, [instanceId, focusInstance]);
  if (view !== null) return <LoadedPage view={view} />;
  if (query.data !== undefined) return <Gone instanceId={instanceId} />;
  if (query.error !== null) {
    return (
      <ErrorPanel error={query.error} title={t('instances.failed.title')}>
        <Button onClick={() => void query.refetch()}>{t('frame.actions.retry')}</Button>
      </ErrorPanel>
    );
  }
  return (
    <Stack gap="md" role="status" aria-label={t('instancePage.loading')}>
      <Skeleton className={classes.headSkeleton ?? ''} />
      <Skeleton className={classes.skeleton ?? ''} />
    </Stack>
  );
};
