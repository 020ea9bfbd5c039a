import { StudioError } from '#contract/errors.ts';
import type { MigrationRemark } from '#contract/models/migration.ts';
import type { BegunEntry, DoneOutcome, EffectFacts } from '#core/ports/migration-journal.ts';
import type { MigrationDependencies } from '../migration-dependencies.ts';
import type { Effect } from './effects.ts';

/** The run that an effect belongs to, and the studio it works on. */
export interface EffectContext {
  readonly dependencies: MigrationDependencies;
  readonly begun: BegunEntry;
  readonly effects: readonly Effect[];
  /** Aborts when the user cancels or the studio ends. */
  readonly signal: AbortSignal;
  readonly onProgress: (bytes: number) => void;
}

export interface EffectResult {
  readonly outcome: DoneOutcome;
  readonly remarks: readonly MigrationRemark[];
}

export type EffectOf<Type extends Effect['type']> = Extract<Effect, { type: Type }>;
export type FactsOf<Kind extends EffectFacts['kind']> = Extract<EffectFacts, { kind: Kind }>;

export const done: EffectResult = { outcome: 'done', remarks: [] };

/** Remarks that a person should look at make it a warning. */
export const doneWith = (remarks: readonly MigrationRemark[]): EffectResult => ({
  outcome: remarks.some(({ severity }) => severity !== 'info') ? 'warning' : 'done',
  remarks,
});

const isKind = <Kind extends EffectFacts['kind']>(facts: EffectFacts, kind: Kind): facts is FactsOf<Kind> =>
  facts.kind === kind;

/** The facts of an effect; a journal that says otherwise was written by something else. */
export const factsOf = <Kind extends EffectFacts['kind']>(facts: EffectFacts, kind: Kind): FactsOf<Kind> => {
  if (isKind(facts, kind)) return facts;
  throw new StudioError('STORE_CORRUPT', 'The journal of a migration does not fit its plan.', {
    details: { wanted: kind, found: facts.kind },
  });
};
