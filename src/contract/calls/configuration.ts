import { z } from 'zod';
import { defineCall } from '../define.ts';
import {
  exchangeFailureSchema,
  exchangeRemarkSchema,
  exportFormatSchema,
  importChoiceSchema,
  importPlanSchema,
  importResultSchema,
  maxExchangeTextLength,
  restorePlanSchema,
  snapshotIdSchema,
  snapshotSchema,
} from '../models/configuration.ts';
import { diagnosticsPreviewSchema } from '../models/diagnostics.ts';
import { instanceIdSchema } from '../models/instance.ts';

const nothing = z.object({});

const reachSchema = z.object({
  byNetwork: z.boolean().describe('Other machines can reach the address'),
  token: z.string().nullable().describe('The access token; null where none is set'),
});

const importInput = z.strictObject({
  text: z.string().max(maxExchangeTextLength),
  choices: z.record(z.string().max(100), importChoiceSchema).default({}),
});

/** Calls that take configurations out of the studio, bring them in, and keep earlier states; and the diagnostics bundle. */
export const configurationCalls = {
  'configuration.export': defineCall({
    summary: 'The configurations as a file. Tokens, passwords and keys never leave; what is left out is said.',
    input: z.strictObject({
      format: exportFormatSchema.default('atelier'),
      instanceIds: z.array(instanceIdSchema).max(1000).optional().describe('All when left out'),
      asTemplate: z
        .boolean()
        .default(false)
        .describe('Without ids, ports, folders and devices of this machine; only in the format atelier'),
    }),
    output: z.object({ fileName: z.string(), text: z.string(), remarks: z.array(exchangeRemarkSchema) }),
    errors: ['INSTANCE_NOT_FOUND'],
    access: 'admin',
  }),
  'configuration.previewImport': defineCall({
    summary:
      'What a file would change, entry by entry: created, updated, unchanged, and clashes with ways out of them.',
    input: importInput,
    output: importPlanSchema,
    errors: ['CONFIGURATION_UNREADABLE', 'CONFIGURATION_NEWER_VERSION'],
    access: 'admin',
  }),
  'configuration.import': defineCall({
    summary: 'Carries out the plan of a preview; a snapshot of the present state is kept first.',
    input: importInput.extend({ basis: z.string().max(100) }),
    output: importResultSchema,
    errors: ['CONFIGURATION_UNREADABLE', 'CONFIGURATION_NEWER_VERSION', 'CONFIGURATION_OUTDATED', 'STORE_WRITE_FAILED'],
    access: 'admin',
  }),
  'configuration.snapshots': defineCall({
    summary: 'Earlier states of the instances and the settings, newest first.',
    input: nothing,
    output: z.object({ snapshots: z.array(snapshotSchema) }),
    errors: ['STORE_READ_FAILED'],
    access: 'admin',
  }),
  'configuration.takeSnapshot': defineCall({
    summary: 'Keeps the present state of the instances and the settings.',
    input: nothing,
    output: snapshotSchema,
    errors: ['STORE_WRITE_FAILED'],
    access: 'admin',
  }),
  'configuration.previewRestore': defineCall({
    summary: 'What restoring a snapshot would change.',
    input: z.strictObject({ snapshotId: snapshotIdSchema }),
    output: restorePlanSchema,
    errors: ['SNAPSHOT_NOT_FOUND', 'STORE_NEWER_VERSION', 'STORE_CORRUPT'],
    access: 'admin',
  }),
  'configuration.restore': defineCall({
    summary: 'Brings a snapshot back; the present state is kept as a snapshot first. Secrets are not touched.',
    input: z.strictObject({
      snapshotId: snapshotIdSchema,
      basis: z.string().max(100),
      removeOthers: z.boolean().default(false).describe('Also remove instances that the snapshot does not have'),
      withSettings: z.boolean().default(true),
    }),
    output: z.object({
      created: z.array(instanceIdSchema),
      updated: z.array(instanceIdSchema),
      removed: z.array(instanceIdSchema),
      failed: z.array(exchangeFailureSchema),
      restartNeeded: z.array(instanceIdSchema),
      snapshotId: snapshotIdSchema,
    }),
    errors: [
      'SNAPSHOT_NOT_FOUND',
      'STORE_NEWER_VERSION',
      'STORE_CORRUPT',
      'CONFIGURATION_OUTDATED',
      'STORE_WRITE_FAILED',
    ],
    access: 'admin',
  }),
  'access.reveal': defineCall({
    summary: 'The access tokens of the two addresses, and a new link that logs a browser in once.',
    input: z.strictObject({ withLoginLink: z.boolean().default(false) }),
    output: z.object({
      studio: reachSchema,
      gateway: reachSchema,
      loginLink: z.string().nullable().describe('null where none was asked for or no token is set'),
    }),
    errors: [],
    access: 'admin',
  }),
  'diagnostics.preview': defineCall({
    summary:
      'What the diagnostics bundle (GET /content/diagnostics.zip) would hold, without secrets and names of people.',
    input: nothing,
    output: diagnosticsPreviewSchema,
    errors: [],
    access: 'admin',
  }),
} as const;
