import { type Settings, settingsSchema } from '#contract/models/settings.ts';
import type { SettingsStore } from '#core/ports/stores.ts';
import { createDocumentStore, type DocumentStoreDependencies } from './document-store.ts';
import type { ExactDocument } from './exact-copy.ts';
import type { DocumentDefinition } from './stored-document.ts';

export const settingsDefinition: DocumentDefinition<Settings> = {
  name: 'settings',
  schema: settingsSchema,
  upgrades: [],
  empty: settingsSchema.parse({}),
};

/** The settings of the studio, in `<data folder>/settings.json`. */
export const createSettingsStore = (dependencies: DocumentStoreDependencies): SettingsStore & ExactDocument =>
  createDocumentStore(settingsDefinition, dependencies);
