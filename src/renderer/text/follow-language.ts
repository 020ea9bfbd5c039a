import type { i18n } from 'i18next';
import type { ViewStore } from '../state/view-state.ts';
import { createLanguageSwitch, type SpeakLanguage } from './i18n.ts';
import { type LanguageChoice, languageTags, resolveLanguage } from './language.ts';

/**
 * Lets a window speak the chosen language and every later choice; settles when the first one is here. When the sentences
 * cannot be loaded the window goes on in the language that it speaks.
 */
export const followLanguage = (
  view: ViewStore,
  texts: i18n,
  speak: SpeakLanguage = createLanguageSwitch(texts),
): Promise<void> => {
  // Before anything is drawn in the new language, since dates and numbers read the language of the page.
  texts.on('languageChanged', (tag) => {
    document.documentElement.lang = languageTags[resolveLanguage('system', [tag])];
  });
  const follow = async (choice: LanguageChoice): Promise<void> => {
    const language = resolveLanguage(choice, navigator.languages);
    try {
      await speak(language);
    } catch (error) {
      console.error(`the sentences of ${language} could not be loaded`, error);
    }
  };
  view.subscribe((state, before) => {
    if (state.language !== before.language) void follow(state.language);
  });
  return follow(view.getState().language);
};
