/** The languages that the screens speak. English comes with the page, the others are loaded when they are chosen. */
export const languages = ['en', 'zh'] as const;
export type Language = (typeof languages)[number];

/** What a person can choose: a language, or the one of the browser or desktop. */
export const languageChoices = ['system', ...languages] as const;
export type LanguageChoice = (typeof languageChoices)[number];

/** What stands in the page for each language, for screen readers, hyphenation and the choice between Han glyphs. */
export const languageTags = { en: 'en', zh: 'zh-CN' } as const satisfies Record<Language, string>;

/** The locale by which dates and numbers are written. */
export const locales = { en: 'en-GB', zh: 'zh-CN' } as const satisfies Record<Language, string>;

const languageOf = (tag: string): Language | undefined =>
  languages.find((language) => tag.toLowerCase().split('-')[0] === language);

/** The language to speak: the chosen one, else the first of the system's that is known, else English. */
export const resolveLanguage = (choice: LanguageChoice, systemTags: readonly string[]): Language => {
  if (choice !== 'system') return choice;
  return systemTags.map(languageOf).find((language) => language !== undefined) ?? 'en';
};

/**
 * The language of the page, as its `lang` attribute says: the one place where the browser, screen readers and our
 * formats all look. English where there is no page, as in a test of plain functions.
 */
export const pageLanguage = (): Language =>
  (typeof document === 'undefined' ? undefined : languageOf(document.documentElement.lang)) ?? 'en';
