import type { CallHandlers } from '#contract/handlers.ts';
import { shownFinding, shownPlan } from '#core/migration/plan/hide-secrets.ts';
import type { PlanDesk } from '#core/migration/plan/plan-desk.ts';
import type { MigrationScanner } from '#core/migration/scan/scanner.ts';

/** Looking for what a user has, and the dry run. Secrets stay in the studio: answers go to screens and scripts. */
export const createMigrationScanHandlers = (parts: {
  readonly scanner: MigrationScanner;
  readonly plans: PlanDesk;
}): Pick<CallHandlers, 'migration.scan' | 'migration.plan'> => ({
  'migration.scan': async (request, { signal }) => {
    const { findings, durationMs } = await parts.scanner.scan(request, signal);
    return { findings: findings.map(shownFinding), durationMs };
  },
  'migration.plan': async (choices) => shownPlan(await parts.plans.plan(choices)),
});
