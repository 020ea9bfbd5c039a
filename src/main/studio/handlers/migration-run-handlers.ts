import type { CallHandlers } from '#contract/handlers.ts';
import type { MigrationRuns } from '#core/migration/apply/migration-runs.ts';

export const createMigrationRunHandlers = (
  runs: MigrationRuns,
): Pick<CallHandlers, 'migration.apply' | 'migration.cancel' | 'migration.undo' | 'migration.runs'> => ({
  'migration.apply': ({ planId }) => runs.apply(planId),
  'migration.cancel': ({ runId }) => runs.cancel(runId),
  'migration.undo': ({ runId }) => runs.undo(runId),
  'migration.runs': () => ({ runs: [...runs.list()] }),
});
