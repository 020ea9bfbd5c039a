import type { EffectFacts } from '#core/ports/migration-journal.ts';
import type { JournalState } from '../journal/journal-state.ts';
import type { Effect } from './effects.ts';

/** What a run does next. `facts` of an earlier try stand: what was there before it is what an undo restores. */
export type NextEffect =
  | { readonly kind: 'perform'; readonly effect: Effect; readonly facts: EffectFacts | null }
  | { readonly kind: 'finish' };

/** The first effect that is not known to be done. */
export const nextEffect = (effects: readonly Effect[], state: JournalState): NextEffect => {
  const effect = effects.find(({ id }) => (state.effects.get(id)?.done ?? null) === null);
  if (effect === undefined) return { kind: 'finish' };
  return { kind: 'perform', effect, facts: state.effects.get(effect.id)?.facts ?? null };
};
