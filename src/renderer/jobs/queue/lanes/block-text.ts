import { useTranslation } from 'react-i18next';
import type { LaneBlock } from '#contract/models/lanes.ts';
import { useServices } from '../../../state/app-context.tsx';
import { formatDuration, formatPart, formatTimeOfDay } from '../../../text/format.ts';

/** When a job of a lane ran, runs or is expected to run, in one sentence. */
export const useBlockTimes = (block: LaneBlock): string => {
  const { t } = useTranslation();
  const { clock } = useServices();
  const now = clock.now();
  const { state, startAt, endAt, loadUntil } = block;
  const words = {
    start: formatTimeOfDay(startAt, now),
    end: formatTimeOfDay(endAt, now),
    took: formatDuration(endAt - startAt),
  };
  const sentence =
    state === 'queued'
      ? t('lanes.times.planned', words)
      : state === 'running' || state === 'assigned'
        ? t('lanes.times.running', words)
        : t('lanes.times.ended', words);
  return loadUntil === null
    ? sentence
    : `${sentence} ${t('lanes.times.load', { took: formatDuration(loadUntil - startAt) })}`;
};

/** A job of a lane in words: title, state, times. */
export const useBlockText = (block: LaneBlock): string => {
  const { t } = useTranslation();
  const times = useBlockTimes(block);
  const state = t(`jobs.state.${block.state}`);
  const far = block.fraction === null ? state : `${state} ${formatPart(block.fraction)}`;
  return `${block.title || t('jobs.untitled')}: ${far}. ${times}`;
};
