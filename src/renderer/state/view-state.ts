import { createJSONStorage, persist, type StateStorage } from 'zustand/middleware';
import { createStore, type StoreApi } from 'zustand/vanilla';
import { createPreferences, type Preferences, storedPreferences } from './preferences.ts';

/** Which dialog is open. Data of instances never stands here: dialogs read it from the query cache by id. */
export type OpenDialog =
  | { readonly kind: 'create'; readonly copyOf: string | null }
  | { readonly kind: 'edit'; readonly instanceId: string }
  | { readonly kind: 'delete'; readonly instanceId: string }
  | { readonly kind: 'stop-all' };

/** A file that the user opened on the Run page. What it is says the studio. */
export interface WorkflowFile {
  readonly fileName: string;
  readonly text: string;
}

/** What somebody changed in the form of an opened workflow, by field; kept while one looks at other pages. */
export interface RunEdits {
  readonly values: Readonly<Record<string, string | number | boolean>>;
  readonly seeds: Readonly<Record<string, 'fixed' | 'increment' | 'random'>>;
  /** Fields on top; null = as they came. */
  readonly pinned: readonly string[] | null;
}

/** Jobs that are marked in one list of the queue page; marking in another list begins anew. */
export interface JobSelection {
  readonly list: string;
  readonly jobIds: ReadonlySet<string>;
}

const noSelection: JobSelection = { list: '', jobIds: new Set() };

const withToggled = (old: JobSelection, list: string, jobId: string): JobSelection => {
  const jobIds = new Set(old.list === list ? old.jobIds : []);
  if (!jobIds.delete(jobId)) jobIds.add(jobId);
  return { list, jobIds };
};

/** What this window shows; nothing that came from the studio. */
export interface ViewState extends Preferences {
  readonly sideBarWide: boolean;
  readonly dialog: OpenDialog | null;
  readonly logInstanceId: string | null;
  readonly focusedInstanceId: string | null;
  /** Jobs that this window started from the Run page, newest first. */
  readonly startedJobIds: readonly string[];
  /** Batches that this window started, newest first. */
  readonly startedBatchIds: readonly string[];
  readonly selection: JobSelection;
  readonly toggleSelected: (list: string, jobId: string) => void;
  readonly selectJobs: (list: string, jobIds: readonly string[]) => void;
  readonly clearSelection: () => void;
  /** Counts opened files, so that each has an id of its own. */
  readonly openedFiles: number;
  readonly workflowFile: (WorkflowFile & { readonly id: number }) | null;
  readonly openWorkflowFile: (file: WorkflowFile | null) => void;
  /** By what was opened. */
  readonly runEdits: Readonly<Record<string, RunEdits>>;
  readonly setRunEdits: (key: string, edits: RunEdits | null) => void;
  readonly toggleSideBar: () => void;
  readonly openDialog: (dialog: OpenDialog) => void;
  readonly closeDialog: () => void;
  readonly showLog: (instanceId: string | null) => void;
  readonly focusInstance: (instanceId: string | null) => void;
  readonly addStartedJobs: (jobIds: readonly string[]) => void;
  readonly addStartedBatch: (batchId: string) => void;
  readonly clearStartedJobs: () => void;
}

/** Each shown run is a watch of its own, and a connection has 256. */
const startedJobsKept = 120;
const startedBatchesKept = 20;
const runEditsKept = 20;

export type ViewStore = StoreApi<ViewState>;

/** The view state of one window; the width of the side bar and what was chosen outlive it in `storage`. */
export const createViewStore = (storage: StateStorage): ViewStore =>
  createStore<ViewState>()(
    persist(
      (set) => ({
        sideBarWide: true,
        ...createPreferences(set),
        dialog: null,
        logInstanceId: null,
        focusedInstanceId: null,
        startedJobIds: [],
        startedBatchIds: [],
        selection: noSelection,
        toggleSelected: (list, jobId) => set(({ selection }) => ({ selection: withToggled(selection, list, jobId) })),
        selectJobs: (list, jobIds) => set({ selection: { list, jobIds: new Set(jobIds) } }),
        clearSelection: () => set({ selection: noSelection }),
        workflowFile: null,
        openedFiles: 0,
        openWorkflowFile: (file) =>
          set(({ openedFiles }) =>
            file === null
              ? { workflowFile: null }
              : { workflowFile: { ...file, id: openedFiles + 1 }, openedFiles: openedFiles + 1 },
          ),
        runEdits: {},
        setRunEdits: (key, edits) =>
          set(({ runEdits: { [key]: _old, ...others } }) => ({
            runEdits: Object.fromEntries([
              ...Object.entries(others).slice(1 - runEditsKept),
              ...(edits === null ? [] : [[key, edits] as const]),
            ]),
          })),
        toggleSideBar: () => set((state) => ({ sideBarWide: !state.sideBarWide })),
        openDialog: (dialog) => set({ dialog }),
        closeDialog: () => set({ dialog: null }),
        showLog: (logInstanceId) => set({ logInstanceId }),
        focusInstance: (focusedInstanceId) => set({ focusedInstanceId }),
        addStartedJobs: (jobIds) =>
          set((state) => ({ startedJobIds: [...jobIds, ...state.startedJobIds].slice(0, startedJobsKept) })),
        addStartedBatch: (batchId) =>
          set((state) => ({ startedBatchIds: [batchId, ...state.startedBatchIds].slice(0, startedBatchesKept) })),
        clearStartedJobs: () => set({ startedJobIds: [], startedBatchIds: [] }),
      }),
      {
        name: 'atelier-view',
        storage: createJSONStorage(() => storage),
        partialize: (state) => ({ sideBarWide: state.sideBarWide, ...storedPreferences(state) }),
      },
    ),
  );
