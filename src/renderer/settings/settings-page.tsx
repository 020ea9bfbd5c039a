import { Button, Skeleton, Title } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { type ComponentType, lazy, type ReactNode, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { ErrorPanel } from '../components/error-panel.tsx';
import { useSend } from '../instances/use-instance-actions.tsx';
import { useTopic } from '../studio-client/use-topic.ts';
import { About } from './about.tsx';
import { FoundSettings } from './found-settings.tsx';
import { GatewaySettings } from './gateway-settings.tsx';
import { MemorySettings, QueueSettings, StartingSettings } from './queue-settings.tsx';
import { SectionList } from './section-list.tsx';
import { AppearanceSettings } from './sections/appearance-settings.tsx';
import { BalancingSettings } from './sections/balancing-settings.tsx';
import { FolderSettings } from './sections/folder-settings.tsx';
import { HealthSettings } from './sections/health-settings.tsx';
import { NotificationSettings } from './sections/notification-settings.tsx';
import type { SettingsPartProps } from './setting-fields.tsx';
import classes from './settings.module.css';
import type { SectionId } from './settings-sections.ts';

const AddressSettings = lazy(async () => ({
  default: (await import('./sections/address-settings.tsx')).AddressSettings,
}));
const ShortcutSettings = lazy(async () => ({
  default: (await import('./shortcuts/shortcut-settings.tsx')).ShortcutSettings,
}));
const ExchangeSettings = lazy(async () => ({
  default: (await import('./exchange/exchange-settings.tsx')).ExchangeSettings,
}));
const MigrationHistory = lazy(async () => ({
  default: (await import('../migration/history-page.tsx')).MigrationHistory,
}));
const SnapshotSettings = lazy(async () => ({
  default: (await import('./snapshots/snapshot-settings.tsx')).SnapshotSettings,
}));
const DiagnosticsSettings = lazy(async () => ({
  default: (await import('./diagnostics/diagnostics-settings.tsx')).DiagnosticsSettings,
}));

const Starting = (props: SettingsPartProps): ReactNode => (
  <>
    <StartingSettings {...props} />
    <MemorySettings {...props} />
  </>
);

/** Sections that show settings of the studio, and those that do without. */
const studioSections: Readonly<Partial<Record<SectionId, ComponentType<SettingsPartProps>>>> = {
  balancing: BalancingSettings,
  health: HealthSettings,
  queue: QueueSettings,
  starting: Starting,
  gateway: GatewaySettings,
  folders: FolderSettings,
};
const otherSections: Readonly<Partial<Record<SectionId, ComponentType>>> = {
  addresses: AddressSettings,
  appearance: AppearanceSettings,
  notifications: NotificationSettings,
  shortcuts: ShortcutSettings,
  exchange: ExchangeSettings,
  migrations: MigrationHistory,
  snapshots: SnapshotSettings,
  diagnostics: DiagnosticsSettings,
  about: About,
};

const Waiting = (): ReactNode => {
  const { t } = useTranslation();
  return <Skeleton className={classes.skeleton ?? ''} role="status" aria-label={t('settings.loading')} />;
};

const StudioSection = ({ part: Part }: { readonly part: ComponentType<SettingsPartProps> }): ReactNode => {
  const { t } = useTranslation();
  const send = useSend();
  const query = useTopic('settings', { select: (state) => state });
  const change: SettingsPartProps['change'] = (changes) => void send('settings.update', { changes });
  if (query.data !== undefined) return <Part settings={query.data} change={change} />;
  if (query.error === null) return <Waiting />;
  return (
    <ErrorPanel error={query.error} title={t('settings.failed')}>
      <Button onClick={() => void query.refetch()}>{t('frame.actions.retry')}</Button>
    </ErrorPanel>
  );
};

const Section = ({ section }: { readonly section: SectionId }): ReactNode => {
  const { t } = useTranslation();
  const Other = otherSections[section];
  const part = studioSections[section];
  return (
    <>
      <div className={classes.sectionHead}>
        <Title order={2}>{t(`settings.sections.${section}.title`)}</Title>
        <p className={classes.sectionMeans}>{t(`settings.sections.${section}.means`)}</p>
      </div>
      <Suspense fallback={<Waiting />}>
        {part === undefined ? null : <StudioSection part={part} />}
        {Other === undefined ? null : <Other />}
      </Suspense>
    </>
  );
};

const route = getRouteApi('/settings');

/** Choices for the whole studio and for this window, in sections; each is stored at once. */
export const SettingsPage = (): ReactNode => {
  const { t } = useTranslation();
  const { section = 'balancing', find = '' } = route.useSearch();
  const isSearch = find.trim() !== '';
  return (
    <div className={classes.layout}>
      <Title order={1} className={classes.title ?? ''}>
        {t('settings.title')}
      </Title>
      <SectionList current={isSearch ? null : section} />
      <div className={classes.page}>
        {isSearch ? <FoundSettings typed={find} /> : <Section key={section} section={section} />}
      </div>
    </div>
  );
};
