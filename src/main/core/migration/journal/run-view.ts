import {
  type MigrationRun,
  type MigrationStep,
  migrationSteps,
  type StepProgress,
} from '#contract/models/migration.ts';
import type { BegunEntry } from '#core/ports/migration-journal.ts';
import type { Effect } from '../apply/effects.ts';
import { canUndo, type EffectRecord, type JournalState } from './journal-state.ts';

/** How far the effect at hand is; only in memory, since bytes come by the thousand. */
export interface LiveProgress {
  readonly effectId: string;
  readonly bytes: number;
}

const weightOf = (effect: Effect): number => (effect.step !== 'copy' ? 1 : effect.type === 'copy' ? effect.bytes : 0);

const isDone = (record: EffectRecord | undefined): boolean => (record?.done ?? null) !== null;

const outcomeOf = (
  records: readonly (EffectRecord | undefined)[],
  state: JournalState['state'],
): StepProgress['outcome'] => {
  if (records.length === 0) return 'skipped';
  if (records.some((record) => record?.failed === true)) return 'failed';
  if (records.every(isDone)) {
    const outcomes = records.map((record) => record?.done?.outcome);
    if (outcomes.includes('warning')) return 'warning';
    return outcomes.every((outcome) => outcome === 'skipped') ? 'skipped' : 'done';
  }
  const isBegun = records.some((record) => record !== undefined);
  return isBegun && state === 'applying' ? 'running' : 'waiting';
};

const progressOf = (
  step: MigrationStep,
  effects: readonly Effect[],
  state: JournalState,
  live: LiveProgress | null,
): StepProgress => {
  const own = effects.filter((effect) => effect.step === step);
  const records = own.map(({ id }) => state.effects.get(id));
  const liveBytes = own.some(({ id }) => id === live?.effectId) ? (live?.bytes ?? 0) : 0;
  const total = own.reduce((sum, effect) => sum + weightOf(effect), 0);
  const done = own.reduce((sum, effect) => sum + (isDone(state.effects.get(effect.id)) ? weightOf(effect) : 0), 0);
  return {
    step,
    outcome: outcomeOf(records, state.state),
    // A folder may have grown since the plan was made.
    done: Math.min(total, done + liveBytes),
    total,
    remarks: records.flatMap((record) => [...(record?.done?.remarks ?? []), ...(record?.takenBack?.remarks ?? [])]),
  };
};

/** A run as screens and scripts see it. */
export const runView = (
  begun: BegunEntry,
  effects: readonly Effect[],
  state: JournalState,
  live: LiveProgress | null,
): MigrationRun => ({
  id: begun.runId,
  state: state.state,
  planId: begun.plan.id,
  startedAt: begun.at,
  finishedAt: state.finishedAt,
  instanceIds: begun.plan.instances.map(({ draft }) => draft.id),
  steps: migrationSteps.map((step) => progressOf(step, effects, state, live)),
  error: state.error === null ? null : { code: state.error.code, details: { ...state.error.details } },
  canUndo: canUndo(state),
});
