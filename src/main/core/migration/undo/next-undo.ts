import type { EffectFacts } from '#core/ports/migration-journal.ts';
import type { Effect } from '../apply/effects.ts';
import type { JournalState } from '../journal/journal-state.ts';

/** What an undo does next. An effect that is not certain may have happened in full, in part or not at all. */
export type NextUndo =
  | { readonly kind: 'take-back'; readonly effect: Effect; readonly facts: EffectFacts; readonly certain: boolean }
  | { readonly kind: 'finish' };

/** The last effect that was begun and is not taken back: what came later stands on what came before. */
export const nextUndo = (effects: readonly Effect[], state: JournalState): NextUndo => {
  const effect = effects.findLast(({ id }) => {
    const record = state.effects.get(id);
    return record !== undefined && record.facts !== null && record.takenBack === null;
  });
  const record = effect === undefined ? undefined : state.effects.get(effect.id);
  if (effect === undefined || record === undefined || record.facts === null) return { kind: 'finish' };
  return { kind: 'take-back', effect, facts: record.facts, certain: record.done !== null };
};
