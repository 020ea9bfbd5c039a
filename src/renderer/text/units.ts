import type { Language } from './language.ts';

/** The short words beside figures, by language. They stand in every card, so they come with the page. */
export interface Units {
  readonly second: string;
  /** Of a length of time that is exact. */
  readonly minute: string;
  /** Of a length of time that is rough. */
  readonly roughMinute: string;
  readonly hour: string;
  readonly day: string;
  readonly justNow: string;
  readonly minutesAgo: string;
  readonly hoursAgo: string;
  readonly daysAgo: string;
  readonly unknown: string;
  /** Between the parts of a list. */
  readonly betweenParts: string;
  /** Between a figure and its percent sign. */
  readonly beforePercent: string;
}

const space = '\u00a0';

export const units: Readonly<Record<Language, Units>> = {
  en: {
    second: 's',
    minute: 'm',
    roughMinute: 'min',
    hour: 'h',
    day: 'd',
    justNow: 'just now',
    minutesAgo: 'm ago',
    hoursAgo: 'h ago',
    daysAgo: 'd ago',
    unknown: 'N/A',
    betweenParts: ', ',
    beforePercent: space,
  },
  zh: {
    second: '秒',
    minute: '分',
    roughMinute: '分钟',
    hour: '小时',
    day: '天',
    justNow: '刚刚',
    minutesAgo: '分钟前',
    hoursAgo: '小时前',
    daysAgo: '天前',
    unknown: '未知',
    betweenParts: '、',
    beforePercent: '',
  },
};
