import { z } from 'zod';
import { errorCodeSchema } from '#contract/errors.ts';
import { gatewayPortFindingSchema } from '#contract/models/gateway.ts';
import { instanceConfigurationSchema } from '#contract/models/instance.ts';
import { migrationPlanSchema, migrationRemarkSchema } from '#contract/models/migration.ts';
import type { JournalEntry } from '#core/ports/migration-journal.ts';

const at = z.number();
const effectId = z.string();
const remarks = z.array(migrationRemarkSchema);
const error = z.object({ code: errorCodeSchema, details: z.record(z.string(), z.unknown()) });

const factsSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('none') }),
  z.object({ kind: z.literal('folders'), missing: z.array(z.string()), aside: z.string().nullable() }),
  z.object({ kind: z.literal('copy'), from: z.string(), to: z.string(), targetExisted: z.boolean() }),
  z.object({ kind: z.literal('instance'), configuration: instanceConfigurationSchema }),
  z.object({ kind: z.literal('active'), before: z.string().nullable(), after: z.string() }),
  z.object({
    kind: z.literal('port'),
    wanted: z.int(),
    portBefore: z.int(),
    settingBefore: z.int(),
    finding: gatewayPortFindingSchema,
  }),
]);

/** One line of a journal, as it stands on disk. */
export const journalEntrySchema: z.ZodType<JournalEntry> = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('begun'),
    at,
    runId: z.string(),
    plan: migrationPlanSchema,
    oldServers: z.record(z.string(), z.string()),
  }),
  z.object({ type: z.literal('intent'), at, effectId, facts: factsSchema }),
  z.object({ type: z.literal('done'), at, effectId, outcome: z.enum(['done', 'warning', 'skipped']), remarks }),
  z.object({ type: z.literal('failed'), at, effectId, error }),
  z.object({ type: z.literal('interrupted'), at }),
  z.object({ type: z.literal('resumed'), at }),
  z.object({ type: z.literal('finished'), at }),
  z.object({ type: z.literal('undo-begun'), at }),
  z.object({ type: z.literal('taken-back'), at, effectId, remarks }),
  z.object({ type: z.literal('undo-failed'), at, error }),
  z.object({ type: z.literal('undone'), at }),
]);
