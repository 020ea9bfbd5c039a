import { type Language, locales, pageLanguage } from './language.ts';
import { units } from './units.ts';

const gigabyte = 1024 ** 3;
const space = '\u00a0';

// Every text follows the language of the page, unless another one is asked for.

/** Bytes in GB with one decimal, without the unit: 18.2. */
export const formatGigabytes = (bytes: number): string => (bytes / gigabyte).toFixed(1);

/** Bytes in GB with one decimal: 18.2 GB; small amounts in MB, so that they do not read as 0.0. */
export const formatBytes = (bytes: number): string => {
  if (!Number.isFinite(bytes) || bytes < 0) return '–';
  if (bytes >= 0.05 * gigabyte) return `${formatGigabytes(bytes)}${space}GB`;
  if (bytes >= 1024 ** 2) return `${Math.round(bytes / 1024 ** 2)}${space}MB`;
  return `${Math.ceil(bytes / 1024)}${space}KB`;
};

/** Used of total: 18.2 / 24.0 GB. */
export const formatUsage = (usedBytes: number, totalBytes: number): string =>
  `${formatGigabytes(usedBytes)} / ${formatGigabytes(totalBytes)}${space}GB`;

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** Two units at most, the larger one first (002-A4): 2 d 4 h, 3 h 12 m, 4 m 9 s, 9 s. */
export const formatDuration = (milliseconds: number, language: Language = pageLanguage()): string => {
  const ms = Math.max(0, milliseconds);
  const words = units[language];
  const part = (unitMs: number, unit: string): string => `${Math.floor(ms / unitMs)}${space}${unit}`;
  const rest = (outerMs: number, unitMs: number, unit: string): string =>
    `${Math.floor((ms % outerMs) / unitMs)}${space}${unit}`;
  if (ms >= day) return `${part(day, words.day)} ${rest(day, hour, words.hour)}`;
  if (ms >= hour) return `${part(hour, words.hour)} ${rest(hour, minute, words.minute)}`;
  if (ms >= minute) return `${part(minute, words.minute)} ${rest(minute, second, words.second)}`;
  return part(second, words.second);
};

/** A short time as a clock, for what is left: 0:09, 12:40, 1:02:03. */
export const formatClock = (milliseconds: number): string => {
  const seconds = Math.max(0, Math.ceil(milliseconds / second));
  const two = (value: number): string => String(value).padStart(2, '0');
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}:${two(seconds % 60)}`;
  return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(seconds % 60)}`;
};

/** How long ago, in the words of 002-A3: Just now, 4m ago as "4 m ago", then hours and days. */
export const formatAgo = (at: number, now: number, language: Language = pageLanguage()): string => {
  const ms = now - at;
  const words = units[language];
  if (ms < minute) return words.justNow;
  if (ms < hour) return `${Math.floor(ms / minute)}${space}${words.minutesAgo}`;
  if (ms < day) return `${Math.floor(ms / hour)}${space}${words.hoursAgo}`;
  return `${Math.floor(ms / day)}${space}${words.daysAgo}`;
};

/** The exact moment, for a hover. */
export const formatMoment = (at: number, language: Language = pageLanguage()): string =>
  new Date(at).toLocaleString(locales[language], { dateStyle: 'medium', timeStyle: 'medium' });

const withPercentSign = (figure: number | string, language: Language): string =>
  `${figure}${units[language].beforePercent}%`;

/** The day of a moment, as a heading: Saturday 21 November. */
export const formatDay = (at: number, language: Language = pageLanguage()): string =>
  new Date(at).toLocaleDateString(locales[language], { weekday: 'long', day: 'numeric', month: 'long' });

/** A share of whole jobs: 99.6 %, 100 %. */
export const formatPercent = (part: number, whole: number, language: Language = pageLanguage()): string => {
  if (whole <= 0) return `–`;
  const percent = (part / whole) * 100;
  return withPercentSign(Number.isInteger(percent) ? percent : percent.toFixed(1), language);
};

/** A part of a whole that is not done before it is done: 99.9 % stays 99 %. */
export const formatPart = (fraction: number, language: Language = pageLanguage()): string =>
  withPercentSign(Math.floor(fraction * 100), language);

/** A reading that is a percentage already: 96 %. */
export const formatLoad = (percent: number | null, language: Language = pageLanguage()): string =>
  percent === null || !Number.isFinite(percent) ? '–' : withPercentSign(Math.round(percent), language);

export const formatTemperature = (celsius: number | null): string =>
  celsius === null || !Number.isFinite(celsius) ? '–' : `${Math.round(celsius)}${space}°C`;

export const formatWatts = (watts: number | null): string =>
  watts === null || !Number.isFinite(watts) ? '–' : `${Math.round(watts)}${space}W`;

/** A response time: 42 ms, 1.2 s. */
export const formatResponseTime = (milliseconds: number | null, language: Language = pageLanguage()): string => {
  if (milliseconds === null || !Number.isFinite(milliseconds)) return units[language].unknown;
  return milliseconds < 1000 ? `${Math.round(milliseconds)}${space}ms` : `${(milliseconds / 1000).toFixed(1)}${space}s`;
};

interface Amount {
  readonly amount: string;
  readonly unit: string;
}

/** A rough amount: whole 5 s below a minute, whole minutes below an hour, 10 minutes above. */
const roughly = (milliseconds: number, language: Language): Amount => {
  const ms = Math.max(0, milliseconds);
  const words = units[language];
  if (ms < 57.5 * second) return { amount: String(Math.max(5, Math.round(ms / (5 * second)) * 5)), unit: words.second };
  if (ms < 59.5 * minute) return { amount: String(Math.round(ms / minute)), unit: words.roughMinute };
  const tens = Math.round(ms / (10 * minute));
  if (tens < 24 * 6) {
    const rest = (tens % 6) * 10;
    return {
      amount: `${Math.floor(tens / 6)}${rest === 0 ? '' : `${space}${words.hour} ${rest}`}`,
      unit: rest === 0 ? words.hour : words.roughMinute,
    };
  }
  return { amount: String(Math.round(ms / day)), unit: words.day };
};

/** How long something is expected to take: 40 s, 2 min, 3 h 10 min. */
export const formatRoughly = (milliseconds: number, language: Language = pageLanguage()): string => {
  const { amount, unit } = roughly(milliseconds, language);
  return `${amount}${space}${unit}`;
};

const wholeHours = (milliseconds: number, language: Language): Amount =>
  milliseconds < 1.5 * hour || milliseconds >= day
    ? roughly(milliseconds, language)
    : { amount: String(Math.round(milliseconds / hour)), unit: units[language].hour };

/** A spread of expected times: 1–4 min, 40 s – 2 min, 10–18 h; empty when both ends say the same. */
export const formatSpread = (earliestMs: number, latestMs: number, language: Language = pageLanguage()): string => {
  const [low, high] = [wholeHours(earliestMs, language), wholeHours(latestMs, language)];
  if (low.unit !== high.unit) return `${low.amount}${space}${low.unit} – ${high.amount}${space}${high.unit}`;
  return low.amount === high.amount ? '' : `${low.amount}–${high.amount}${space}${high.unit}`;
};

/** The time of day of a moment to come: 23:40, on another day Mon 07:10, in a week or more 3 Dec. */
export const formatTimeOfDay = (at: number, now: number, language: Language = pageLanguage()): string => {
  const moment = new Date(at);
  const locale = locales[language];
  const time = moment.toLocaleTimeString(locale, { hour: '2-digit', minute: '2-digit' });
  if (moment.toDateString() === new Date(now).toDateString()) return time;
  if (at - now < 6 * day) return `${moment.toLocaleDateString(locale, { weekday: 'short' })} ${time}`;
  return moment.toLocaleDateString(locale, { day: 'numeric', month: 'short' });
};

/** A whole number with thousands apart: 9,988. */
export const formatCount = (count: number, language: Language = pageLanguage()): string =>
  count.toLocaleString(locales[language]);

/** Names in a row: Port, Host. */
export const formatList = (parts: readonly string[], language: Language = pageLanguage()): string =>
  parts.join(units[language].betweenParts);
