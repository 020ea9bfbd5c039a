import { createInstance, type i18n } from 'i18next';
import { initReactI18next } from 'react-i18next';
import { untilLoaded } from '../studio-client/until-loaded.ts';
import { first } from './en/first.ts';
import type { Language } from './language.ts';

/** The sentences of the screens. The English ones of the first page are bundled, so they are ready when this returns. */
export const createTexts = (): i18n => {
  const texts = createInstance();
  void texts.use(initReactI18next).init({
    lng: 'en',
    fallbackLng: 'en',
    resources: { en: { translation: first } },
    // What is on screen by then shows the sentences that come later.
    react: { bindI18nStore: 'added' },
    interpolation: { escapeValue: false },
    initAsync: false,
    returnNull: false,
  });
  return texts;
};

/** Brings the other English sentences, which stand in for those that another language lacks, too. */
export const loadLaterTexts = async (texts: i18n): Promise<void> => {
  const { later } = await untilLoaded(() => import('./en/later.ts'));
  texts.addResourceBundle('en', 'translation', later, true, false);
};

type Loaders = Readonly<Record<Language, () => Promise<unknown>>>;

const loaders: Loaders = {
  en: async () => first,
  zh: async () => (await import('./zh/index.ts')).zh,
};

/** Makes the texts speak a language, once its sentences are here. */
export type SpeakLanguage = (language: Language) => Promise<void>;

/** A later choice wins over one whose sentences are still on their way; after a failure the language stays as it was. */
export const createLanguageSwitch = (texts: i18n, loads: Loaders = loaders): SpeakLanguage => {
  let wanted: Language = 'en';
  return async (language) => {
    wanted = language;
    if (!texts.hasResourceBundle(language, 'translation')) {
      texts.addResourceBundle(language, 'translation', await loads[language]());
    }
    if (wanted === language) await texts.changeLanguage(language);
  };
};
