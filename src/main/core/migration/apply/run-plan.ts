import { StudioError } from '#contract/errors.ts';
import type { EntryError } from '#core/ports/migration-journal.ts';
import type { MigrationDependencies } from '../migration-dependencies.ts';
import { nextUndo } from '../undo/next-undo.ts';
import { takeBack } from '../undo/take-back.ts';
import type { EffectContext } from './effect-context.ts';
import type { Effect } from './effects.ts';
import { nextEffect } from './next-effect.ts';
import { carryOut, prepare } from './perform.ts';
import type { RunRecord } from './run-record.ts';

/** How often the bytes of a copy are told. */
const progressEveryMs = 200;

const entryError = (error: unknown): EntryError =>
  error instanceof StudioError
    ? { code: error.code, details: { ...error.details } }
    : { code: 'INTERNAL', details: {} };

/** Carries out what is left of a plan and takes plans back: the thin runner around `nextEffect` and `nextUndo`. */
export const createPlanRunner = (dependencies: MigrationDependencies) => {
  const { clock, logger } = dependencies;

  const contextOf = (record: RunRecord, effect: Effect, signal: AbortSignal): EffectContext => {
    let bytes = 0;
    let toldAt = 0;
    return {
      dependencies,
      begun: record.begun,
      effects: record.effects,
      signal,
      onProgress: (more) => {
        bytes += more;
        if (clock.now() - toldAt < progressEveryMs) return;
        toldAt = clock.now();
        record.show({ effectId: effect.id, bytes });
      },
    };
  };

  const report = (record: RunRecord, effect: Effect, error: unknown): EntryError => {
    const known = entryError(error);
    const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
    logger.warn('A step of a migration failed', {
      runId: record.begun.runId,
      effect: effect.id,
      code: known.code,
      ...(known.code === 'INTERNAL' ? { reason } : {}),
    });
    return known;
  };

  const perform = async (record: RunRecord, effect: Effect, signal: AbortSignal): Promise<void> => {
    const context = contextOf(record, effect, signal);
    const next = nextEffect(record.effects, record.state());
    const known = next.kind === 'perform' ? next.facts : null;
    const facts = known ?? (await prepare(effect, context));
    signal.throwIfAborted();
    await record.append({ type: 'intent', at: clock.now(), effectId: effect.id, facts });
    const { outcome, remarks } = await carryOut(effect, facts, context);
    await record.append({ type: 'done', at: clock.now(), effectId: effect.id, outcome, remarks });
  };

  return {
    /** Goes on until all is done, something fails, or the signal aborts; what was begun then stays for an undo or a next try. */
    apply: async (record: RunRecord, signal: AbortSignal): Promise<void> => {
      while (!signal.aborted) {
        const next = nextEffect(record.effects, record.state());
        if (next.kind === 'finish') {
          await record.note({ type: 'finished', at: clock.now() });
          return;
        }
        try {
          await perform(record, next.effect, signal);
        } catch (error) {
          if (signal.aborted) return;
          const known = report(record, next.effect, error);
          await record.note({ type: 'failed', at: clock.now(), effectId: next.effect.id, error: known });
          return;
        }
      }
    },

    /** Takes back from the last effect to the first. What fails ends it, and the next try begins there. */
    undo: async (record: RunRecord, signal: AbortSignal): Promise<void> => {
      if (record.state().state !== 'undoing') await record.note({ type: 'undo-begun', at: clock.now() });
      while (!signal.aborted) {
        const next = nextUndo(record.effects, record.state());
        if (next.kind === 'finish') {
          await record.note({ type: 'undone', at: clock.now() });
          return;
        }
        try {
          const remarks = await takeBack(next, contextOf(record, next.effect, signal));
          await record.note({ type: 'taken-back', at: clock.now(), effectId: next.effect.id, remarks });
        } catch (error) {
          if (signal.aborted) return;
          await record.note({ type: 'undo-failed', at: clock.now(), error: report(record, next.effect, error) });
          return;
        }
      }
    },
  };
};
