import { IconSearchOff } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { EmptyPage } from '../components/empty-page.tsx';
import { findSettings } from './setting-index.ts';
import classes from './settings.module.css';

/** What a search found, each a way to its place. */
export const FoundSettings = ({ typed }: { readonly typed: string }): ReactNode => {
  const { t } = useTranslation();
  const found = findSettings(t, typed);
  return (
    <>
      <p className={classes.foundCount} role="status">
        {t('settings.found', { count: found.length })}
      </p>
      {found.length === 0 ? (
        <EmptyPage
          icon={IconSearchOff}
          title={t('settings.nothingFound.title')}
          means={t('settings.nothingFound.means')}
        />
      ) : (
        <ul className={classes.found}>
          {found.map(({ id, section, label, means }) => (
            <li key={id}>
              <Link to="/settings" search={{ section, at: id }} className={classes.foundSetting}>
                <span className={classes.foundLabel}>{label}</span>
                <span className={classes.foundSection}>{t(`settings.sections.${section}.title`)}</span>
                <span className={classes.foundMeans}>{means}</span>
              </Link>
            </li>
          ))}
        </ul>
      )}
    </>
  );
};
