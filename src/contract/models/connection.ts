import { z } from 'zod';
import { fieldProblemSchema } from './instance.ts';

/** What a check of "Test connection" may have found by itself. The sentence of each stands in renderer/text. */
export const connectionFindingCodes = [
  'not-tried',
  'built-in',
  'late',
  'late-python',
  'late-driver',
  'late-disk',
  'address',
  'host-open',
  'host-refused',
  'host-unknown',
  'host-no-way',
  'host-silent',
  'credentials-none',
  'credentials-accepted',
  'credentials-needed',
  'credentials-refused',
  'not-comfyui',
  'no-answer',
  'not-encrypted',
  'certificate-untrusted',
  'cut-off',
  'statistics',
  'devices',
  'version',
  'version-old',
  'version-unknown',
  'queue',
  'node-classes',
  'no-node-classes',
  'comfyui-found',
  'python',
  'python-slow',
  'python-not-python',
  'port-free',
  'port-own',
  'gpu',
  'own-folders',
  'flags',
  'help-unreadable',
] as const;
export type ConnectionFindingCode = (typeof connectionFindingCodes)[number];

/** The checks, in the order in which they are told: those of an address, then those of a ComfyUI on this machine. */
export const connectionCheckNames = [
  'address',
  'reachable',
  'authentication',
  'system-stats',
  'version',
  'prompt',
  'object-info',
  'folder',
  'python',
  'port',
  'gpu',
  'folders',
  'flags',
] as const;
export type ConnectionCheckName = (typeof connectionCheckNames)[number];

/** One named check of "Test connection". */
export const connectionCheckSchema = z.object({
  name: z.enum(connectionCheckNames),
  outcome: z.enum(['passed', 'warning', 'failed', 'skipped']),
  code: z.enum(connectionFindingCodes).nullable().describe('What was found; null = the rules in `problems` say it'),
  problems: z.array(fieldProblemSchema).default([]).describe('Rules that the draft breaks, the worst first'),
  message: z.string().describe('Plain English, for scripts'),
  advice: z.string().default('').describe('Plain English, for scripts'),
  durationMs: z.number().nonnegative().default(0),
  details: z.record(z.string(), z.unknown()).default({}).describe('The facts of what was found'),
});
export const connectionReportSchema = z.object({ reachable: z.boolean(), checks: z.array(connectionCheckSchema) });
export type ConnectionCheck = z.infer<typeof connectionCheckSchema>;
export type ConnectionReport = z.infer<typeof connectionReportSchema>;
