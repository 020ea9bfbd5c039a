import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Lanes } from '#contract/models/lanes.ts';
import { useServices } from '../../../state/app-context.tsx';
import { formatTimeOfDay } from '../../../text/format.ts';
import classes from './lanes.module.css';

/** What the signs mean, and which jobs the lanes do not show. */
export const LanesNotes = ({ lanes }: { lanes: Lanes }): ReactNode => {
  const { t } = useTranslation();
  const { clock } = useServices();
  const hidden = [
    lanes.unplaced === 0 ? null : t('lanes.unplaced', { count: lanes.unplaced }),
    lanes.beyond === 0 ? null : t('lanes.beyond', { count: lanes.beyond }),
  ].filter((sentence) => sentence !== null);
  return (
    <div className={classes.notes}>
      <ul className={classes.legend} aria-label={t('lanes.legend.label')}>
        {(['done', 'running', 'planned', 'load'] as const).map((sign) => (
          <li key={sign} className={classes.legendItem}>
            <span className={classes.sign} data-sign={sign} aria-hidden />
            {t(`lanes.legend.${sign}`)}
          </li>
        ))}
      </ul>
      <div className={classes.hidden}>
        {hidden.length === 0 ? null : (
          <Link to="/jobs" search={(old) => ({ ...old, view: undefined, show: 'waiting' as const })}>
            {hidden.join(' ')}
          </Link>
        )}
        {lanes.endedSince === null ? null : (
          <span>{t('lanes.endedSince', { time: formatTimeOfDay(lanes.endedSince, clock.now()) })}</span>
        )}
      </div>
    </div>
  );
};
