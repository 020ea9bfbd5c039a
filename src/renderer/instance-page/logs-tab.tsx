import { IconTerminal2 } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { InstanceView } from '#contract/models/instance.ts';
import { EmptyPage } from '../components/empty-page.tsx';
import { LogView } from '../instances/log/log-view.tsx';
import classes from './instance-page.module.css';

/** The whole log. */
export const LogsTab = ({ view }: { view: InstanceView }): ReactNode => {
  const { t } = useTranslation();
  const { kind, id } = view.configuration;
  if (kind === 'remote') {
    return (
      <EmptyPage icon={IconTerminal2} title={t('instancePage.remote.log')} means={t('instancePage.remote.logMeans')} />
    );
  }
  return (
    <div className={classes.logs}>
      <LogView instanceId={id} />
    </div>
  );
};
