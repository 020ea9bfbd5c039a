import { getI18n } from 'react-i18next';
import type { en } from './en/index.ts';
import { pageLanguage } from './language.ts';
import type { Translated } from './translated.ts';

type Area = keyof typeof en;

/**
 * The sentences of an area in the language of the page, placeholders and all, for code that fills them in by itself.
 * The English ones stand in where there is no page, or until the others are here.
 */
export const pageTexts = <Name extends Area>(area: Name, english: (typeof en)[Name]): Translated<(typeof en)[Name]> =>
  // Before the first window is built there are no texts at all, whatever the declared type says.
  (getI18n() as ReturnType<typeof getI18n> | undefined)?.getResource(pageLanguage(), 'translation', area) ?? english;
