import type { LanguageChoice } from '../text/language.ts';

/** What this window tells about while one does something else. */
export interface NotificationChoices {
  readonly jobDone: boolean;
  readonly jobFailed: boolean;
  readonly instanceDied: boolean;
  /** Also by the system, outside of the window, where the browser or desktop allows it. */
  readonly bySystem: boolean;
}

/** Choices of a person for one window; they outlive it. */
export interface Preferences {
  readonly language: LanguageChoice;
  readonly chooseLanguage: (language: LanguageChoice) => void;
  /** Own keys of commands, by the id of the command; a command that is not in here has its usual ones. */
  readonly shortcuts: Readonly<Record<string, readonly string[]>>;
  /** null = the usual keys again. */
  readonly setShortcut: (commandId: string, keys: readonly string[] | null) => void;
  readonly resetShortcuts: () => void;
  readonly notificationChoices: NotificationChoices;
  readonly chooseNotifications: (changes: Partial<NotificationChoices>) => void;
}

type Set = (change: (state: Preferences) => Partial<Preferences>) => void;

/** The part of the view state that is about choices. */
export const createPreferences = (set: Set): Preferences => ({
  language: 'system',
  chooseLanguage: (language) => set(() => ({ language })),
  shortcuts: {},
  setShortcut: (commandId, keys) =>
    set(({ shortcuts: { [commandId]: _old, ...others } }) => ({
      shortcuts: keys === null ? others : { ...others, [commandId]: keys },
    })),
  resetShortcuts: () => set(() => ({ shortcuts: {} })),
  notificationChoices: { jobDone: true, jobFailed: true, instanceDied: true, bySystem: false },
  chooseNotifications: (changes) =>
    set(({ notificationChoices }) => ({ notificationChoices: { ...notificationChoices, ...changes } })),
});

/** What is stored of them. */
export const storedPreferences = ({
  language,
  shortcuts,
  notificationChoices,
}: Preferences): Pick<Preferences, 'language' | 'shortcuts' | 'notificationChoices'> => ({
  language,
  shortcuts,
  notificationChoices,
});
