import type { MigrationRun } from '#contract/models/migration.ts';
import type { EffectFacts, EntryError, JournalEntry } from '#core/ports/migration-journal.ts';

/** How far one effect is, by the journal. */
export interface EffectRecord {
  readonly facts: EffectFacts | null;
  readonly done: Extract<JournalEntry, { type: 'done' }> | null;
  readonly failed: boolean;
  readonly takenBack: Extract<JournalEntry, { type: 'taken-back' }> | null;
}

/** What the entries of a journal add up to. */
export interface JournalState {
  readonly state: MigrationRun['state'];
  /** Nothing is carried out any more once the undo has begun; what it took back is gone. */
  readonly undoBegun: boolean;
  readonly effects: ReadonlyMap<string, EffectRecord>;
  readonly error: EntryError | null;
  readonly finishedAt: number | null;
}

const untouched: EffectRecord = { facts: null, done: null, failed: false, takenBack: null };

const initial: JournalState = {
  state: 'applying',
  undoBegun: false,
  effects: new Map(),
  error: null,
  finishedAt: null,
};

const withEffect = (state: JournalState, effectId: string, change: Partial<EffectRecord>): JournalState => ({
  ...state,
  effects: new Map(state.effects).set(effectId, { ...(state.effects.get(effectId) ?? untouched), ...change }),
});

/** The state after one more entry. */
export const foldEntry = (state: JournalState, entry: JournalEntry): JournalState => {
  switch (entry.type) {
    case 'begun':
      return initial;
    case 'intent':
      return withEffect(state, entry.effectId, { facts: entry.facts, failed: false });
    case 'done':
      return withEffect(state, entry.effectId, { done: entry, failed: false });
    case 'failed':
      return {
        ...withEffect(state, entry.effectId, { failed: true }),
        state: 'failed',
        error: entry.error,
        finishedAt: entry.at,
      };
    case 'interrupted':
      return { ...state, state: 'interrupted', finishedAt: null };
    case 'resumed':
      return { ...state, state: 'applying', error: null, finishedAt: null };
    case 'finished':
      return { ...state, state: 'applied', error: null, finishedAt: entry.at };
    case 'undo-begun':
      return { ...state, state: 'undoing', undoBegun: true, error: null, finishedAt: null };
    case 'taken-back':
      return withEffect(state, entry.effectId, { takenBack: entry });
    case 'undo-failed':
      return { ...state, state: 'undo-failed', error: entry.error, finishedAt: entry.at };
    case 'undone':
      return { ...state, state: 'undone', error: null, finishedAt: entry.at };
  }
};

export const stateOf = (entries: readonly JournalEntry[]): JournalState => entries.reduce(foldEntry, initial);

/** Whether a studio that ended left the run in the middle of something. */
export const isUnderWay = ({ state }: Pick<JournalState, 'state'>): boolean =>
  state === 'applying' || state === 'undoing';

/** Whether a run can go on with what is left to do. */
export const canGoOn = ({ state, undoBegun }: JournalState): boolean =>
  !undoBegun && (state === 'interrupted' || state === 'failed');

export const canUndo = ({ state }: Pick<JournalState, 'state'>): boolean =>
  state === 'applied' || state === 'failed' || state === 'interrupted' || state === 'undo-failed';
