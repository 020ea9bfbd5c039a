import { z } from 'zod';

/** The sections of the settings in their order, by what they are about. */
export const sectionGroups = [
  { id: 'work', sections: ['balancing', 'health', 'queue', 'starting'] },
  { id: 'reach', sections: ['gateway', 'addresses'] },
  { id: 'window', sections: ['appearance', 'notifications', 'shortcuts'] },
  { id: 'care', sections: ['folders', 'exchange', 'migrations', 'snapshots', 'diagnostics', 'about'] },
] as const;

export type SectionId = (typeof sectionGroups)[number]['sections'][number];

const sectionIds: readonly SectionId[] = sectionGroups.flatMap(({ sections }): readonly SectionId[] => sections);

const isSection = (value: unknown): value is SectionId => sectionIds.some((each) => each === value);

/** What the address of the page says: the section, what is searched for, and the setting that was found. */
export const settingsSearchSchema = z.object({
  section: z.custom<SectionId>(isSection).optional().catch(undefined),
  find: z.string().max(100).optional().catch(undefined),
  at: z.string().max(60).optional().catch(undefined),
});
export type SettingsSearch = z.infer<typeof settingsSearchSchema>;
