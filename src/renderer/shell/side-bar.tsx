import { Tooltip, UnstyledButton } from '@mantine/core';
import {
  type Icon,
  IconAppWindow,
  IconBooks,
  IconLayoutGrid,
  IconLayoutSidebarLeftCollapse,
  IconLayoutSidebarLeftExpand,
  IconListDetails,
  IconPhoto,
  IconPlayerPlay,
  IconSettings,
} from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useViewState } from '../state/app-context.tsx';
import { frame } from '../theme/tokens.ts';
import { BrandMark } from './brand-mark.tsx';
import classes from './frame.module.css';

interface Page {
  readonly to: '/instances' | '/run' | '/library' | '/jobs' | '/gallery' | '/view' | '/settings';
  readonly word: 'instances' | 'run' | 'library' | 'jobs' | 'gallery' | 'viewer' | 'settings';
  readonly icon: Icon;
}

const pages: readonly Page[] = [
  { to: '/instances', word: 'instances', icon: IconLayoutGrid },
  { to: '/run', word: 'run', icon: IconPlayerPlay },
  { to: '/library', word: 'library', icon: IconBooks },
  { to: '/jobs', word: 'jobs', icon: IconListDetails },
  { to: '/view', word: 'viewer', icon: IconAppWindow },
  { to: '/gallery', word: 'gallery', icon: IconPhoto },
  { to: '/settings', word: 'settings', icon: IconSettings },
];

/** The pages: icon above word when narrow, side by side when wide. */
export const SideBar = (): ReactNode => {
  const { t } = useTranslation();
  const wide = useViewState(({ sideBarWide }) => sideBarWide);
  const toggle = useViewState(({ toggleSideBar }) => toggleSideBar);
  const ToggleIcon = wide ? IconLayoutSidebarLeftCollapse : IconLayoutSidebarLeftExpand;
  const toggleLabel = wide ? t('frame.navigation.narrow') : t('frame.navigation.widen');
  return (
    <div className={classes.sideBar} data-wide={wide}>
      <div className={classes.brand}>
        <BrandMark />
        {wide ? <span className={classes.brandName}>{t('frame.product')}</span> : null}
      </div>
      <nav className={classes.pages} aria-label={t('frame.navigation.label')}>
        {pages.map(({ to, word, icon: PageIcon }) => (
          <Link
            key={to}
            to={to}
            className={classes.page}
            activeProps={{ 'aria-current': 'page', 'data-current': true }}
          >
            <PageIcon size={frame.icon} stroke={1.6} aria-hidden />
            <span className={classes.pageWord}>{t(`frame.navigation.${word}`)}</span>
          </Link>
        ))}
      </nav>
      <Tooltip label={toggleLabel} position="right">
        <UnstyledButton className={classes.page} aria-label={toggleLabel} aria-expanded={wide} onClick={toggle}>
          <ToggleIcon size={frame.icon} stroke={1.6} aria-hidden />
        </UnstyledButton>
      </Tooltip>
    </div>
  );
};
