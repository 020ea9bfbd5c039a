import { locales, pageLanguage } from '../../../text/language.ts';

const secondsBelowMs = 600_000;
const daysAboveMs = 12 * 3_600_000;

/** A time of day on the axis of a window: with seconds where it is short, with the day where it is long. */
export const formatClockTime = (at: number, spanMs: number): string => {
  const moment = new Date(at);
  const locale = locales[pageLanguage()];
  const time = moment.toLocaleTimeString(locale, {
    hour: '2-digit',
    minute: '2-digit',
    ...(spanMs < secondsBelowMs ? { second: '2-digit' } : {}),
  });
  const startsDay = moment.getHours() === 0 && moment.getMinutes() === 0;
  return spanMs > daysAboveMs && startsDay
    ? moment.toLocaleDateString(locale, { weekday: 'short', day: 'numeric' })
    : time;
};
