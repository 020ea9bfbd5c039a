import { Outlet } from '@tanstack/react-router';
import { lazy, type ReactNode, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { untilLoaded } from '../studio-client/until-loaded.ts';
import { ConnectionBanner } from './connection-banner.tsx';
import classes from './frame.module.css';
import { NoticeList } from './notice-list.tsx';
import { SideBar } from './side-bar.tsx';
import { StatusBar } from './status-bar.tsx';
import { Toolbar } from './toolbar.tsx';
import { useShortcuts } from './use-shortcuts.ts';

// None of these is needed for the first picture of a page.
const CommandSearch = lazy(async () => ({
  default: (await untilLoaded(() => import('./command-search.tsx'))).CommandSearch,
}));
const FrameDialogs = lazy(async () => ({
  default: (await untilLoaded(() => import('./frame-dialogs.tsx'))).FrameDialogs,
}));
const NewsWatch = lazy(async () => ({ default: (await untilLoaded(() => import('./news/news-watch.tsx'))).NewsWatch }));

/** The frame of every page, and the dialogs that can be opened from anywhere. */
export const Frame = (): ReactNode => {
  const { t } = useTranslation();
  useShortcuts();
  return (
    <div className={classes.frame}>
      <a
        className={classes.skip}
        href="#main"
        onClick={(event) => {
          event.preventDefault();
          document.getElementById('main')?.focus();
        }}
      >
        {t('frame.skipToContent')}
      </a>
      <header className={classes.top}>
        <Toolbar />
      </header>
      <aside className={classes.side}>
        <SideBar />
      </aside>
      <div className={classes.banners}>
        <ConnectionBanner />
        <NoticeList />
      </div>
      <main id="main" className={classes.main} tabIndex={-1}>
        <div className={classes.pageContent}>
          <Outlet />
        </div>
      </main>
      <footer className={classes.bottom} aria-label={t('frame.status.label')}>
        <StatusBar />
      </footer>
      <Suspense fallback={null}>
        <CommandSearch />
        <NewsWatch />
        <FrameDialogs />
      </Suspense>
    </div>
  );
};
