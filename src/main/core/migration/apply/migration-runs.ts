import { StudioError } from '#contract/errors.ts';
import type { MigrationRun } from '#contract/models/migration.ts';
import { createTopicFeed, type TopicFeed } from '#contract/topic-feed.ts';
import type { BegunEntry } from '#core/ports/migration-journal.ts';
import { canGoOn, canUndo, isUnderWay } from '../journal/journal-state.ts';
import type { MigrationDependencies } from '../migration-dependencies.ts';
import { createPlanRunner } from './run-plan.ts';
import { createRunRecord, type RunRecord } from './run-record.ts';

/** All applications of plans: one at a time is under way, the earlier ones can be taken back. */
export interface MigrationRuns {
  /** The topic `migration`: the run that is under way, else the latest one. */
  readonly feed: TopicFeed<MigrationRun | null, MigrationRun | null>;
  /** Reads the journals; a run that the last studio left in the middle is interrupted. */
  open(): Promise<void>;
  /**
   * Begins a run, or goes on with the interrupted or failed one of the same plan; answers when it is accepted. MIGRATION_BUSY,
   * MIGRATION_PLAN_OUTDATED, STORE_WRITE_FAILED.
   */
  apply(planId: string): Promise<MigrationRun>;
  /** Ends the run if it is under way and takes back what it did; another one stays as it is. MIGRATION_RUN_NOT_FOUND. */
  cancel(runId: string): MigrationRun;
  /** Begins to take a run back; one that is taken back stays so. MIGRATION_RUN_NOT_FOUND, MIGRATION_BUSY. */
  undo(runId: string): Promise<MigrationRun>;
  /** Latest first. */
  list(): readonly MigrationRun[];
  /** Leaves what is under way as it is, to be gone on with or taken back by the next studio. */
  stop(): Promise<void>;
}

interface UnderWay {
  readonly record: RunRecord;
  readonly abort: AbortController;
  takesBack: boolean;
  ended: Promise<void>;
}

const runIdOf = (at: number, makeId: () => string): string =>
  `${new Date(at).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}-${makeId().slice(0, 8)}`;

export const createMigrationRuns = (dependencies: MigrationDependencies): MigrationRuns => {
  const { clock, makeId, journals, logger, fleet } = dependencies;
  const runner = createPlanRunner(dependencies);
  /** Latest first. */
  const records: RunRecord[] = [];
  let underWay: UnderWay | null = null;
  let undoAbort: AbortController | null = null;
  let isBeginning = false;
  let isStopping = false;

  /** A run that was cancelled counts as being taken back, although its last effect may still be ending. */
  const viewOf = (record: RunRecord): MigrationRun => {
    const view = record.view();
    const isCancelled = underWay?.record === record && underWay.takesBack && view.state === 'applying';
    return isCancelled ? { ...view, state: 'undoing' } : view;
  };
  const shown = (): MigrationRun | null => {
    const record = underWay?.record ?? records[0];
    return record === undefined ? null : viewOf(record);
  };
  const feed = createTopicFeed<MigrationRun | null, MigrationRun | null>(shown);
  const parts = { ...dependencies, onChange: () => feed.publish(shown()) };

  const busy = (): StudioError =>
    new StudioError('MIGRATION_BUSY', undefined, { details: { runId: underWay?.record.begun.runId ?? null } });
  const requireFree = (): void => {
    if (underWay !== null || isBeginning || isStopping) throw busy();
  };
  const requireRecord = (runId: string): RunRecord => {
    const record = records.find(({ begun }) => begun.runId === runId);
    if (record === undefined) throw new StudioError('MIGRATION_RUN_NOT_FOUND', undefined, { details: { runId } });
    return record;
  };

  const work = async (entry: UnderWay, task: 'apply' | 'undo'): Promise<void> => {
    const { record, abort } = entry;
    if (task === 'apply') await runner.apply(record, abort.signal);
    if ((task === 'undo' || entry.takesBack) && !isStopping) {
      // Only the end of the studio interrupts taking back.
      undoAbort = new AbortController();
      await runner.undo(record, undoAbort.signal);
      undoAbort = null;
    }
    if (isUnderWay(record.state())) await record.note({ type: 'interrupted', at: clock.now() });
  };

  const begin = (record: RunRecord, task: 'apply' | 'undo'): void => {
    const entry: UnderWay = { record, abort: new AbortController(), takesBack: false, ended: Promise.resolve() };
    underWay = entry;
    entry.ended = work(entry, task)
      .catch((error: unknown) => {
        logger.error('A migration ended unexpectedly', {
          reason: error instanceof Error ? error.stack : String(error),
        });
      })
      .finally(() => {
        underWay = null;
        feed.publish(shown());
      });
  };

  const start = async (planId: string): Promise<RunRecord> => {
    const planned = await dependencies.findPlan(planId);
    if (planned === null || !planned.plan.canApply) {
      throw new StudioError('MIGRATION_PLAN_OUTDATED', undefined, { details: { planId } });
    }
    const taken = new Set(fleet.list().map(({ configuration }) => configuration.id));
    const clash = planned.plan.instances.find(({ draft }) => taken.has(draft.id));
    if (clash !== undefined) {
      throw new StudioError('MIGRATION_PLAN_OUTDATED', undefined, {
        details: { planId, instanceId: clash.draft.id, reason: 'instance-id-taken' },
      });
    }
    const at = clock.now();
    const { plan, oldServers } = planned;
    const begun: BegunEntry = { type: 'begun', at, runId: runIdOf(at, makeId), plan, oldServers };
    const record = createRunRecord({ begun, entries: [] }, parts);
    await journals.append(begun.runId, begun);
    records.unshift(record);
    return record;
  };

  return {
    feed,
    open: async () => {
      for (const { begun, entries, damagedLines } of await journals.load()) {
        if (damagedLines > 0) logger.warn('A journal has damaged lines', { runId: begun.runId, damagedLines });
        const record = createRunRecord({ begun, entries }, parts);
        if (isUnderWay(record.state())) await record.note({ type: 'interrupted', at: clock.now() });
        records.push(record);
      }
      feed.publish(shown());
    },
    apply: async (planId) => {
      requireFree();
      isBeginning = true;
      try {
        const left = records.find(({ begun, state }) => begun.plan.id === planId && state().state !== 'undone');
        const record = left !== undefined && canGoOn(left.state()) ? left : await start(planId);
        if (record === left) await record.append({ type: 'resumed', at: clock.now() });
        begin(record, 'apply');
        return viewOf(record);
      } finally {
        isBeginning = false;
      }
    },
    cancel: (runId) => {
      const record = requireRecord(runId);
      if (underWay?.record === record) {
        underWay.takesBack = true;
        underWay.abort.abort();
        feed.publish(shown());
      }
      return viewOf(record);
    },
    undo: async (runId) => {
      const record = requireRecord(runId);
      if (record.state().state === 'undone') return viewOf(record);
      requireFree();
      isBeginning = true;
      try {
        if (canUndo(record.state())) await record.note({ type: 'undo-begun', at: clock.now() });
        begin(record, 'undo');
        return viewOf(record);
      } finally {
        isBeginning = false;
      }
    },
    list: () => records.map(viewOf),
    stop: async () => {
      isStopping = true;
      underWay?.abort.abort();
      undoAbort?.abort();
      await underWay?.ended;
    },
  };
};
