import type { MigrationRun } from '#contract/models/migration.ts';
import type { Logger } from '#core/ports/logger.ts';
import type { MigrationJournals } from '#core/ports/migration.ts';
import type { BegunEntry, JournalEntry } from '#core/ports/migration-journal.ts';
import { foldEntry, type JournalState, stateOf } from '../journal/journal-state.ts';
import { type LiveProgress, runView } from '../journal/run-view.ts';
import { type Effect, effectsOf, type MigrationSite } from './effects.ts';

/** One run: its journal on disk, what that adds up to, and who hears of it. */
export interface RunRecord {
  readonly begun: BegunEntry;
  readonly effects: readonly Effect[];
  state(): JournalState;
  view(): MigrationRun;
  /** First the disk, then the memory: what is not written down has not happened. STORE_WRITE_FAILED. */
  append(entry: JournalEntry): Promise<void>;
  /** For what holds whether or not it can be written down: an undo must be possible on a full disk. */
  note(entry: JournalEntry): Promise<void>;
  show(live: LiveProgress | null): void;
}

export const createRunRecord = (
  journal: { readonly begun: BegunEntry; readonly entries: readonly JournalEntry[] },
  parts: {
    readonly site: MigrationSite;
    readonly journals: MigrationJournals;
    readonly logger: Logger;
    readonly onChange: () => void;
  },
): RunRecord => {
  const { begun } = journal;
  const effects = effectsOf(begun.plan, parts.site);
  let state = stateOf(journal.entries);
  let live: LiveProgress | null = null;
  const take = (entry: JournalEntry): void => {
    state = foldEntry(state, entry);
    live = null;
    parts.onChange();
  };
  const append = async (entry: JournalEntry): Promise<void> => {
    await parts.journals.append(begun.runId, entry);
    take(entry);
  };
  return {
    begun,
    effects,
    state: () => state,
    view: () => runView(begun, effects, state, live),
    append,
    note: async (entry) => {
      try {
        await parts.journals.append(begun.runId, entry);
      } catch (error) {
        parts.logger.error('The journal of a migration cannot be written', {
          runId: begun.runId,
          entry: entry.type,
          reason: error instanceof Error ? error.message : String(error),
        });
      }
      take(entry);
    },
    show: (progress) => {
      live = progress;
      parts.onChange();
    },
  };
};
