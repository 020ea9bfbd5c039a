import { Drawer } from '@mantine/core';
import { lazy, type ReactNode, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { useViewState } from '../../state/app-context.tsx';
import { useInstance } from '../../studio-client/queries.ts';
import classes from './log.module.css';

const LogView = lazy(async () => ({ default: (await import('./log-view.tsx')).LogView }));

/** The log of one instance, beside the page. */
export const LogDrawer = (): ReactNode => {
  const { t } = useTranslation();
  const instanceId = useViewState((state) => state.logInstanceId);
  const showLog = useViewState((state) => state.showLog);
  const view = useInstance(instanceId ?? '');
  return (
    <Drawer
      opened={instanceId !== null}
      onClose={() => showLog(null)}
      title={t('instances.log.title', { name: view?.configuration.name ?? instanceId ?? '' })}
      size="min(100%, var(--at-drawer-width))"
      padding="md"
      classNames={{ body: classes.drawerBody ?? '', content: classes.drawerContent ?? '' }}
    >
      <Suspense>{instanceId === null ? null : <LogView key={instanceId} instanceId={instanceId} />}</Suspense>
    </Drawer>
  );
};
