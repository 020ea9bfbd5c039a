import { StudioError } from '#contract/errors.ts';
import type { CallHandlers } from '#contract/handlers.ts';
import type { MigrationRun } from '#contract/models/migration.ts';
import type { LiveTopic } from './live-topic.ts';

type MigrationRunHandlers = Pick<
  CallHandlers,
  'migration.apply' | 'migration.cancel' | 'migration.undo' | 'migration.runs'
>;

/** The calls about the one run that a canned studio starts with; taking it back is done at once. */
export const migrationRunHandlers = (topic: LiveTopic<'migration'>): MigrationRunHandlers => {
  const takeBack = ({ runId }: { readonly runId: string }): MigrationRun => {
    const run = topic.state();
    if (run?.id !== runId) throw new StudioError('MIGRATION_RUN_NOT_FOUND', undefined, { details: { runId } });
    const undone: MigrationRun = { ...run, state: 'undone', canUndo: false, error: null };
    topic.publish(undone);
    return undone;
  };
  return {
    'migration.apply': ({ planId }) => {
      const run = topic.state();
      if (run?.planId !== planId) throw new StudioError('MIGRATION_PLAN_OUTDATED', undefined, { details: { planId } });
      return run;
    },
    'migration.cancel': takeBack,
    'migration.undo': takeBack,
    'migration.runs': () => ({ runs: [topic.state()].filter((run) => run !== null) }),
  };
};
