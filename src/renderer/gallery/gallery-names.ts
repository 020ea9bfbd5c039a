import type { TFunction } from 'i18next';
import type { GalleryItem, GalleryWorkflow } from '#contract/models/gallery.ts';
import { locales, pageLanguage } from '../text/language.ts';

/** What a result is called: what it is of, else its file. */
export const nameOf = (t: TFunction, { title, name, text }: Pick<GalleryItem, 'title' | 'name' | 'text'>): string =>
  title || name || text.split('\n')[0] || t('gallery.untitled');

export const workflowName = (t: TFunction, { kind, nodeCount }: GalleryWorkflow): string =>
  t('gallery.workflowNodes', { work: t(`gallery.work.${kind}`), nodes: nodeCount });

const dayOf = (at: number): string => {
  const date = new Date(at);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
};

const dayMs = 86_400_000;

/** A day as people say it: today, yesterday, Thursday 19 November, and with its year when it is another one. */
export const dayName = (t: TFunction, day: string, now: number): string => {
  if (day === dayOf(now)) return t('gallery.day.today');
  if (day === dayOf(now - dayMs)) return t('gallery.day.yesterday');
  const date = new Date(`${day}T12:00:00`);
  const sameYear = date.getFullYear() === new Date(now).getFullYear();
  return date.toLocaleDateString(locales[pageLanguage()], {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    ...(sameYear ? {} : { year: 'numeric' as const }),
  });
};

/** The name under which a browser saves a result. */
export const fileNameOf = ({ id, name, kind }: Pick<GalleryItem, 'id' | 'name' | 'kind'>): string =>
  name || `result-${id}.${kind === 'text' ? 'txt' : 'bin'}`;
