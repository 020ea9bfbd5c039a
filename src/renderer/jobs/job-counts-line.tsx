import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { JobCounts } from '#contract/models/queue.ts';
import { StateGlyph } from '../components/state-glyph.tsx';
import { formatCount } from '../text/format.ts';
import { presentJob } from './job-presentation.ts';
import classes from './queue/batch-row.module.css';

const shown = ['running', 'queued', 'succeeded', 'failed', 'parked', 'cancelled'] as const;

/** How many jobs are in which state: shape and number, the word on hover. */
export const JobCountsLine = ({ counts }: { counts: JobCounts }): ReactNode => {
  const { t } = useTranslation();
  const all = { ...counts, running: counts.running + counts.assigned };
  return shown
    .filter((state) => all[state] > 0)
    .map((state) => {
      const { shape, colour } = presentJob(state);
      return (
        <span key={state} className={classes.count} title={`${t(`jobs.state.${state}`)}: ${formatCount(all[state])}`}>
          <StateGlyph shape={shape} colour={colour} label={t(`jobs.state.${state}`)} />
          {formatCount(all[state])}
        </span>
      );
    });
};
