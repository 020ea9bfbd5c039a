import { ActionIcon, TextInput } from '@mantine/core';
import {
  type Icon,
  IconAdjustmentsHorizontal,
  IconBell,
  IconFolderSearch,
  IconFolders,
  IconHeartbeat,
  IconHistory,
  IconInfoCircle,
  IconKeyboard,
  IconLifebuoy,
  IconLink,
  IconListDetails,
  IconPalette,
  IconPlayerPlay,
  IconRoute,
  IconSearch,
  IconTransfer,
  IconX,
} from '@tabler/icons-react';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { frame } from '../theme/tokens.ts';
import classes from './settings.module.css';
import { type SectionId, sectionGroups } from './settings-sections.ts';

const icons: Readonly<Record<SectionId, Icon>> = {
  balancing: IconAdjustmentsHorizontal,
  health: IconHeartbeat,
  queue: IconListDetails,
  starting: IconPlayerPlay,
  gateway: IconRoute,
  addresses: IconLink,
  appearance: IconPalette,
  notifications: IconBell,
  shortcuts: IconKeyboard,
  folders: IconFolders,
  exchange: IconTransfer,
  migrations: IconFolderSearch,
  snapshots: IconHistory,
  diagnostics: IconLifebuoy,
  about: IconInfoCircle,
};

const route = getRouteApi('/settings');

const SearchField = (): ReactNode => {
  const { t } = useTranslation();
  const navigate = route.useNavigate();
  const find = route.useSearch({ select: (search) => search.find }) ?? '';
  const search = (typed: string): void => {
    void navigate({ search: ({ section }) => ({ section, find: typed === '' ? undefined : typed }), replace: true });
  };
  return (
    <TextInput
      type="search"
      className={classes.search ?? ''}
      aria-label={t('settings.search')}
      placeholder={t('settings.search')}
      leftSection={<IconSearch size={frame.iconSmall} aria-hidden />}
      rightSection={
        find === '' ? null : (
          <ActionIcon size="sm" aria-label={t('settings.clearSearch')} onClick={() => search('')}>
            <IconX size={frame.iconSmall} aria-hidden />
          </ActionIcon>
        )
      }
      value={find}
      onChange={({ currentTarget }) => search(currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key === 'Escape') search('');
      }}
    />
  );
};

/** The sections beside the page, and the search over all of them. */
export const SectionList = ({ current }: { readonly current: SectionId | null }): ReactNode => {
  const { t } = useTranslation();
  return (
    <div className={classes.side}>
      <SearchField />
      <nav className={classes.sections} aria-label={t('settings.sectionsLabel')}>
        {sectionGroups.map(({ id, sections }) => (
          <div key={id} className={classes.sectionGroup} role="group" aria-label={t(`settings.groups.${id}`)}>
            <span className={classes.groupName} aria-hidden>
              {t(`settings.groups.${id}`)}
            </span>
            {sections.map((section) => {
              const SectionIcon = icons[section];
              const isCurrent = section === current;
              return (
                <Link
                  key={section}
                  to="/settings"
                  search={{ section }}
                  className={classes.section}
                  aria-current={isCurrent ? 'page' : undefined}
                  data-current={isCurrent || undefined}
                >
                  <SectionIcon size={frame.icon} stroke={1.6} aria-hidden />
                  <span>{t(`settings.sections.${section}.title`)}</span>
                </Link>
              );
            })}
          </div>
        ))}
      </nav>
    </div>
  );
};
