import { createJSONStorage, persist, type StateStorage } from 'zustand/middleware';
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { MigrationChoices } from '#contract/models/migration.ts';

/** What the user switched; what is left out is what the studio takes for usual. */
export type Switched = Partial<Omit<MigrationChoices, 'findingIds' | 'edits'>>;

/** What the user typed over one planned instance. */
export interface InstanceEdit {
  readonly isIncluded?: boolean;
  readonly name?: string;
  readonly port?: number;
  readonly gpuDevice?: string;
}

/** Everything that a person typed or chose in the wizard, and nothing that came from the studio. */
export interface WizardState {
  readonly folders: readonly string[];
  readonly urls: readonly string[];
  readonly typedFolder: string;
  readonly typedUrl: string;
  /** Findings that are chosen; null = those that the wizard proposes. */
  readonly chosen: readonly string[] | null;
  readonly switched: Switched;
  readonly edits: Readonly<Record<string, InstanceEdit>>;
  readonly type: (typed: { readonly typedFolder?: string; readonly typedUrl?: string }) => void;
  readonly addFolder: (path: string) => void;
  readonly addUrl: (url: string) => void;
  readonly forgetPlace: (place: string) => void;
  readonly choose: (findingIds: readonly string[]) => void;
  readonly change: (switched: Switched) => void;
  readonly edit: (instanceId: string, edit: InstanceEdit) => void;
  readonly clear: () => void;
}

export type WizardStore = StoreApi<WizardState>;

/** As many as one look takes. */
const mostPlaces = 20;

const empty = {
  folders: [],
  urls: [],
  typedFolder: '',
  typedUrl: '',
  chosen: null,
  switched: {},
  edits: {},
} satisfies Partial<WizardState>;

const added = (places: readonly string[], place: string): readonly string[] =>
  [...places.filter((one) => one !== place), place].slice(-mostPlaces);

/** Kept for the window, so that neither a reload nor a studio that is away for a minute loses what was typed. */
export const createWizardStore = (storage: () => StateStorage): WizardStore =>
  createStore<WizardState>()(
    persist(
      (set) => ({
        ...empty,
        type: (typed) => set(typed),
        addFolder: (path) =>
          set(({ folders }) => ({ folders: added(folders, path), typedFolder: '', chosen: null, edits: {} })),
        addUrl: (url) => set(({ urls }) => ({ urls: added(urls, url), typedUrl: '', chosen: null, edits: {} })),
        forgetPlace: (place) =>
          set(({ folders, urls }) => ({
            folders: folders.filter((one) => one !== place),
            urls: urls.filter((one) => one !== place),
          })),
        // Instances of another choice are other instances.
        choose: (chosen) => set({ chosen, edits: {} }),
        change: (switched) => set((state) => ({ switched: { ...state.switched, ...switched } })),
        edit: (instanceId, edit) =>
          set(({ edits }) => ({ edits: { ...edits, [instanceId]: { ...edits[instanceId], ...edit } } })),
        clear: () => set(empty),
      }),
      {
        name: 'atelier-migration',
        storage: createJSONStorage(storage),
        partialize: ({ folders, urls, typedFolder, typedUrl, chosen, switched, edits }) => ({
          folders,
          urls,
          typedFolder,
          typedUrl,
          chosen,
          switched,
          edits,
        }),
      },
    ),
  );
