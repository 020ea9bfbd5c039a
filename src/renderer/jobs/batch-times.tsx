import { Tooltip } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { BatchView } from '#contract/models/batch.ts';
import { useNow } from '../state/app-context.tsx';
import { formatAgo, formatMoment, formatRoughly, formatSpread } from '../text/format.ts';
import { expectedOf } from './job-presentation.ts';

/** When a batch is expected to be done, or when it ended. */
export const BatchTimes = ({ batch }: { batch: BatchView }): ReactNode => {
  const { t } = useTranslation();
  const now = useNow();
  if (batch.finishedAt !== null) {
    return (
      <Tooltip label={formatMoment(batch.finishedAt)}>
        <span>{t('queue.batch.ended', { time: formatAgo(batch.finishedAt, now) })}</span>
      </Tooltip>
    );
  }
  const expected = expectedOf(batch.estimate, now);
  if (expected === null) return null;
  const spread = formatSpread(expected.earliestMs, expected.latestMs);
  return (
    <Tooltip label={t('queue.aboutMeans', { at: formatMoment(now + expected.finishMs) })}>
      <span>
        {t('queue.about', { time: formatRoughly(expected.finishMs) })}
        {spread === '' ? null : <span data-spread>{`, ${spread}`}</span>}
      </span>
    </Tooltip>
  );
};
