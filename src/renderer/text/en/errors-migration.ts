import type { ErrorText } from './error-text.ts';

export const migrationErrors = {
  MIGRATION_FINDING_GONE: {
    happened: 'What was found before is not there any more.',
    means: 'A plan is made only of what the last scan saw.',
    do: 'Scan again, then look at the plan anew.',
  },
  MIGRATION_PLAN_OUTDATED: {
    happened: 'The plan no longer fits this machine.',
    means: 'A port, a folder, a GPU or an instance has changed since you saw it. Nothing was done.',
    do: 'Look at the new plan and apply that.',
  },
  MIGRATION_BUSY: {
    happened: 'Another migration is under way.',
    means: 'Two at once would change the same instances.',
    do: 'Wait until it has ended, or cancel it.',
  },
  MIGRATION_RUN_NOT_FOUND: {
    happened: 'This migration is not known.',
    means: 'Its journal is gone, or it belongs to another data folder.',
    do: 'Look at the list of earlier migrations.',
  },
} as const satisfies Record<string, ErrorText>;
